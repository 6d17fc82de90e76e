import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withoutRoot } from '../files/fixtures/without-root.ts'
import { readDefinitionFile } from './definition-file.ts'
import { definition, fullDefinition, label } from './fixtures/definitions.ts'

const uid = process.getuid?.() ?? 0
const options = { label, uid, visibleVariables: new Set(['PATH']) }

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'definition-file-'))
  path = join(folder, `${label}.plist`)
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function put(content: string | Uint8Array, mode = 0o644, at = path): Promise<void> {
  await writeFile(at, content)
  await chmod(at, mode)
}

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')

describe('readDefinitionFile: absent', () => {
  it('where nothing is', async () => {
    expect(await readDefinitionFile(path, options)).toEqual({ look: { seen: 'absent' } })
  })

  it('where the folder is missing too', async () => {
    expect(await readDefinitionFile(join(folder, 'no', 'a.plist'), options)).toEqual({ look: { seen: 'absent' } })
  })

  it('where a file stands in the folder’s place', async () => {
    await put('x')
    expect(await readDefinitionFile(join(path, 'a.plist'), options)).toEqual({ look: { seen: 'absent' } })
  })
})

describe('readDefinitionFile: valid', () => {
  it.each([0o644, 0o600, 0o400])('with mode %o, its checksum and its bytes', async (mode) => {
    await put(fullDefinition, mode)
    const { look, bytes } = await readDefinitionFile(path, options)
    expect(look).toMatchObject({
      seen: 'valid',
      sha256: sha256(fullDefinition),
      definition: { label, runAtLoad: true },
    })
    expect(bytes?.toString()).toBe(fullDefinition)
    expect(JSON.stringify(look)).not.toContain('SECRET')
  })

  it.skipIf(uid !== 0)('for another user where root owns it (R-LOGIN-1)', async () => {
    await put(definition())
    expect((await readDefinitionFile(path, { ...options, uid: 501 })).look).toMatchObject({ seen: 'valid' })
  })
})

describe('readDefinitionFile: invalid', () => {
  it.each([
    ['empty', '', 'The file is empty.'],
    ['cut short', fullDefinition.slice(0, 500), expect.stringContaining('is cut short')],
    ['with another Label', definition('', 'com.x'), expect.stringContaining('com.x')],
  ])('%s', async (_, content, problem) => {
    await put(content)
    const { look, bytes } = await readDefinitionFile(path, options)
    expect(look).toEqual({ seen: 'invalid', sha256: sha256(content), problem })
    expect(bytes?.toString()).toBe(content)
  })
})

