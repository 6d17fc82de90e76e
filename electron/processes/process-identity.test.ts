import { expect, test } from 'vitest'
import { ancestors, isSameProcess, isSameStart } from './process-identity.ts'
import type { ProcessEntry } from './process-table.ts'

const at = 1_790_237_730_000

test.each([
  ['the same reading', 4711, at, true],
  ['whole seconds against hundredths', 4711, at + 999, true],
  ['at the tolerance', 4711, at - 2_000, true],
  ['beyond the tolerance: the pid was given away again', 4711, at + 2_001, false],
  ['another pid', 4712, at, false],
])('identity: %s', (_, pid, startedAt, same) => {
  expect(isSameProcess({ pid: 4711, startedAt: at }, { pid, startedAt })).toBe(same)
})

test('a process that is not there is nobody', () => {
  expect(isSameProcess({ pid: 4711, startedAt: at }, undefined)).toBe(false)
})

test('a time that is no time equals none', () => {
  expect(isSameStart(Number.NaN, at)).toBe(false)
})

function table(...parents: readonly (readonly [number, number])[]): ReadonlyMap<number, ProcessEntry> {
  return new Map(parents.map(([pid, parentPid]) => [pid, { pid, parentPid, startedAt: at, commandLine: `p${pid}` }]))
}

test('ancestors are listed nearest first', () => {
  const byPid = table([30, 20], [20, 10], [10, 1], [1, 0])
  expect(ancestors(30, byPid).map(({ pid }) => pid)).toEqual([20, 10, 1])
})

test('ancestors end where the table ends, and where a chain comes back to itself', () => {
  expect(ancestors(30, table([30, 20])).map(({ pid }) => pid)).toEqual([])
  expect(ancestors(30, table([30, 20], [20, 30])).map(({ pid }) => pid)).toEqual([20])
  expect(ancestors(30, table([30, 30]))).toEqual([])
  expect(ancestors(99, table([30, 20]))).toEqual([])
})
