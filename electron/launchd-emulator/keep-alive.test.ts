import { expect, test } from 'vitest'
import type { ExitStatus } from './exit-status.ts'
import type { JobDefinition } from './job-definition.ts'
import { spawnReason } from './keep-alive.ts'
import { testDefinition } from './test-definition.ts'

const onDemand = testDefinition()

const success: ExitStatus = { kind: 'code', code: 0 }
const failure: ExitStatus = { kind: 'code', code: 1 }
const terminated: ExitStatus = { kind: 'signal', signal: 15 }
const killed: ExitStatus = { kind: 'signal', signal: 9 }
const segfault: ExitStatus = { kind: 'signal', signal: 11 }
const aborted: ExitStatus = { kind: 'signal', signal: 6 }
const abandoned: ExitStatus = { kind: 'abandoned' }
const everyExit = [success, failure, terminated, killed, segfault, abandoned]

function after(keepAlive: JobDefinition['keepAlive'], lastExit: ExitStatus, other: Partial<JobDefinition> = {}) {
  return spawnReason({ ...onDemand, ...other, keepAlive }, { runs: 1, lastExit })
}

function atLoad(definition: Partial<JobDefinition>) {
  return spawnReason({ ...onDemand, ...definition }, { runs: 0 })
}

test('R-KEEPALIVE-1 a job without any of it waits for a demand', () => {
  expect(atLoad({})).toBeUndefined()
  expect(after(false, failure)).toBeUndefined()
})

test('R-KEEPALIVE-1 KeepAlive = true starts at load and after every exit', () => {
  expect(atLoad({ keepAlive: true })).toBe('speculative')
  for (const exit of everyExit) expect(after(true, exit)).toBe('inefficient')
})

test('R-RUNATLOAD-1 RunAtLoad starts once and never again', () => {
  expect(atLoad({ runAtLoad: true })).toBe('speculative')
  expect(after(false, failure, { runAtLoad: true })).toBeUndefined()
})

test('R-KEEPALIVE-2 SuccessfulExit = false restarts after any failure and any signal, not after success', () => {
  const keepAlive = { successfulExit: false }
  for (const exit of [failure, terminated, killed, segfault, abandoned])
    expect(after(keepAlive, exit)).toBe('semaphore')
  expect(after(keepAlive, success)).toBeUndefined()
})

test('R-KEEPALIVE-2 SuccessfulExit = true restarts after success alone', () => {
  const keepAlive = { successfulExit: true }
  for (const exit of [failure, terminated, killed, segfault, abandoned]) expect(after(keepAlive, exit)).toBeUndefined()
  expect(after(keepAlive, success)).toBe('semaphore')
})

test.each([true, false])('R-KEEPALIVE-2 SuccessfulExit = %s implies a start at load', (successfulExit) => {
  expect(atLoad({ keepAlive: { successfulExit } })).toBe('semaphore')
})

test('R-KEEPALIVE-3 Crashed = true restarts after crash signals', () => {
  for (const exit of [segfault, aborted]) expect(after({ crashed: true }, exit)).toBe('semaphore')
})

test('R-KEEPALIVE-4 Crashed = true alone does not restart after SIGKILL, SIGTERM or a failure', () => {
  for (const exit of [killed, terminated, failure, success]) expect(after({ crashed: true }, exit)).toBeUndefined()
  expect(atLoad({ keepAlive: { crashed: true } })).toBeUndefined()
})

test('R-KEEPALIVE-4 several keys are ORed', () => {
  const keepAlive = { crashed: true, successfulExit: false }
  for (const exit of [killed, terminated, failure, segfault]) expect(after(keepAlive, exit)).toBe('semaphore')
  expect(after(keepAlive, success)).toBeUndefined()
})

test('R-KEEPALIVE-5 a dictionary of keys that decide nothing keeps nothing alive', () => {
  expect(atLoad({ keepAlive: {} })).toBeUndefined()
  for (const exit of everyExit) expect(after({}, exit)).toBeUndefined()
})

test('F-PROP-1 LaunchOnlyOnce ends with the first run', () => {
  expect(after(true, failure, { launchOnlyOnce: true })).toBeUndefined()
})
