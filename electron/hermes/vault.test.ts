import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import { mostCopies } from './kept-copy.ts'
import { createVault } from './vault.ts'

const label = 'ai.hermes.gateway'

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function open() {
  const folder = join(await temporaryFolder(), 'vault')
  const vault = createVault(folder)
  const keep = (text: string, observedAt: number, valid = true) =>
    vault.keep(label, Buffer.from(text), { valid, observedAt })
  const names = async () => (await readdir(join(folder, label))).sort()
  return { folder, place: join(folder, label), vault, keep, names }
}

test('what is kept is read back byte for byte, with its facts', async () => {
  const { vault } = await open()
  const bytes = Buffer.from([0, 255, 10, 13, 60])
  const facts = { valid: true, observedAt: 10, hermesVersion: '0.21.5', codeSha: 'f'.repeat(40) }
  const copy = await vault.keep(label, bytes, facts)
  expect(copy).toEqual({ ...facts, proven: false, sha256: createHash('sha256').update(bytes).digest('hex') })
  expect(await vault.list(label)).toEqual([copy])
  expect(await vault.read(label, copy.sha256)).toEqual({ seen: 'copy', copy, bytes })
})

test('files are 0600 in folders that are 0700, whatever was there before', async () => {
  const { folder, place, keep, names } = await open()
  await mkdir(place, { recursive: true })
  await chmod(folder, 0o755)
  await chmod(place, 0o755)
  await keep('a', 10)
  for (const path of [folder, place]) expect((await stat(path)).mode & 0o777).toBe(0o700)
  for (const name of await names()) expect((await stat(join(place, name))).mode & 0o777).toBe(0o600)
  expect(await names()).toEqual([`${hash('a')}.kept`, 'index.json'].sort())
})

test('the same bytes are one copy, and seen again they are the newest', async () => {
  const { vault, keep } = await open()
  await keep('a', 10)
  await keep('b', 20)
  await keep('a', 30)
  expect((await vault.list(label)).map(({ sha256, observedAt }) => [sha256, observedAt])).toEqual([
    [hash('a'), 30],
    [hash('b'), 20],
  ])
})

test('seeing the newest copy again and again writes nothing', async () => {
  const { place, keep } = await open()
  await keep('a', 10)
  const before = (await stat(join(place, 'index.json'))).mtimeMs
  for (let at = 11; at < 40; at += 1) await keep('a', at)
  expect((await stat(join(place, 'index.json'))).mtimeMs).toBe(before)
  await keep('a', 10 + 7 * 60 * 60_000)
  expect((await stat(join(place, 'index.json'))).mtimeMs).not.toBe(before)
})

test('invalid bytes are kept apart, and become valid once they are seen to be', async () => {
  const { vault, keep, names } = await open()
  expect((await keep('broken', 10, false)).valid).toBe(false)
  expect(await names()).toEqual([`${hash('broken')}.rejected`, 'index.json'].sort())
  expect((await vault.read(label, hash('broken'))).seen).toBe('copy')
  expect((await keep('broken', 20, true)).valid).toBe(true)
  expect(await names()).toEqual([`${hash('broken')}.kept`, 'index.json'].sort())
  expect((await keep('broken', 30, false)).valid).toBe(true)
  expect(await names()).toEqual([`${hash('broken')}.kept`, 'index.json'].sort())
})

test('proven is remembered; what is not there cannot be proven', async () => {
  const { vault, keep } = await open()
  await vault.markProven(label, hash('a'))
  await keep('a', 10)
  await vault.markProven(label, hash('a'))
  await keep('a', 20_000_000_000)
  expect((await vault.list(label)).map(({ proven }) => proven)).toEqual([true])
})

test('labels are apart, and none leaves the folder', async () => {
  const { vault, keep } = await open()
  await keep('a', 10)
  expect(await vault.list(`${label}-work`)).toEqual([])
  for (const bad of ['', '.', '..', '../x', 'a/b', '.hidden']) {
    await expect(vault.keep(bad, Buffer.from('a'), { valid: true, observedAt: 1 })).rejects.toThrow(RangeError)
    expect(await vault.read(bad, hash('a'))).toMatchObject({ seen: 'unknown' })
  }
  expect(await vault.read(label, '../../etc/passwd')).toEqual({ seen: 'none' })
})

test('a corrupt copy is told, never returned, and stored anew when it is seen again', async () => {
  const { vault, keep, place, names } = await open()
  await keep('a', 10)
  await writeFile(join(place, `${hash('a')}.kept`), 'b')
  expect(await vault.read(label, hash('a'))).toEqual({ seen: 'corrupt', path: join(place, `${hash('a')}.kept`) })
  await keep('a', 20)
  expect(await vault.read(label, hash('a'))).toMatchObject({ seen: 'copy' })
  expect((await names()).some((name) => name.includes('.corrupt-'))).toBe(true)
})

