import { execFileSync } from 'node:child_process'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTail } from './read-tail.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-tail-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function tailOf(content: string, maxBytes: number): Promise<string> {
  const path = join(folder, 'log')
  await writeFile(path, content)
  return readTail(path, maxBytes)
}

describe('readTail', () => {
  it.each([
    ['', 10, ''],
    ['abc', 10, 'abc'],
    ['abc', 3, 'abc'],
    ['abc', 2, 'bc'],
    ['abc', 0, ''],
    ['aé', 1, ''],
    ['aéb', 2, 'b'],
    ['a😀b', 4, 'b'],
    ['a😀b', 5, '😀b'],
  ])('of %j with %d bytes is %j', async (content, maxBytes, expected) => {
    expect(await tailOf(content, maxBytes)).toBe(expected)
  })

  it('is always an end of the text, without a broken character', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.nat(40), async (content, maxBytes) => {
        const tail = await tailOf(content, maxBytes)
        expect(content.endsWith(tail)).toBe(true)
        expect(Buffer.byteLength(tail)).toBeGreaterThan(Math.min(maxBytes, Buffer.byteLength(content)) - 4)
      }),
    )
  })

  it('reads the end of a huge file without reading the rest', async () => {
    const path = join(folder, 'huge')
    const file = await open(path, 'w')
    await file.truncate(50 * 2 ** 30)
    await file.write('the end', 50 * 2 ** 30)
    await file.close()
    expect(await readTail(path, 7)).toBe('the end')
  })

  it('does not wait for a named pipe', async () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    expect(await readTail(path, 10)).toBe('')
  })

  it('rejects for a file that is not there', async () => {
    await expect(readTail(join(folder, 'none'), 10)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
