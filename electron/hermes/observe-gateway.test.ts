import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ProcessEntry, ProcessTable } from '../processes/process-table.ts'
import {
  blindTable,
  gatewayRecord,
  heartbeatRecord,
  now,
  pid,
  processTable,
  processTree,
  startedAt,
  startTime,
  stateRecord,
  writeHome,
} from './fixtures/gateway-home.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import { type GatewayQuestion, observeGateway } from './observe-gateway.ts'
import { plannedStopPath, renderPlannedStop } from './planned-stop.ts'
import { serviceForHome } from './service.ts'

const accountHome = '/nowhere/ana'

function observe(
  home: string,
  question: Partial<GatewayQuestion> = {},
  entries: readonly ProcessEntry[] = processTree(home),
) {
  return observeGateway(serviceForHome(home, accountHome), {
    processes: processTable(entries),
    jobPid: 47551,
    now,
    probeTickSocket: () => Promise.reject(new Error('must not be asked')),
    ...question,
  })
}

async function healthyHome(heartbeatAgeSeconds = 20): Promise<string> {
  const home = await temporaryFolder()
  await writeHome(home, {
    'gateway.pid': gatewayRecord(home),
    'gateway.lock': gatewayRecord(home),
    'gateway_state.json': { ...stateRecord(home), gateway_state: 'running', restart_requested: false },
    'state/gateway.heartbeat': heartbeatRecord(),
    'gateway-starts.log': '1790237730.1\n',
    'logs/gateway.error.log': '2026-09-24 10:15:33,902 WARNING slow\n',
  })
  await setAge(home, heartbeatAgeSeconds)
  return home
}

async function setAge(home: string, ageSeconds: number): Promise<void> {
  const at = now / 1000 - ageSeconds
  await utimes(join(home, 'state', 'gateway.heartbeat'), at, at)
}

test('a healthy gateway', async () => {
  const home = await healthyHome()
  const report = await observe(home)
  expect(report).toMatchObject({
    process: { seen: 'alive', identity: { pid }, supervised: 'yes' },
    jobStartedAt: Math.floor((startedAt - 800) / 1000) * 1000,
    state: { seen: 'state', state: { gatewayState: 'running', current: true, codeVersion: '0.21.5' } },
    heartbeatAgeMs: 20_000,
    wedged: false,
    parked: false,
    reload: { stage: 'none' },
    launchdGivenUp: false,
    recentStarts: [1_790_237_730_100],
    lastErrorLine: '2026-09-24 10:15:33,902 WARNING slow',
  })
  expect(report).not.toHaveProperty('plannedStop')
  expect(report).not.toHaveProperty('servedBy')
})

test('an empty home', async () => {
  expect(await observe(await temporaryFolder(), { jobPid: 'none' })).toEqual({
    process: { seen: 'none' },
    state: { seen: 'none' },
    wedged: false,
    parked: false,
    reload: { stage: 'none' },
    launchdGivenUp: false,
    recentStarts: [],
  })
})

test("launchd's process is dated while the gateway has not reported itself, and processes are listed once", async () => {
  const home = await temporaryFolder()
  const tree = processTree(home)
  let lists = 0
  const processes: ProcessTable = {
    lookUp: (pids) => {
      lists += 1
      return processTable(tree).lookUp(pids)
    },
  }
  const starting = await observe(home, { processes })
  expect(starting).toMatchObject({ process: { seen: 'none' }, jobStartedAt: tree[0]?.startedAt })
  expect(lists).toBe(1)
  await writeHome(home, { 'gateway.pid': gatewayRecord(home) })
  expect(await observe(home, { processes })).toMatchObject({
    process: { seen: 'alive' },
    jobStartedAt: tree[0]?.startedAt,
  })
  expect(lists).toBe(2)
  expect(await observe(home, { processes: blindTable })).not.toHaveProperty('jobStartedAt')
  expect(await observe(home, { jobPid: 'none' })).not.toHaveProperty('jobStartedAt')
})

test('what a dead gateway left behind is told apart', async () => {
  const home = await healthyHome()
  const report = await observe(home, {}, [])
  expect(report.process).toEqual({ seen: 'none' })
  expect(report.state).toMatchObject({ state: { gatewayState: 'running', current: false } })
  expect(report).not.toHaveProperty('heartbeatAgeMs')
})

test('a state file of an earlier process with the same pid is not current', async () => {
  const home = await healthyHome()
  await writeHome(home, { 'gateway_state.json': { ...stateRecord(home), start_time: startTime - 100_000 } })
  expect((await observe(home)).state).toMatchObject({ state: { current: false } })
})

test('what cannot be read is unknown', async () => {
  const home = await temporaryFolder()
  await mkdir(join(home, 'gateway_state.json'))
  const report = await observe(home)
  expect(report.state).toMatchObject({ seen: 'unknown' })
  expect(report.process).toMatchObject({ seen: 'unknown' })
  const garbled = await healthyHome()
  await writeHome(garbled, { 'gateway_state.json': '{' })
  expect((await observe(garbled)).state).toMatchObject({
    seen: 'unknown',
    cause: expect.stringContaining('makes no sense'),
  })
  expect((await observe(await healthyHome(), { processes: blindTable })).process).toMatchObject({ seen: 'unknown' })
})

