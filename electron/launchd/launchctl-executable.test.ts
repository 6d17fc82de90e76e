import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLaunchctlExecutable } from './launchctl-executable.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launchctl-executable-'))
})

afterAll(() => rm(folder, { recursive: true }))

/** A launchctl that is this shell script. */
async function script(name: string, ...lines: readonly string[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'))
  await chmod(path, 0o755)
  return path
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('createLaunchctlExecutable', () => {
  it.each(['launchctl', './launchctl', ''])('throws a TypeError for %j: nothing is looked up in PATH', (path) => {
    expect(() => createLaunchctlExecutable({ path })).toThrow(TypeError)
  })

  it('hands over the arguments as they are and tells both outputs and the code', async () => {
    const path = await script('echo', 'printf "%s|" "$@"', 'echo "to stderr ä" >&2', 'exit 113')
    const args = ['print', "a b'c", '$HOME;*', '']
    expect(await createLaunchctlExecutable({ path })(args, { timeoutMs: 5_000 })).toEqual({
      ended: 'exited',
      args,
      code: 113,
      stdout: "print|a b'c|$HOME;*||",
      stderr: 'to stderr ä\n',
      durationMs: expect.any(Number),
    })
  })

  it('gives the child no input and only the environment that was asked for', async () => {
    const path = await script('env', 'cat', 'pwd', 'env')
    const run = createLaunchctlExecutable({ path, env: { EXTRA: '1', LC_ALL: 'de_DE' } })
    const result = await run([], { timeoutMs: 5_000 })
    const lines = result.ended === 'exited' ? result.stdout.trim().split('\n') : []
    expect(lines[0]).toBe('/')
    // A shell sets these three for itself.
    const names = lines.slice(1).filter((line) => !/^(?:PWD|OLDPWD|SHLVL|_)=/.test(line))
    expect(names.sort()).toEqual(['EXTRA=1', 'LC_ALL=de_DE', 'PATH=/usr/bin:/bin:/usr/sbin:/sbin'])
  })

  it('ends a call at its deadline', async () => {
    const path = await script('slow', 'exec sleep 30')
    const result = await createLaunchctlExecutable({ path })(['print'], { timeoutMs: 100 })
    expect(result).toEqual({ ended: 'timed-out', args: ['print'], durationMs: expect.any(Number) })
    expect(result.durationMs).toBeGreaterThanOrEqual(99)
    expect(result.durationMs).toBeLessThan(1_000)
  })

  it('kills what does not heed SIGTERM', async () => {
    const pidFile = join(folder, 'stubborn.pid')
    const path = await script('stubborn', "trap '' TERM", `echo $$ > ${pidFile}`, 'while :; do sleep 0.05; done')
    const result = await createLaunchctlExecutable({ path })([], { timeoutMs: 300 })
    expect(result).toMatchObject({ ended: 'timed-out' })
    await expect.poll(async () => isAlive(Number(await readFile(pidFile, 'utf8')))).toBe(false)
  })

  it('does not wait for a grandchild that holds the pipes open', async () => {
    const path = await script('grandchild', 'sleep 5 &', 'echo started')
    const result = await createLaunchctlExecutable({ path })([], { timeoutMs: 200 })
    expect(result.ended).toBe('timed-out')
    expect(result.durationMs).toBeLessThan(2_000)
  })

  it('takes outputs up to 1 MiB and no more', async () => {
    const path = await script('long', 'head -c "$1" /dev/zero')
    const run = createLaunchctlExecutable({ path })
    const whole = await run([String(2 ** 20)], { timeoutMs: 5_000 })
    expect(whole.ended === 'exited' && whole.stdout.length).toBe(2 ** 20)
    expect(await run([String(2 ** 20 + 1)], { timeoutMs: 5_000 })).toMatchObject({
      ended: 'failed',
      cause: 'it printed more than 1048576 bytes',
    })
  })

  it('tells of a child that a signal ended', async () => {
    const path = await script('killed', 'kill -KILL $$')
    expect(await createLaunchctlExecutable({ path })([], { timeoutMs: 5_000 })).toMatchObject({
      ended: 'failed',
      cause: 'it was ended by SIGKILL',
    })
  })

  it('never throws: no such program, no program at all, arguments that cannot be', async () => {
    const run = (path: string, ...args: string[]) => createLaunchctlExecutable({ path })(args, { timeoutMs: 5_000 })
    expect(await run(join(folder, 'none'))).toMatchObject({ ended: 'failed', cause: expect.stringContaining('ENOENT') })
    expect(await run(folder)).toMatchObject({ ended: 'failed', cause: expect.stringContaining('EACCES') })
    expect(await run('/bin/echo', 'a\0b')).toMatchObject({ ended: 'failed', cause: expect.any(String) })
  })
})
