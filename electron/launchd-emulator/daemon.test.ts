import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createEmulatorClient } from './client.ts'
import { startDaemon } from './daemon.ts'
import { isAnswered } from './daemon-socket.ts'
import { findGroupLeader, processStart } from './process-identity.ts'
import { socketPath } from './root-directory.ts'
import {
  isRunning,
  type TestEmulator,
  temporaryFolder,
  testEmulator,
  until,
  useBuiltEmulator,
} from './test-emulator.ts'

const programs = useBuiltEmulator()
let emulator: TestEmulator
beforeEach(() => {
  emulator = testEmulator(programs)
})
afterEach(async () => {
  await emulator.remove()
})

const label = 'com.example.agent'
const sleeper = { ProgramArguments: ['/bin/sleep', '1000'], RunAtLoad: true, KeepAlive: true, ThrottleInterval: 1 }

async function bootstrap(keys: Readonly<Record<string, unknown>> = sleeper): Promise<void> {
  expect(await emulator.run(['bootstrap', emulator.target(), emulator.plist(label, keys)])).toEqual([0, '', ''])
}

/** Of the job, once it is past the trampoline. */
async function jobPid(): Promise<number> {
  return await until(async () => {
    const { state, pid } = await emulator.facts(label)
    return state !== 'xpcproxy' && pid !== undefined && Number(pid)
  })
}

async function daemonPid(): Promise<number> {
  return await until(async () => (await emulator.client.status()).pid)
}

async function killDaemon(): Promise<void> {
  const pid = await daemonPid()
  process.kill(pid, 'SIGKILL')
  await until(() => !isRunning(pid))
}

/** Every process that carries this root's agent socket in its environment and leads a group: the jobs. */
function jobProcesses(): readonly number[] {
  const socket = /SSH_AUTH_SOCK=[^"]+/
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && processStart(Number(name)) !== undefined)
    .filter((name) => {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8')
        return socket.test(environment) && environment.includes(`HOME=${emulator.home}`)
      } catch {
        return false
      }
    })
    .map(Number)
}

test('K-BASE-1 kill -9 of the daemon: the next verb finds the job, neither doubled nor leaked', async () => {
  await bootstrap()
  const pid = await jobPid()
  const before = await emulator.facts(label)
  for (let round = 0; round < 3; round += 1) {
    await killDaemon()
    expect(existsSync(socketPath(emulator.root))).toBe(true)
    expect(await emulator.facts(label)).toEqual(before)
  }
  expect(isRunning(pid)).toBe(true)
  if (process.platform === 'linux') expect(jobProcesses()).toEqual([pid])
  expect(await emulator.run(['bootout', '--wait', emulator.target(label)])).toEqual([0, '', ''])
  expect(isRunning(pid)).toBe(false)
})

test('K-BASE-1 kickstart -k of an adopted process ends it and starts the next', async () => {
  await bootstrap()
  const pid = await jobPid()
  await killDaemon()
  const [code, stdout] = await emulator.run(['kickstart', '-kp', emulator.target(label)])
  expect([code, isRunning(pid), isRunning(Number(stdout))]).toEqual([0, false, true])
  // Nobody saw how it ended: it was no child of the daemon that watched it.
  expect(await emulator.facts(label)).toMatchObject({ runs: '2', 'last exit code': '(abandoned)' })
})

test('K-BASE-1 a job that ended while no daemon ran is respawned by the next', async () => {
  await bootstrap()
  const pid = await jobPid()
  await killDaemon()
  process.kill(pid, 'SIGKILL')
  await until(() => !isRunning(pid))
  expect(await until(async () => (await jobPid()) !== pid)).toBe(true)
  expect((await emulator.facts(label))['runs']).toBe('2')
})

test('R-DRAIN-1 kill -9 of the daemon while a label drains: it goes all the same', async () => {
  await bootstrap({
    ProgramArguments: ['/bin/sh', '-c', "trap '' TERM; while :; do sleep 0.05; done"],
    RunAtLoad: true,
    ExitTimeOut: 1,
  })
  const pid = await jobPid()
  await sleep(100)
  await emulator.run(['bootout', emulator.target(label)])
  await killDaemon()
  expect((await emulator.facts(label))['state']).toBe('SIGTERMed')
  await until(async () => (await emulator.run(['print', emulator.target(label)]))[0] === 113)
  expect(isRunning(pid)).toBe(false)
})

