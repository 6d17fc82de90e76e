import { expect, it } from 'vitest'
import { stormPauseSeconds } from './start-record.ts'

it.each([
  [1, 0],
  [5, 0],
  [6, 10],
  [7, 20],
  [8, 40],
  [10, 160],
  [11, 300],
  [40, 300],
])('%i starts within the window: sleep %i s', (count, seconds) => {
  const now = 1_000_000
  const old = Array.from({ length: 20 }, () => now - 121)
  const recent = Array.from({ length: count }, (_, index) => now - index)
  expect(stormPauseSeconds([...old, ...recent], now, 1)).toBe(seconds)
})

it('scales the window', () => {
  const starts = Array.from({ length: 6 }, () => 1000 - 5)
  expect(stormPauseSeconds(starts, 1000, 0.1)).toBe(10)
  expect(stormPauseSeconds(starts, 1000, 0.01)).toBe(0)
})