test("a failed look for launchd's pid leaves only the supervision open", async () => {
  const home = await healthyHome()
  const failing = () => Promise.reject(new Error('launchctl timed out'))
  expect((await observe(home, { jobPid: failing() })).process).toMatchObject({ seen: 'alive', supervised: 'unknown' })
  const empty = await temporaryFolder()
  expect((await observe(empty, { jobPid: failing() })).process).toEqual({ seen: 'none' })
})

const silent = async () => 'silent' as const
const answered = async () => 'answered' as const
const unknown = async () => 'unknown' as const

test.each([
  ['stale and silent', 91, { loop_tick_socket: true }, silent, true],
  ['stale, and the loop answers: half a wedge is none', 91, { loop_tick_socket: true }, answered, false],
  ['stale, and the socket is not there (hermes-agent#94758)', 91, { loop_tick_socket: true }, unknown, false],
  ['stale, of a Hermes without the socket', 91, { loop_tick_socket: undefined }, undefined, true],
  ['stale, where the socket could not be made', 91, { loop_tick_socket: false }, undefined, false],
  ['at its limit', 90, { loop_tick_socket: true }, undefined, false],
  ["stale, of another process' start", 91, { start_time: 1 }, undefined, false],
  ['stale, of another pid', 91, { pid: 4711 }, undefined, false],
] as const)('a heartbeat that is %s', async (_, age, change, probe, wedged) => {
  const home = await healthyHome()
  await writeHome(home, { 'state/gateway.heartbeat': { ...heartbeatRecord(), ...change } })
  await setAge(home, age)
  const report = await observe(home, probe === undefined ? {} : { probeTickSocket: probe })
  expect(report.wedged).toBe(wedged)
})

test('a dead process is not wedged, however old its heartbeat', async () => {
  expect((await observe(await healthyHome(3_600), {}, [])).wedged).toBe(false)
})

test.each([
  ['for the live process', { target: pid, start: startTime }, 'alive', true],
  ['for the live process, start unknown', { target: pid, start: undefined }, 'alive', true],
  ['for an earlier process', { target: 4711, start: startTime }, 'alive', false],
  ['for a process that has just ended', { target: 4711, start: startTime }, 'gone', true],
] as const)('a stop planned %s', async (_, marker, process, told) => {
  const home = await healthyHome()
  const text = renderPlannedStop(marker.target, marker.start, { now: now - 5_000, stopperPid: 1 })
  await writeFile(plannedStopPath(home), text)
  const { plannedStop } = await observe(home, {}, process === 'alive' ? processTree(home) : [])
  expect(plannedStop).toEqual(told ? { targetPid: marker.target, writtenAt: now - 5_000 } : undefined)
})

test('markers of Hermes', async () => {
  const home = await temporaryFolder()
  await writeHome(home, { 'gateway.parked': '', '.gateway-launchd-unsupported': { reason: 'exit 5/125' } })
  expect(await observe(home)).toMatchObject({ parked: true, launchdGivenUp: true })
})

async function servedHome(change: Readonly<Record<string, unknown>> = {}): Promise<{ root: string; home: string }> {
  const root = await healthyHome()
  await writeHome(root, { 'gateway_state.json': { ...stateRecord(root), gateway_state: 'running', ...change } })
  const home = join(root, 'profiles', 'work')
  await mkdir(home, { recursive: true })
  return { root, home }
}

test('a profile that the live host serves has no files, and is not down', async () => {
  const { root, home } = await servedHome()
  expect(await observe(home, { jobPid: 'none' }, processTree(root))).toMatchObject({
    process: { seen: 'none' },
    servedBy: root,
  })
})

test.each([
  ['the host serves others only', { served_profiles: ['default'] }, true],
  ['the host is dead', {}, false],
  ["the host's state is of an earlier process", { start_time: startTime - 100_000 }, true],
])('a profile is not served when %s', async (_, change, alive) => {
  const { root, home } = await servedHome(change)
  expect(await observe(home, {}, alive ? processTree(root) : [])).not.toHaveProperty('servedBy')
})

test('a profile with a gateway of its own is served by nobody', async () => {
  const { root, home } = await servedHome()
  await writeHome(home, { 'gateway.pid': { pid: 500, start_time: startTime } })
  const own = { pid: 500, parentPid: 1, startedAt, commandLine: 'hermes -p work gateway run' }
  const report = await observe(home, {}, [...processTree(root), own])
  expect(report.process).toMatchObject({ seen: 'alive', identity: { pid: 500 } })
  expect(report).not.toHaveProperty('servedBy')
})

test('a look at a healthy gateway takes a few milliseconds', async () => {
  const home = await healthyHome()
  const times: number[] = []
  for (let round = 0; round < 21; round += 1) {
    const before = performance.now()
    await observe(home)
    times.push(performance.now() - before)
  }
  // Two or three where nothing else runs; the bound leaves room for a busy machine.
  expect(Math.min(...times)).toBeLessThan(10)
})