test.skipIf(process.platform !== 'linux')(
  'K-BASE-1 a process spawned in the moment the daemon was killed is found by its environment',
  async () => {
    const since = Date.now()
    await bootstrap()
    const pid = await jobPid()
    await killDaemon()
    const statePath = join(emulator.root, 'state.json')
    const state = JSON.parse(readFileSync(statePath, 'utf8'))
    const { process: known, ...job } = state.jobs[0]
    expect(known.pid).toBe(pid)
    writeFileSync(statePath, JSON.stringify({ ...state, jobs: [{ ...job, spawning: true }] }))
    expect(await jobPid()).toBe(pid)
    expect(jobProcesses()).toEqual([pid])
    expect(findGroupLeader([`XPC_SERVICE_NAME=${label}`], Date.now() + 60_000)).toBeUndefined()
    expect(findGroupLeader([`XPC_SERVICE_NAME=${label}`, `HOME=${emulator.home}`], since)?.pid).toBe(pid)
  },
)

test('K-BASE-1 eight callers that start the daemon at once get one daemon', async () => {
  const clients = Array.from({ length: 4 }, () =>
    createEmulatorClient({ root: emulator.root, home: emulator.home, daemonPath: programs.daemon }),
  )
  const environment = { ...process.env, LAUNCHD_EMULATOR_ROOT: emulator.root }
  const answers = await Promise.all([
    ...clients.map(async (client) => (await client.run(['manageruid'], { timeoutMs: 15_000 })).ended),
    ...Array.from({ length: 4 }, async () => {
      await promisify(execFile)(programs.launchctl, ['manageruid'], { env: environment })
      return 'exited'
    }),
  ])
  expect(answers).toEqual(Array.from({ length: 8 }, () => 'exited'))
  const served = readFileSync(join(emulator.root, 'launchd.log'), 'utf8').match(/ serves /g)
  expect(served).toHaveLength(1)
})

test('K-BASE-1 a stale socket, pid file and temporary file are no obstacle', async () => {
  await emulator.run(['version'])
  await killDaemon()
  writeFileSync(join(emulator.root, 'launchd.pid'), JSON.stringify({ pid: process.pid, start: 'long ago' }))
  expect((await emulator.run(['manageruid']))[0]).toBe(0)
  await killDaemon()
  writeFileSync(join(emulator.root, 'launchd.pid'), 'no JSON')
  expect((await emulator.run(['manageruid']))[0]).toBe(0)
})

test('K-BASE-1 a start lock that a killed daemon left is taken over', async () => {
  mkdirSync(join(emulator.root, 'start.lock'), { recursive: true })
  expect((await emulator.run(['manageruid']))[0]).toBe(0)
}, 15_000)

test('K-BASE-1 a socket that somebody removed comes back, with the same daemon', async () => {
  await bootstrap()
  const [pid, daemon] = [await jobPid(), await daemonPid()]
  rmSync(socketPath(emulator.root))
  expect(await jobPid()).toBe(pid)
  expect(await daemonPid()).toBe(daemon)
})

test('K-BASE-1 a root that is deleted takes its daemon and its jobs along', async () => {
  await bootstrap()
  const [pid, daemon] = [await jobPid(), await daemonPid()]
  rmSync(emulator.root, { recursive: true })
  await until(() => !isRunning(pid) && !isRunning(daemon))
})

test('K-BASE-1 a caller that leaves does not disturb; what it asked for goes on', async () => {
  await bootstrap()
  await jobPid()
  expect(await emulator.client.run(['kickstart', '-k', emulator.target(label)], { timeoutMs: 50 })).toMatchObject({
    ended: 'timed-out',
  })
  await until(async () => (await emulator.facts(label))['runs'] === '2')
})

