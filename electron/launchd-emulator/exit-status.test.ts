import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { errorText, numberedError } from './error-table.ts'
import { exitStatus, lastExitLine } from './exit-status.ts'
import { parseSignal } from './signals.ts'

test.each([
  [undefined, 'last exit code = (never exited)'],
  [{ kind: 'code', code: 0 }, 'last exit code = 0'],
  [{ kind: 'code', code: 1 }, 'last exit code = 1'],
  [{ kind: 'code', code: 63 }, 'last exit code = 63'],
  [{ kind: 'code', code: 64 }, 'last exit code = 64: EX_USAGE'],
  [{ kind: 'code', code: 75 }, 'last exit code = 75: EX_TEMPFAIL'],
  [{ kind: 'code', code: 78 }, 'last exit code = 78: EX_CONFIG'],
  [{ kind: 'code', code: 79 }, 'last exit code = 79'],
  [{ kind: 'signal', signal: 9 }, 'last terminating signal = Killed: 9'],
  [{ kind: 'signal', signal: 15 }, 'last terminating signal = Terminated: 15'],
  [{ kind: 'abandoned' }, 'last exit code = (abandoned)'],
] as const)('F-EXIT-1 %j reads: %s', (status, line) => {
  expect(lastExitLine(status)).toBe(line)
})

test.each([
  ['SIGUSR1', 30, 'User defined signal 1'],
  ['SIGUSR2', 31, 'User defined signal 2'],
  ['SIGBUS', 10, 'Bus error'],
  ['SIGABRT', 6, 'Abort trap'],
])('K-BASE-2 the host’s %s is Darwin’s %i', (name, signal, words) => {
  expect(exitStatus(null, name)).toEqual({ kind: 'signal', signal })
  expect(lastExitLine(exitStatus(null, name))).toBe(`last terminating signal = ${words}: ${signal}`)
})

test.each(['TERM', 'term', 'SIGTERM', 'sigterm', '-TERM', '-SIGTERM', '15', '-15'])(
  'V-KILL-1 %s is SIGTERM',
  (word) => {
    expect(parseSignal(word)).toBe(constants.signals.SIGTERM)
  },
)

test('V-KILL-1 numbers are Darwin’s', () => {
  expect(parseSignal('30')).toBe(constants.signals.SIGUSR1)
  expect(parseSignal('10')).toBe(constants.signals.SIGBUS)
})

test.each(['0', '32', 'FOO', '', '-', '1.5'])('V-KILL-1 %j is no signal', (word) => {
  expect(parseSignal(word)).toBeUndefined()
})

test('E-NUM-1 numbers have words', () => {
  expect(numberedError(5)).toBe('5: Input/output error')
  expect(numberedError(125)).toBe('125: Domain does not support specified action')
  expect(errorText(7777)).toBe('Unknown error: 7777')
})