test.each([
  ['corrupt', (index: string) => writeFile(index, '{"copies": [')],
  ['gone', (index: string) => rm(index)],
  ['emptied', (index: string) => writeFile(index, '')],
])('an index that is %s is rebuilt from the files, valid and invalid apart', async (kind, spoil) => {
  const { vault, keep, place, names } = await open()
  await keep('a', 10)
  await keep('broken', 20, false)
  await spoil(join(place, 'index.json'))
  const byHash = new Map((await vault.list(label)).map((copy) => [copy.sha256, copy.valid]))
  expect(byHash).toEqual(
    new Map([
      [hash('a'), true],
      [hash('broken'), false],
    ]),
  )
  await keep('c', Date.now() + 1_000)
  expect((await vault.list(label)).map(({ sha256 }) => sha256)).toContain(hash('a'))
  expect((await vault.list(label))[0]?.sha256).toBe(hash('c'))
  expect((await names()).some((name) => name.startsWith('index.json.corrupt-'))).toBe(kind !== 'gone')
})

test('a copy whose file is gone is not listed', async () => {
  const { vault, keep, place } = await open()
  await keep('a', 10)
  await rm(join(place, `${hash('a')}.kept`))
  expect(await vault.list(label)).toEqual([])
  expect(await vault.read(label, hash('a'))).toEqual({ seen: 'none' })
})

test('the newest twenty stay, and the newest valid and the proven ones besides', async () => {
  const { vault, keep } = await open()
  await keep('proven', 1)
  await vault.markProven(label, hash('proven'))
  await keep('older', 2)
  await keep('newest valid', 3)
  for (let at = 0; at < mostCopies + 5; at += 1) await keep(`broken ${at}`, 10 + at, false)
  const kept = (await vault.list(label)).map(({ sha256 }) => sha256)
  expect(kept).toHaveLength(mostCopies + 2)
  expect(kept).toContain(hash('proven'))
  expect(kept).toContain(hash('newest valid'))
  expect(kept).not.toContain(hash('older'))
})

test('whatever is kept in whatever order, the newest valid can be read', async () => {
  const text = fc.constantFrom('a', 'b', 'c', 'd')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, fc.boolean()), { minLength: 1, maxLength: 12 }), async (steps) => {
      const { vault, keep } = await open()
      const valid = new Set<string>()
      for (const [at, [bytes, isValid]] of steps.entries()) {
        await keep(bytes, at, isValid)
        if (isValid) valid.add(hash(bytes))
      }
      const [last] = steps.at(-1) ?? ['']
      expect((await vault.list(label)).map(({ valid: is, sha256 }) => is === valid.has(sha256))).not.toContain(false)
      expect(await vault.read(label, hash(last))).toMatchObject({
        seen: 'copy',
        copy: { valid: valid.has(hash(last)) },
      })
    }),
    { numRuns: 10 },
  )
})

test('writers side by side lose no copy', async () => {
  const { folder, vault } = await open()
  const other = createVault(folder)
  const texts = Array.from({ length: 16 }, (_, at) => `copy ${at}`)
  await Promise.all(
    texts.map((text, at) =>
      (at % 2 === 0 ? vault : other).keep(label, Buffer.from(text), { valid: true, observedAt: at }),
    ),
  )
  expect((await vault.list(label)).map(({ observedAt }) => observedAt)).toEqual(texts.map((_, at) => 15 - at))
})

test('nor do writers in several processes', async () => {
  const { folder, vault } = await open()
  const writer = fileURLToPath(new URL('./fixtures/vault-writer.mjs', import.meta.url))
  await Promise.all(
    [0, 1, 2].map((process_) => promisify(execFile)(process.execPath, [writer, folder, label, String(process_), '5'])),
  )
  const copies = await vault.list(label)
  expect(copies).toHaveLength(15)
  // The index knows every one: none had to be taken in from its file alone.
  expect(copies.map(({ observedAt }) => observedAt).sort((one, two) => one - two)).toEqual(
    Array.from({ length: 15 }, (_, at) => at),
  )
  const index = JSON.parse(await readFile(join(folder, label, 'index.json'), 'utf8'))
  expect(index.copies).toHaveLength(15)
})

test('a place that cannot be written is an error: nothing may be replaced on its strength', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'vault'), '')
  const vault = createVault(join(folder, 'vault'))
  await expect(vault.keep(label, Buffer.from('a'), { valid: true, observedAt: 1 })).rejects.toThrow()
})
