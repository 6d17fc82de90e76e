import { describe, expect, it } from 'vitest'
import type { LastExit } from '../launchd/print-report.ts'
import { ago, duration, exitText, list } from './words.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

describe('duration', () => {
  it.each<[number, string]>([
    [-5 * second, '0 s'],
    [0, '0 s'],
    [499, '0 s'],
    [500, '1 s'],
    [59 * second, '59 s'],
    [119 * second, '119 s'],
    [2 * minute, '2 min'],
    [119 * minute + 59 * second, '119 min'],
    [2 * hour, '2 h 0 min'],
    [2 * hour + 5 * minute, '2 h 5 min'],
    [47 * hour + 59 * minute, '47 h 59 min'],
    [48 * hour, '2 d 0 h'],
    [76 * hour, '3 d 4 h'],
  ])('of %d ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words)
  })

  it('can lie in the past', () => {
    expect(ago(3 * second)).toBe('3 s ago')
  })
})

describe('exitText', () => {
  it.each<[LastExit | undefined, string]>([
    [undefined, 'an unknown exit'],
    [{ kind: 'never' }, 'none so far'],
    [{ kind: 'code', code: 78 }, 'exit 78'],
    [{ kind: 'signal', signal: 9, name: 'Killed' }, 'signal 9 (Killed)'],
    [{ kind: 'other', text: 'OS_REASON_CODESIGNING' }, 'OS_REASON_CODESIGNING'],
  ])('of %o is %s', (exit, words) => {
    expect(exitText(exit)).toBe(words)
  })
})

describe('list', () => {
  it.each<[readonly string[], string]>([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('of %o is %s', (items, words) => {
    expect(list(items)).toBe(words)
  })
})
