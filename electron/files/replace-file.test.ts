import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withoutRoot } from './fixtures/without-root.ts'
import { replaceFile } from './replace-file.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replace-file-'))
})

afterEach(async () => {
  await chmod(folder, 0o755)
  await rm(folder, { recursive: true })
})

describe('replaceFile', () => {
  it('creates a file with exactly the bytes and the mode given, whatever the umask', async () => {
    const umask = process.umask(0o077)
    try {
      await replaceFile(join(folder, 'a.plist'), Uint8Array.of(0, 255, 10), { mode: 0o644 })
    } finally {
      process.umask(umask)
    }
    expect([...(await readFile(join(folder, 'a.plist')))]).toEqual([0, 255, 10])
    expect((await stat(join(folder, 'a.plist'))).mode & 0o7777).toBe(0o644)
  })

  it('replaces content and mode and leaves nothing else in the folder', async () => {
    const path = join(folder, 'a.plist')
    await writeFile(path, 'old', { mode: 0o666 })
    await replaceFile(path, 'ä new', { mode: 0o600 })
    expect(await readFile(path, 'utf8')).toBe('ä new')
    expect((await stat(path)).mode & 0o7777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['a.plist'])
  })

  it('replaces a symbolic link itself and leaves its target untouched', async () => {
    const target = join(folder, 'target')
    const path = join(folder, 'a.plist')
    await writeFile(target, 'kept')
    await symlink(target, path)
    await replaceFile(path, 'new', { mode: 0o644 })
    expect((await lstat(path)).isFile()).toBe(true)
    expect(await readFile(path, 'utf8')).toBe('new')
    expect(await readFile(target, 'utf8')).toBe('kept')
  })

  it('gives every writer a temporary name of its own that does not end in .plist', async () => {
    const path = join(folder, 'a.plist')
    const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`)
    await Promise.all(texts.map((text) => replaceFile(path, text, { mode: 0o644 })))
    expect(texts).toContain(await readFile(path, 'utf8'))
    expect(await readdir(folder)).toEqual(['a.plist'])
  })

  it('accepts a file name of 255 bytes', async () => {
    const name = 'n'.repeat(255)
    await replaceFile(join(folder, name), 'x', { mode: 0o644 })
    expect(await readdir(folder)).toEqual([name])
  })

  it('fails in a folder that is not there', async () => {
    await expect(replaceFile(join(folder, 'no', 'a'), 'x', { mode: 0o644 })).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('fails in a read-only folder and leaves the old file as it was', async () => {
    const path = join(folder, 'a.plist')
    await writeFile(path, 'old')
    await chmod(folder, 0o555)
    const writing = withoutRoot(() => replaceFile(path, 'new', { mode: 0o644 }))
    await expect(writing).rejects.toMatchObject({ code: 'EACCES' })
    expect(await readFile(path, 'utf8')).toBe('old')
    expect(await readdir(folder)).toEqual(['a.plist'])
  })

  it('leaves no temporary file when the rename fails', async () => {
    await mkdir(join(folder, 'a.plist', 'full'), { recursive: true })
    await expect(replaceFile(join(folder, 'a.plist'), 'x', { mode: 0o644 })).rejects.toThrow()
    expect(await readdir(folder)).toEqual(['a.plist'])
    expect(await readdir(join(folder, 'a.plist'))).toEqual(['full'])
  })

  it('leaves no temporary file when writing fails', async () => {
    const unwritable = { not: 'bytes' } as unknown as string
    await expect(replaceFile(join(folder, 'a.plist'), unwritable, { mode: 0o644 })).rejects.toThrow()
    expect(await readdir(folder)).toEqual([])
  })
})
