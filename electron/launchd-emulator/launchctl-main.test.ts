import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { useBuiltEmulator, useEmulator } from './test-emulator.ts'

const programs = useBuiltEmulator()
const emulator = useEmulator(programs)

/** Runs the executable as any program would that finds it in PATH: [exit code or signal, stdout, stderr]. */
async function launchctl(...args: readonly string[]): Promise<readonly [number | string, string, string]> {
  return await launchctlIn(programs.folder, args)
}

async function launchctlIn(
  folder: string,
  args: readonly string[],
): Promise<readonly [number | string, string, string]> {
  return await new Promise((resolve) => {
    const env = { PATH: `${folder}:${process.env['PATH']}`, LAUNCHD_EMULATOR_ROOT: emulator.root, HOME: emulator.home }
    execFile('launchctl', args, { env, cwd: emulator.folder }, (error, stdout, stderr) => {
      resolve([error === null ? 0 : (error.signal ?? error.code ?? -1), stdout, stderr])
    })
  })
}

const label = 'com.example.agent'

test('V-GEN-1 the executable has launchctl’s exit codes, V-GEN-2 streams and silence', async () => {
  emulator.plist(label, { ProgramArguments: ['/bin/sleep', '1000'] })
  expect(await launchctl('bootstrap', emulator.target(), `${label}.plist`)).toEqual([0, '', ''])
  const [code, stdout, stderr] = await launchctl('print', emulator.target(label))
  expect([code, stdout.split('\n')[0], stderr]).toEqual([0, `${emulator.target(label)} = {`, ''])
  expect(await launchctl('bootout', '--wait', emulator.target(label))).toEqual([0, '', ''])
  expect(await launchctl('bootout', emulator.target(label))).toEqual([3, '', 'Boot-out failed: 3: No such process\n'])
  expect(await launchctl('start', label)).toEqual([3, '', ''])
})

test('V-GEN-1 the executable finds its daemon through a link', async () => {
  symlinkSync(programs.launchctl, join(emulator.home, 'launchctl'))
  await emulator.client.stop()
  expect(await launchctlIn(emulator.home, ['manageruid'])).toEqual([0, `${emulator.uid}\n`, ''])
})

test('V-LOAD-4 K-LOADEXIT abort: the executable dies of SIGABRT', async () => {
  expect(await launchctl('emulator', 'switch', 'K-LOADEXIT=abort')).toEqual([0, '', ''])
  expect((await launchctl('load', '/no/such.plist'))[0]).toBe('SIGABRT')
  await launchctl('emulator', 'switch', 'K-LOADEXIT=')
  expect((await launchctl('load', '/no/such.plist'))[0]).toBe(0)
})

test('V-GEN-10 a reader that leaves early does not change the status', async () => {
  const env = { PATH: process.env['PATH'], LAUNCHD_EMULATOR_ROOT: emulator.root }
  const child = spawn(programs.launchctl, ['help'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  child.stdout.destroy()
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('K-BASE-1 the emulator’s own commands: status, switch, stop', async () => {
  await launchctl('version')
  expect(JSON.parse((await launchctl('emulator', 'status'))[1])).toMatchObject({ running: true, jobs: [] })
  const [code, , stderr] = await launchctl('emulator', 'switch', 'K-NOGUI=1')
  expect([code, stderr]).toEqual([153, 'launchctl: K-NOGUI is off, 125, 112; not 1\n'])
  expect((await launchctl('emulator'))[0]).toBe(64)
  expect(await launchctl('emulator', 'stop')).toEqual([0, '', ''])
  expect(JSON.parse((await launchctl('emulator', 'status'))[1])).toEqual({ running: false, jobs: [] })
  expect((await launchctl('help'))[1]).not.toMatch(/^\temulator/m)
})
