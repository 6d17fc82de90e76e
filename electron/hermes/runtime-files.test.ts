import { execFileSync } from 'node:child_process'
import { mkdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  gatewayRecord,
  heartbeatRecord,
  pid,
  startedAt,
  startTime,
  stateRecord,
  writeHome,
} from './fixtures/gateway-home.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import { parseGatewayRecord, parseHeartbeat } from './gateway-record.ts'
import { readHeartbeat, readLockFile, readPidFile, readStateFile } from './runtime-files.ts'
import { parseStateFile } from './state-file.ts'

test.each([
  ['a bare integer', ' 48211\n', { pid, argv: [] }],
  ['a record without start time and home', { pid, argv: ['x'], start_time: null }, { pid, argv: ['x'] }],
  ['seconds', { pid, start_time: 1790237730 }, { pid, argv: [], startedAt: 1_790_237_730_000, startTime: 1790237730 }],
  [
    'the newest',
    { ...gatewayRecord('/h'), future: { key: 1 } },
    {
      pid,
      argv: ['/h/hermes-agent/hermes_cli/main.py', 'gateway', 'run', '--external-supervisor'],
      startedAt,
      startTime,
      home: '/h',
    },
  ],
])('gateway.pid and gateway.lock: %s', async (_, content, record) => {
  const home = await temporaryFolder()
  await writeHome(home, { 'gateway.pid': content, 'gateway.lock': content })
  expect(await readPidFile(home)).toEqual({ seen: 'content', content: record })
  expect(await readLockFile(home)).toEqual({ seen: 'content', content: record })
})

test.each(['', '\n', '{', '{"pid": "x"}', '[]', 'null', '-5', '{"pid": 0}'])(
  'a pid file that holds %j is damaged, and says since when',
  async (content) => {
    const home = await temporaryFolder()
    await writeHome(home, { 'gateway.pid': content })
    await utimes(join(home, 'gateway.pid'), 1_790_000_000, 1_790_000_000)
    expect(await readPidFile(home)).toMatchObject({ seen: 'damaged', writtenAt: 1_790_000_000_000 })
  },
)

test('no file is none; a file that cannot be read is unknown', async () => {
  const home = await temporaryFolder()
  for (const read of [readPidFile, readLockFile, readStateFile, readHeartbeat]) {
    expect(await read(home)).toEqual({ seen: 'none' })
  }
  await mkdir(join(home, 'gateway.pid'))
  await mkdir(join(home, 'gateway_state.json'))
  await mkdir(join(home, 'state', 'gateway.heartbeat'), { recursive: true })
  for (const read of [readPidFile, readStateFile, readHeartbeat]) {
    expect(await read(home)).toMatchObject({ seen: 'unknown', cause: expect.stringContaining('could not be read') })
  }
})

test('a pipe in the place of a file holds nobody up', async () => {
  const home = await temporaryFolder()
  execFileSync('mkfifo', [join(home, 'gateway.pid')])
  expect((await readPidFile(home)).seen).toBe('damaged')
})

test('the heartbeat counts from when its file was written', async () => {
  const home = await temporaryFolder()
  await writeHome(home, { 'state/gateway.heartbeat': heartbeatRecord() })
  await utimes(join(home, 'state/gateway.heartbeat'), 1_790_240_000, 1_790_240_000)
  expect(await readHeartbeat(home)).toEqual({
    seen: 'content',
    content: { heartbeat: { pid, startedAt, tickSocket: true }, writtenAt: 1_790_240_000_000 },
  })
})

test.each([
  [{ pid }, { pid }],
  [
    { pid, loop_tick_socket: false },
    { pid, tickSocket: false },
  ],
  [
    { pid, loop_tick_socket: null },
    { pid, tickSocket: false },
  ],
  [{ start_time: 5 }, undefined],
])('heartbeat %j', (content, expected) => {
  expect(parseHeartbeat(JSON.stringify(content))).toEqual(expected)
})

/** Text that was JSON of Hermes' once: values replaced, keys dropped, characters cut out. */
const mutated = fc
  .record({
    base: fc.constantFrom(stateRecord('/h'), gatewayRecord('/h'), heartbeatRecord()),
    key: fc.nat(),
    value: fc.jsonValue({ maxDepth: 3 }),
    drop: fc.boolean(),
    cut: fc.tuple(fc.nat(2000), fc.nat(40)),
    damage: fc.boolean(),
  })
  .map(({ base, key, value, drop, cut, damage }) => {
    const keys = Object.keys(base)
    const chosen = keys[key % keys.length] ?? 'pid'
    const { [chosen]: _, ...rest } = base
    const text = JSON.stringify(drop ? rest : { ...rest, [chosen]: value })
    return damage ? text.slice(0, cut[0]) + text.slice(cut[0] + cut[1]) : text
  })

test('no mutation makes a reader throw, and what is read keeps its types', () => {
  fc.assert(
    fc.property(fc.oneof(mutated, fc.json(), fc.string()), (text) => {
      const record = parseGatewayRecord(text)
      expect(record === undefined || record.pid > 0).toBe(true)
      parseHeartbeat(text)
      const state = parseStateFile(text)?.state
      if (state === undefined) return
      expect(typeof state.gatewayState).toBe('string')
      expect(state.activeAgents).toBeGreaterThanOrEqual(0)
      for (const platform of state.platforms) expect(typeof platform.state).toBe('string')
      for (const work of state.activeWork) expect(work).not.toBe('')
    }),
    { numRuns: 2_000 },
  )
})
