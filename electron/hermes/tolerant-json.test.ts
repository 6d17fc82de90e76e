import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numberOf, parseJson, pidOf, startTimeOf, textOf, timestampOf } from './tolerant-json.ts'

test.each([
  ['hundredths', 179_023_773_042, 1_790_237_730_420],
  ['seconds', 1_790_237_730.42, 1_790_237_730_420],
  ['whole seconds of mid 2026', 1_790_237_730, 1_790_237_730_000],
  ['null', null, undefined],
  ['a text', '179023773042', undefined],
  ['nothing', 0, undefined],
  ['less than nothing', -5, undefined],
])('start_time as %s', (_, value, expected) => {
  expect(startTimeOf(value)).toBe(expected)
})

test.each([
  ['2026-09-24T09:02:05.771690+00:00', Date.UTC(2026, 8, 24, 9, 2, 5, 771)],
  ['2026-09-24T08:40:02+00:00', Date.UTC(2026, 8, 24, 8, 40, 2)],
  ['2026-09-24T10:40:02+02:00', Date.UTC(2026, 8, 24, 8, 40, 2)],
  ['yesterday', undefined],
  ['', undefined],
  [1_790_237_730, undefined],
  [null, undefined],
])('timestamp %j', (value, expected) => {
  expect(timestampOf(value)).toBe(expected)
})

test.each([0, -1, 1.5, Number.POSITIVE_INFINITY, 2 ** 31, '5', null, [5]])('%j is no pid', (value) => {
  expect(pidOf(value)).toBeUndefined()
})

test('any value can be asked for anything', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      for (const read of [startTimeOf, timestampOf, pidOf, textOf, numberOf]) read(value)
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => void parseJson(text)))
})