test('K-BASE-1 stop boots out every job, with what is left of their groups, and ends the daemon', async () => {
  const marker = join(emulator.folder, 'child')
  await bootstrap({
    ProgramArguments: ['/bin/sh', '-c', `(trap '' TERM; while :; do sleep 0.05; done) & echo $! > ${marker}; wait`],
    RunAtLoad: true,
  })
  const [pid, daemon] = [await jobPid(), await daemonPid()]
  const child = Number(await until(() => existsSync(marker) && readFileSync(marker, 'utf8').trim()))
  await sleep(50)
  await emulator.client.stop()
  await until(() => !isRunning(daemon))
  expect([isRunning(pid), isRunning(child)]).toEqual([false, false])
  expect(await emulator.client.status()).toEqual({ running: false, jobs: [] })
})

test('K-BASE-1 stop ends the jobs that a killed daemon left behind', async () => {
  await bootstrap()
  const pid = await jobPid()
  await killDaemon()
  await emulator.client.stop()
  expect(isRunning(pid)).toBe(false)
  expect(existsSync(join(emulator.root, 'state.json'))).toBe(false)
})

test('K-BASE-3 overrides and switches outlive the daemon', async () => {
  await emulator.run(['disable', emulator.target(label)])
  await emulator.client.setSwitches({ 'K-BADREQ': 'off' })
  await emulator.client.stop()
  expect((await emulator.run(['print-disabled', emulator.target()]))[1]).toContain(`"${label}" => disabled`)
  expect((await emulator.run(['print', emulator.target(label)]))[2]).not.toContain('Bad request.')
})

test('K-BASE-1 an idle daemon ends by itself, and not while a job is loaded', async () => {
  const client = createEmulatorClient({ root: emulator.root, daemonPath: programs.daemon, idleSeconds: 1 })
  await client.run(['bootstrap', emulator.target(), emulator.plist(label, { ...sleeper, KeepAlive: false })], {
    timeoutMs: 10_000,
  })
  await sleep(1800)
  const daemon = await until(async () => (await client.status()).pid)
  await client.run(['bootout', '--wait', emulator.target(label)], { timeoutMs: 10_000 })
  await until(() => !isRunning(daemon))
  expect(existsSync(socketPath(emulator.root))).toBe(false)
})

test('K-BASE-1 a root too long for a socket works all the same', async () => {
  const folder = temporaryFolder('emulator-long-')
  const root = join(folder, 'x'.repeat(120))
  const client = createEmulatorClient({ root, home: emulator.home, daemonPath: programs.daemon })
  expect(await client.run(['manageruid'], { timeoutMs: 10_000 })).toMatchObject({ ended: 'exited', code: 0 })
  expect(Buffer.byteLength(socketPath(root))).toBeLessThanOrEqual(103)
  await client.stop()
  expect(await isAnswered(socketPath(root))).toBe(false)
  rmSync(folder, { recursive: true })
})

test('K-BASE-1 a daemon can live in a process of the host’s', async () => {
  let daemon: Awaited<ReturnType<typeof startDaemon>>
  const client = createEmulatorClient({
    root: emulator.root,
    daemonPath: '/no/such/launchd.js',
    startDaemon: async () => {
      daemon = await startDaemon({ root: emulator.root, home: emulator.home, idleSeconds: 60, log: () => {} })
    },
  })
  expect(await client.run(['manageruid'], { timeoutMs: 5000 })).toMatchObject({ ended: 'exited', code: 0 })
  expect((await client.status()).pid).toBe(process.pid)
  await client.stop()
  await daemon?.ended
  expect(existsSync(socketPath(emulator.root))).toBe(false)
})

test('K-BASE-1 a daemon that cannot start is a failure with a cause, not an answer', async () => {
  const client = createEmulatorClient({ root: emulator.root, daemonPath: '/no/such/launchd.js' })
  const result = await client.run(['version'], { timeoutMs: 10_000 })
  expect(result).toMatchObject({ ended: 'failed', cause: expect.stringContaining('launchd could not be started') })
})

test('K-BASE-1 a call in process costs milliseconds', async () => {
  await bootstrap()
  await jobPid()
  const durations: number[] = []
  for (let call = 0; call < 50; call += 1) {
    const { durationMs } = await emulator.client.run(['print', emulator.target(label)], { timeoutMs: 1000 })
    durations.push(durationMs)
  }
  durations.sort((a, b) => a - b)
  // 1 ms on an idle machine; the bound leaves room for a busy one.
  expect(durations[25]).toBeLessThan(15)
})
