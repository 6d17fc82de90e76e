import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lastLine, showable } from './log-line.ts'

test('a line whose beginning was cut off loses its first word: it may be half a secret', () => {
  expect(lastLine('3f9a81c7d2 refused', true)).toBe('refused')
  expect(lastLine('3f9a81c7d2 refused', false)).toBe('3f9a81c7d2 refused')
  expect(lastLine('x\nsecret refused', true)).toBe('secret refused')
  expect(lastLine('abcdef', true)).toBeUndefined()
})

test('any text becomes one short line without control characters', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 4000, maxLength: 9000 })), (text) => {
      const line = showable(text)
      expect([...line].length).toBeLessThanOrEqual(300)
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u)
    }),
  )
})
