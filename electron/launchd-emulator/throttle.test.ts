import { assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { throttle } from './throttle.ts'

const facts = { now: 100_000, lastSpawnAt: 100_000, everExited: true, minimumRuntimeSeconds: 10, secondMs: 1000 }

test('R-THROTTLE-1 a job that never exited is never held back', () => {
  expect(throttle({ ...facts, everExited: false }).delaySeconds).toBe(0)
  expect(throttle({ ...facts, lastSpawnAt: undefined }).delaySeconds).toBe(0)
})

test.each([
  [0, 10],
  [999, 10],
  [1000, 9],
  [9999, 1],
  [10_000, 0],
  [60_000, 0],
])('R-THROTTLE-2 after %i ms the respawn is pushed out by %i whole seconds', (ranMs, delaySeconds) => {
  expect(throttle({ ...facts, now: facts.now + ranMs }).delaySeconds).toBe(delaySeconds)
})

test('R-THROTTLE-3 start to start is at least the interval and less than a second more', () => {
  assert(
    property(integer({ min: 0, max: 100_000 }), integer({ min: 0, max: 60 }), (ranMs, minimumRuntimeSeconds) => {
      const { delaySeconds } = throttle({ ...facts, now: facts.now + ranMs, minimumRuntimeSeconds })
      const startToStart = ranMs + delaySeconds * 1000
      expect(startToStart).toBeGreaterThanOrEqual(minimumRuntimeSeconds * 1000)
      expect(startToStart).toBeLessThan(Math.max(ranMs + 1, minimumRuntimeSeconds * 1000 + 1000))
    }),
  )
})

test('R-THROTTLE-5 an interval of 0 turns the throttle off', () => {
  expect(throttle({ ...facts, minimumRuntimeSeconds: 0 }).delaySeconds).toBe(0)
})

test('R-THROTTLE-2 a clock that was set back holds a job down for its interval at most', () => {
  expect(throttle({ ...facts, now: 0 }).delaySeconds).toBe(10)
})

test('K-TIMESCALE a shorter second counts in shorter seconds', () => {
  expect(throttle({ ...facts, now: facts.now + 45, secondMs: 10 })).toEqual({ ranSeconds: 4, delaySeconds: 6 })
})
