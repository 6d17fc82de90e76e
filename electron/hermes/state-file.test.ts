import { expect, test } from 'vitest'
import { pid, startedAt, startTime, stateRecord } from './fixtures/gateway-home.ts'
import { parseStateFile } from './state-file.ts'

function stateOf(change: Readonly<Record<string, unknown>>) {
  return parseStateFile(JSON.stringify({ ...stateRecord('/h'), ...change }))?.state
}

test('the newest file', () => {
  expect(stateOf({})).toEqual({
    gatewayState: 'draining',
    pid,
    startedAt,
    restartRequested: true,
    activeAgents: 1,
    activeWork: ['cron daily-report (212 s, terminal)'],
    platforms: [
      { name: 'telegram', state: 'connected', needsAttention: false },
      { name: 'work:slack', state: 'retrying', error: 'timed out', needsAttention: true },
    ],
    servedProfiles: ['default', 'work'],
    updatedAt: Date.UTC(2026, 8, 24, 9, 2, 5, 771),
    codeSha: '0'.repeat(40),
    codeVersion: '0.21.5',
  })
})

test('an early file has few keys', () => {
  const early = { pid, start_time: null, gateway_state: 'running', platforms: { telegram: { state: 'connected' } } }
  expect(parseStateFile(JSON.stringify(early))?.state).toEqual({
    gatewayState: 'running',
    pid,
    restartRequested: false,
    activeAgents: 0,
    activeWork: [],
    platforms: [{ name: 'telegram', state: 'connected', needsAttention: false }],
    servedProfiles: [],
  })
})

test('a file that names no pid still says what it says', () => {
  const file = parseStateFile('{"gateway_state":"startup_failed","exit_reason":"bad config"}')
  expect(file?.record).toBeUndefined()
  expect(file?.state).toMatchObject({ gatewayState: 'startup_failed', exitReason: 'bad config' })
})

test.each([
  ['its writer', { writer_pid: pid, writer_start_time: startTime }, true],
  ['an earlier gateway', { writer_pid: 4711, writer_start_time: startTime }, false],
  ['an earlier gateway with the same pid', { writer_pid: pid, writer_start_time: startTime - 1 }, false],
  ['a writer of unknown start', { writer_pid: pid, writer_start_time: null }, false],
  ['nobody, since the start', { updated_at: '2026-09-24T08:15:33+00:00' }, true],
  ['nobody, before the start', { updated_at: '2026-09-23T08:15:33+00:00' }, false],
  ['nobody, at no known time', { updated_at: 'then' }, true],
])('a platform entry of %s', (_, marks, trusted) => {
  const platforms = stateOf({ platforms: { telegram: { state: 'fatal', ...marks } } })?.platforms
  expect(platforms).toHaveLength(trusted ? 1 : 0)
})

test('without start times the writer is told by its pid', () => {
  const entry = { state: 'connected', writer_pid: pid, writer_start_time: null }
  expect(stateOf({ start_time: null, platforms: { telegram: entry } })?.platforms).toHaveLength(1)
})

test.each([
  [{ kind: 'turn' }, 'turn'],
  [{ elapsed_s: 3.6 }, 'work (4 s)'],
  [{ kind: 'turn', session_id: 'a1', current_tool: 'browser' }, 'turn a1 (browser)'],
  ['a text', 'a text'],
])('work %j', (work, words) => {
  expect(stateOf({ active_work: [work] })?.activeWork).toEqual([words])
})

test.each([[[{}]], [[null]], [[5]], ['x'], [null]])('work that says nothing: %j', (work) => {
  expect(stateOf({ active_work: work })?.activeWork).toEqual([])
})

test('what another program wrote is one line, short, and without secrets', () => {
  const state = stateOf({
    exit_reason: `refused\u001b[31m\nAPI_KEY=abc123 ${'x '.repeat(5_000)}`,
    platforms: { 'a\u202eb': { state: 'fatal', error_message: 'token=hunter2' } },
  })
  expect(state?.exitReason).toMatch(/^refused API_KEY=••• x x/)
  expect(state?.exitReason?.length).toBeLessThanOrEqual(300)
  expect(state?.platforms[0]).toMatchObject({ name: 'a b', error: 'token=•••' })
})
