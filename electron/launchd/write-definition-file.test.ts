import { execFileSync } from 'node:child_process'
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withoutRoot } from '../files/fixtures/without-root.ts'
import { DefinitionWriteError, writeDefinitionFile } from './write-definition-file.ts'

const bytes = Uint8Array.of(98, 0, 255, 10)

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-definition-'))
  path = join(folder, 'a.plist')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const modeOf = async (file: string) => (await stat(file)).mode & 0o7777

describe('writeDefinitionFile', () => {
  it('C-INSTALL-1: writes the bytes with mode 0644, whatever the umask', async () => {
    const umask = process.umask(0o077)
    try {
      await writeDefinitionFile(path, bytes)
    } finally {
      process.umask(umask)
    }
    expect([...(await readFile(path))]).toEqual([...bytes])
    expect(await modeOf(path)).toBe(0o644)
    expect(await readdir(folder)).toEqual(['a.plist'])
  })

  it('creates the folder, for its owner alone to write', async () => {
    const umask = process.umask(0o000)
    const agents = join(folder, 'Library', 'LaunchAgents')
    try {
      await writeDefinitionFile(join(agents, 'a.plist'), bytes)
    } finally {
      process.umask(umask)
    }
    expect(await modeOf(agents)).toBe(0o755)
  })

  it('leaves the mode of a folder that is there alone', async () => {
    await chmod(folder, 0o700)
    await writeDefinitionFile(path, bytes)
    expect(await modeOf(folder)).toBe(0o700)
  })

  it('makes a file that others may write to safe again', async () => {
    await writeFile(path, 'old')
    await chmod(path, 0o666)
    await writeDefinitionFile(path, bytes)
    expect(await modeOf(path)).toBe(0o644)
  })

  it('replaces a symbolic link and leaves what it points to alone', async () => {
    await writeFile(join(folder, 'target'), 'kept')
    await symlink('target', path)
    await writeDefinitionFile(path, bytes)
    expect((await lstat(path)).isFile()).toBe(true)
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe('kept')
  })

  it('refuses where a folder stands', async () => {
    await mkdir(path)
    await expect(writeDefinitionFile(path, bytes)).rejects.toThrow(DefinitionWriteError)
    expect((await lstat(path)).isDirectory()).toBe(true)
  })

  it('refuses where a named pipe stands', async () => {
    execFileSync('mkfifo', [path])
    await expect(writeDefinitionFile(path, bytes)).rejects.toThrow(DefinitionWriteError)
    expect((await lstat(path)).isFIFO()).toBe(true)
  })

  it('tells why it could not write', async () => {
    await chmod(folder, 0o555)
    const writing = withoutRoot(() => writeDefinitionFile(path, bytes))
    await expect(writing).rejects.toThrow(/a\.plist could not be written: EACCES/)
    await expect(writing).rejects.toMatchObject({ name: 'DefinitionWriteError', cause: { code: 'EACCES' } })
    await chmod(folder, 0o755)
    expect(await readdir(folder)).toEqual([])
  })
})
