import { spawn } from 'node:child_process'
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createProcessTable } from '../processes/process-table.ts'
import {
  blindTable,
  entry,
  gatewayRecord,
  now,
  pid,
  processTable,
  processTree,
  startedAt,
  stateRecord,
  writeHome,
} from './fixtures/gateway-home.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import { findGatewayProcess, type JobPid } from './liveness.ts'

async function homeWith(files: (home: string) => Readonly<Record<string, unknown>>): Promise<string> {
  const home = await temporaryFolder()
  await writeHome(home, files(home))
  return home
}

function look(home: string, jobPid: JobPid = 47551, entries = processTree(home)) {
  return findGatewayProcess(home, { processes: processTable(entries), jobPid, now })
}

test('a wrapped gateway is supervised by the pid two steps above it (hermes-agent#94050)', async () => {
  const home = await homeWith((at) => ({ 'gateway.pid': gatewayRecord(at) }))
  expect(await look(home)).toEqual({
    seen: 'alive',
    identity: { pid, startedAt: Math.floor(startedAt / 1000) * 1000 },
    supervised: 'yes',
    commandLine: `${home}/hermes-agent/venv/bin/python -m hermes_cli.main gateway run --external-supervisor`,
  })
})

test.each([
  ['its own pid, as in the early era', pid, 'yes'],
  ['the wrapper', 47577, 'yes'],
  ['some other process', 999, 'no'],
  ['nothing', 'none', 'no'],
  ['not known', undefined, 'unknown'],
] as const)("launchd's pid is %s", async (_, jobPid, supervised) => {
  const home = await homeWith((at) => ({ 'gateway.pid': gatewayRecord(at) }))
  const question = { processes: processTable(processTree(home)), now }
  expect(await findGatewayProcess(home, { ...question, jobPid: Promise.resolve(jobPid) })).toMatchObject({ supervised })
})

test.each([
  ['the lock', { 'gateway.lock': gatewayRecord }, 'alive'],
  ['the lock, beside a dead pid file', { 'gateway.pid': () => '4711', 'gateway.lock': gatewayRecord }, 'alive'],
  ['the state', { 'gateway_state.json': stateRecord }, 'alive'],
  ['a bare pid', { 'gateway.pid': () => String(pid) }, 'alive'],
  [
    'a state that says it stopped',
    { 'gateway_state.json': (at: string) => ({ ...stateRecord(at), gateway_state: 'stopped' }) },
    'none',
  ],
  [
    'a state that says it never started',
    { 'gateway_state.json': (at: string) => ({ ...stateRecord(at), gateway_state: 'startup_failed' }) },
    'none',
  ],
  ['nothing', {}, 'none'],
  ['another home', { 'gateway.pid': (at: string) => ({ ...gatewayRecord(at), hermes_home: '/nowhere/else' }) }, 'none'],
  [
    'an earlier process with this pid',
    { 'gateway.pid': (at: string) => ({ ...gatewayRecord(at), start_time: 17e10 }) },
    'none',
  ],
  [
    'a start time in seconds',
    { 'gateway.pid': (at: string) => ({ ...gatewayRecord(at), start_time: startedAt / 1000 }) },
    'alive',
  ],
  ['an unknown start time', { 'gateway.pid': (at: string) => ({ ...gatewayRecord(at), start_time: null }) }, 'alive'],
] as const)('named by %s', async (_, files, seen) => {
  const home = await homeWith((at) => Object.fromEntries(Object.entries(files).map(([name, make]) => [name, make(at)])))
  expect((await look(home)).seen).toBe(seen)
})

test.each([
  ['is gone', []],
  [
    'is a wrapper',
    [entry(pid, 1, startedAt, 'python -m hermes_cli.stderr_timestamp -- python -m hermes_cli.main gateway run')],
  ],
  ['is another program: the pid was given away', [entry(pid, 1, startedAt, '/usr/bin/ssh-agent')]],
  ["is another profile's", [entry(pid, 1, startedAt, 'python -m hermes_cli.main -p work gateway run')]],
])('the process that is named %s', async (_, entries) => {
  const home = await homeWith((at) => ({ 'gateway.pid': gatewayRecord(at), 'gateway.lock': gatewayRecord(at) }))
  expect(await look(home, 47551, entries)).toEqual({ seen: 'none' })
})

test('the same home by another path is this home', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'real'))
  await symlink(join(folder, 'real'), join(folder, 'link'))
  await writeHome(join(folder, 'real'), { 'gateway.pid': gatewayRecord(join(folder, 'link')) })
  expect((await look(join(folder, 'real'))).seen).toBe('alive')
})

test('what cannot be seen is unknown, and never none', async () => {
  const home = await homeWith((at) => ({ 'gateway.pid': gatewayRecord(at) }))
  expect(await findGatewayProcess(home, { processes: blindTable, jobPid: 1, now })).toEqual({
    seen: 'unknown',
    cause: 'processes could not be listed: ps timed out',
  })
  const unreadable = await temporaryFolder()
  await mkdir(join(unreadable, 'gateway.pid'))
  expect(await look(unreadable)).toMatchObject({ seen: 'unknown' })
})

test('a file that cannot be read does not hide a gateway that another file names', async () => {
  const home = await homeWith((at) => ({ 'gateway.lock': gatewayRecord(at) }))
  await mkdir(join(home, 'gateway.pid'))
  expect((await look(home)).seen).toBe('alive')
})

test.each([
  ['just now: it may be half written', 2, 'unknown'],
  ['long ago: it is no witness', 3_600, 'none'],
])('a damaged pid file, written %s', async (_, ageSeconds, seen) => {
  const home = await homeWith(() => ({ 'gateway.pid': '' }))
  const writtenAt = now / 1000 - ageSeconds
  await utimes(join(home, 'gateway.pid'), writtenAt, writtenAt)
  expect((await look(home)).seen).toBe(seen)
})

test('secrets on a command line do not leave', async () => {
  const home = await homeWith((at) => ({ 'gateway.pid': gatewayRecord(at) }))
  const found = await look(home, 1, [entry(pid, 1, startedAt, 'hermes gateway run --token hunter2')])
  expect(found).toMatchObject({ commandLine: 'hermes gateway run --token •••' })
})

test('a real process is found, and is gone when it is gone', async () => {
  const home = await temporaryFolder()
  await writeFile(join(home, 'hermes'), 'setTimeout(() => {}, 60_000)')
  const child = spawn(process.execPath, [join(home, 'hermes'), 'gateway', 'run'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await writeHome(home, { 'gateway.pid': { pid: child.pid, start_time: Date.now() / 10, hermes_home: home } })
  const question = { processes: createProcessTable(), jobPid: process.pid, now: Date.now() }
  // Until the child has become node, the table shows what it was forked from.
  await expect.poll(() => findGatewayProcess(home, question)).toMatchObject({ seen: 'alive', supervised: 'yes' })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exited
  expect(await findGatewayProcess(home, question)).toEqual({ seen: 'none' })
})