describe('readDefinitionFile: unsafe', () => {
  it.each([0o664, 0o646, 0o666, 0o777])('with mode %o', async (mode) => {
    await put(fullDefinition, mode)
    const { look, bytes } = await readDefinitionFile(path, options)
    expect(look).toMatchObject({
      seen: 'unsafe',
      problem: `Other users may write to it (mode ${mode.toString(8)}).`,
      replaceable: true,
      content: { sha256: sha256(fullDefinition), definition: { label } },
    })
    expect(bytes?.toString()).toBe(fullDefinition)
  })

  it('with content that is invalid besides', async () => {
    await put('hello', 0o666)
    const { look } = await readDefinitionFile(path, options)
    expect(look).toMatchObject({ seen: 'unsafe', replaceable: true, content: { sha256: sha256('hello') } })
    expect(look).not.toHaveProperty('content.definition')
  })

  it('of another owner', async () => {
    await put(definition())
    if (uid === 0) await chown(path, 12_345, 0)
    const { look } = await readDefinitionFile(path, { ...options, uid: uid + 1 })
    expect(look).toMatchObject({
      seen: 'unsafe',
      problem: `It belongs to another user (uid ${uid === 0 ? 12_345 : uid}).`,
      replaceable: true,
      content: { definition: { label } },
    })
  })

  it.skipIf(uid !== 0)('of another owner and not to be read: nothing to keep, so not to be replaced', async () => {
    await put(definition(), 0o600)
    await chown(path, 12_345, 0)
    await chmod(folder, 0o755)
    expect(await withoutRoot(() => readDefinitionFile(path, { ...options, uid: 65_534 }))).toEqual({
      look: {
        seen: 'unsafe',
        problem: 'It belongs to another user (uid 12345). It cannot be read.',
        replaceable: false,
      },
    })
  })

  it('as a symbolic link, with the content it points to', async () => {
    await put(fullDefinition, 0o644, join(folder, 'target'))
    await symlink(join(folder, 'target'), path)
    const { look, bytes } = await readDefinitionFile(path, options)
    expect(look).toMatchObject({
      seen: 'unsafe',
      problem: 'It is a symbolic link, and launchd wants a regular file.',
      replaceable: true,
      content: { sha256: sha256(fullDefinition), definition: { label } },
    })
    expect(bytes?.toString()).toBe(fullDefinition)
  })

  it.each([
    ['nothing', 'missing'],
    ['itself', `${label}.plist`],
    ['a folder', '.'],
  ])('as a symbolic link to %s', async (_, target) => {
    await symlink(target, path)
    const { look, bytes } = await readDefinitionFile(path, options)
    expect(look).toEqual({
      seen: 'unsafe',
      problem: 'It is a symbolic link, and launchd wants a regular file. It cannot be read.',
      replaceable: true,
    })
    expect(bytes).toBeUndefined()
  })

  it('as a folder', async () => {
    await mkdir(path)
    const { look } = await readDefinitionFile(path, options)
    expect(look).toEqual({ seen: 'unsafe', problem: expect.stringContaining('folder'), replaceable: false })
  })

  it('as a named pipe, without waiting for it', async () => {
    execFileSync('mkfifo', [path])
    const { look } = await readDefinitionFile(path, options)
    expect(look).toEqual({ seen: 'unsafe', problem: expect.stringContaining('pipe'), replaceable: false })
  })

  it('as a link to a named pipe, without waiting for it', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')])
    await symlink('pipe', path)
    expect((await readDefinitionFile(path, options)).look).toMatchObject({ seen: 'unsafe', replaceable: true })
  })

  it('when it is larger than 1 MiB: what cannot be kept is not replaceable', async () => {
    await put('x'.repeat(2 ** 20 + 1))
    const { look, bytes } = await readDefinitionFile(path, options)
    expect(look).toEqual({ seen: 'unsafe', problem: expect.stringContaining('1 MiB'), replaceable: false })
    expect(bytes).toBeUndefined()
  })
})

describe('readDefinitionFile: unknown', () => {
  it('when the file cannot be read', async () => {
    await put(definition(), 0o000)
    await chmod(folder, 0o755)
    const { look } = await withoutRoot(() => readDefinitionFile(path, options))
    expect(look).toEqual({ seen: 'unknown', cause: expect.stringContaining('EACCES') })
  })

  it('when the folder cannot be entered', async () => {
    await put(definition())
    await chmod(folder, 0o000)
    const { look } = await withoutRoot(() => readDefinitionFile(path, options))
    await chmod(folder, 0o755)
    expect(look).toEqual({ seen: 'unknown', cause: expect.stringContaining('EACCES') })
  })
})

describe('readDefinitionFile: in a race', () => {
  it('sees the file or its absence, nothing else', async () => {
    const seen = new Set<string>()
    const stop = Date.now() + 300
    const flicker = (async () => {
      while (Date.now() < stop) {
        await put(definition())
        await rm(path)
      }
    })()
    while (Date.now() < stop) {
      const { look } = await readDefinitionFile(path, options)
      // The file is created empty and filled afterwards.
      if (!(look.seen === 'invalid' && look.problem === 'The file is empty.')) seen.add(look.seen)
    }
    await flicker
    expect([...seen].filter((kind) => kind !== 'valid' && kind !== 'absent')).toEqual([])
  })
})
