import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serviceForHome } from '../../electron/hermes/service.ts'
import { buildHost } from '../../electron/host/build-host.ts'
import { createLaunchctlExecutable } from '../../electron/launchd/launchctl-executable.ts'
import type { Controller } from '../../electron/supervisor/controller.ts'

/**
 * What only a Mac can show: the same controller on the real launchd. The home is a throw-away one, so its label is
 * `ai.hermes.gateway-<hash>` and nothing of a Hermes that may be installed is touched.
 */

const standIn = resolve(import.meta.dirname, '..', '..', 'dist', 'stand-in-gateway', 'hermes.js')
const person = { by: 'person' } as const
const timeoutMs = 90_000

let home: string
let state: string
let controller: Controller

beforeEach(() => {
  execFileSync(process.execPath, [resolve(import.meta.dirname, '..', '..', 'build', 'bundle.mjs')])
  // The gateway's socket must fit into 103 bytes, and launchd may not run what lies in a protected folder.
  home = realpathSync(mkdtempSync('/tmp/cad-'))
  state = mkdtempSync(join(tmpdir(), 'caduceus-state-'))
  const bin = join(home, 'hermes-agent', 'venv', 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'python'), `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`, { mode: 0o755 })
  writeFileSync(join(home, 'stand-in.json'), '{"stormBreaker":false}')
  const { uid, homedir, username } = userInfo()
  const host = buildHost({
    stateDirectory: state,
    accountHome: homedir,
    uid,
    loginShell: { shell: '/bin/zsh', accountHome: homedir, user: username },
    run: createLaunchctlExecutable({ path: '/bin/launchctl' }),
    flags: [],
  })
  controller = host.controller(serviceForHome(home, homedir))
})

afterEach(async () => {
  await controller.request({ kind: 'stop', ...person }, { timeoutMs })
  rmSync(controller.service.plistPath, { force: true })
  rmSync(home, { recursive: true, force: true })
  rmSync(state, { recursive: true, force: true })
})

async function condition(): Promise<string> {
  return (await controller.status(10_000)).condition.id
}

describe('on the real launchd', () => {
  test('start recreates a missing plist, loads it and starts the service', async () => {
    expect(await controller.request({ kind: 'start', ...person }, { timeoutMs })).toMatchObject({ outcome: 'done' })
    const bytes = readFileSync(controller.service.plistPath)
    expect(await controller.request({ kind: 'stop', ...person }, { timeoutMs })).toMatchObject({ outcome: 'done' })
    expect(await condition()).toBe('stopped')
    rmSync(controller.service.plistPath)

    const result = await controller.request({ kind: 'start', ...person }, { timeoutMs })

    expect(result).toMatchObject({ outcome: 'done' })
    expect(readFileSync(controller.service.plistPath).equals(bytes)).toBe(true)
    expect(execFileSync('/bin/ps', ['-o', 'pid=', '-p', String(result.pid)], { encoding: 'utf8' }).trim()).toBe(
      String(result.pid),
    )
    expect(await condition()).toBe('running')
  })

  test('V-PRINT-2 R-DRAIN-1 a job that was booted out behind our back is seen as unloaded, and started', async () => {
    await controller.request({ kind: 'start', ...person }, { timeoutMs })
    execFileSync('/bin/launchctl', ['bootout', `gui/${userInfo().uid}/${controller.service.label}`])
    await expect.poll(condition, { timeout: 70_000, interval: 500 }).toBe('unloaded')
    expect(await controller.request({ kind: 'start', ...person }, { timeoutMs })).toMatchObject({ outcome: 'done' })
  })

  test('R-DISABLED-2 a disabled override is seen, and cleared by start alone', async () => {
    await controller.request({ kind: 'start', ...person }, { timeoutMs })
    await controller.request({ kind: 'stop', ...person }, { timeoutMs })
    execFileSync('/bin/launchctl', ['disable', `gui/${userInfo().uid}/${controller.service.label}`])
    expect(await condition()).toBe('disabled')
    expect(await controller.request({ kind: 'repair', ...person }, { timeoutMs })).toMatchObject({ outcome: 'refused' })
    expect(await controller.request({ kind: 'start', ...person }, { timeoutMs })).toMatchObject({ outcome: 'done' })
  })

  test('R-PLIST-1 a plist that is gone while the job runs is put back without touching the process', async () => {
    const started = await controller.request({ kind: 'start', ...person }, { timeoutMs })
    rmSync(controller.service.plistPath)
    expect(await condition()).toBe('definition-missing-running')
    const repaired = await controller.request({ kind: 'repair', ...person }, { timeoutMs })
    expect(repaired).toMatchObject({ outcome: 'done', pid: started.pid })
  })
})
