import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gatewayRecord, now, pid, startedAt, startTime, stateRecord, writeHome } from './fixtures/gateway-home.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import {
  isMeantFor,
  parsePlannedStop,
  plannedStopPath,
  plannedStopValidityMs,
  readPlannedStop,
  renderPlannedStop,
  writePlannedStop,
} from './planned-stop.ts'

/** As the process table of macOS gives it: whole seconds. */
const identity = { pid, startedAt: Math.floor(startedAt / 1000) * 1000 }
const writer = { now: Date.UTC(2026, 8, 24, 9, 2, 11, 118), stopperPid: 51760 }

test('the marker is what Hermes itself writes', () => {
  expect(renderPlannedStop(pid, startTime, writer)).toBe(
    '{"target_pid":48211,"target_start_time":179023773042,"stopper_pid":51760,"written_at":"2026-09-24T09:02:11.118000+00:00"}',
  )
})

test.each([
  ['gateway.pid', gatewayRecord],
  ['gateway.lock', gatewayRecord],
  ['gateway_state.json', stateRecord],
])('the start time is copied to the digit from %s', async (name, make) => {
  const home = await temporaryFolder()
  await writeHome(home, { [name]: make(home) })
  await writePlannedStop(home, identity, writer)
  expect(await readFile(plannedStopPath(home), 'utf8')).toBe(renderPlannedStop(pid, startTime, writer))
  expect((await stat(plannedStopPath(home))).mode & 0o777).toBe(0o600)
})

test.each([
  ['an earlier process with that pid', { start_time: startTime - 100_000 }],
  ['another process', { pid: 4711 }],
  ['no start time', { start_time: null }],
])('a file of %s gives none', async (_, change) => {
  const home = await temporaryFolder()
  await writeHome(home, { 'gateway.pid': { ...gatewayRecord(home), ...change } })
  await writePlannedStop(home, identity, writer)
  expect(JSON.parse(await readFile(plannedStopPath(home), 'utf8'))).toMatchObject({
    target_pid: pid,
    target_start_time: null,
  })
})

test('a link in the place of the marker is replaced, not followed', async () => {
  const home = await temporaryFolder()
  await writeFile(join(home, 'precious'), 'mine')
  await symlink(join(home, 'precious'), plannedStopPath(home))
  await writePlannedStop(home, identity, writer)
  expect(await readFile(join(home, 'precious'), 'utf8')).toBe('mine')
})

test.each([
  ['fresh', 0, true],
  ['at its last moment', plannedStopValidityMs, true],
  ['too old', plannedStopValidityMs + 1, false],
  ['a little ahead of our clock', -5_000, true],
  ['of the future', -5_001, false],
])('a marker that is %s', async (_, age, valid) => {
  const home = await temporaryFolder()
  await writeFile(plannedStopPath(home), renderPlannedStop(pid, startTime, { now: now - age, stopperPid: 1 }))
  const stop = await readPlannedStop(home, now)
  expect(stop).toEqual(valid ? { targetPid: pid, targetStartedAt: startedAt, writtenAt: now - age } : undefined)
})

test.each([
  '',
  '{',
  '[]',
  '{"target_pid":48211}',
  '{"target_pid":"x","written_at":"2026-09-24T09:02:11Z"}',
  '{"target_pid":5,"written_at":"soon"}',
])('%j plans nothing', (text) => {
  expect(parsePlannedStop(text)).toBeUndefined()
})

test.each([
  [{ targetPid: pid, targetStartedAt: startedAt, writtenAt: 0 }, true],
  [{ targetPid: pid, writtenAt: 0 }, true],
  [{ targetPid: pid, targetStartedAt: startedAt - 60_000, writtenAt: 0 }, false],
  [{ targetPid: pid + 1, targetStartedAt: startedAt, writtenAt: 0 }, false],
])('%j is meant for this process: %s', (stop, meant) => {
  expect(isMeantFor(stop, identity)).toBe(meant)
})

test('what is written can be read, to the millisecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1e12, max: 2e12 }), (target, at) => {
      const stop = parsePlannedStop(renderPlannedStop(target, startTime, { now: at, stopperPid: 1 }))
      expect(stop).toEqual({ targetPid: target, targetStartedAt: startedAt, writtenAt: at })
    }),
  )
})
