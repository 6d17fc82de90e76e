import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expendable, type KeptCopy, mostCopies, newestFirst, parseIndex, renderIndex, seenAgain } from './kept-copy.ts'

const copy = fc.record(
  {
    sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
    observedAt: fc.integer({ min: 1e12, max: 2e12 }),
    valid: fc.boolean(),
    proven: fc.boolean(),
    hermesVersion: fc.constantFrom('0.21.5', '0.20.0'),
    codeSha: fc.stringMatching(/^[0-9a-f]{40}$/),
  },
  { requiredKeys: ['sha256', 'observedAt', 'valid', 'proven'] },
)
const copies = fc.uniqueArray(copy, { selector: ({ sha256 }) => sha256, maxLength: 60 })

test('what is dropped is old, unproven, and never the newest valid one', () => {
  fc.assert(
    fc.property(copies, (all) => {
      const dropped = new Set(expendable(all))
      const kept = newestFirst(all).filter((one) => !dropped.has(one))
      expect(kept.slice(0, mostCopies)).toEqual(newestFirst(all).slice(0, mostCopies))
      expect([...dropped].some(({ proven }) => proven)).toBe(false)
      expect(kept.find(({ valid }) => valid)).toEqual(newestFirst(all).find(({ valid }) => valid))
      expect(kept.filter(({ proven }) => !proven).length).toBeLessThanOrEqual(mostCopies + 1)
    }),
  )
})

test('an index is read back as it was written', () => {
  fc.assert(
    fc.property(copies, (all) => {
      expect(parseIndex(renderIndex(all))).toEqual(newestFirst(all))
    }),
  )
})

test.each(['', '{', '[]', 'null', '{"copies": 5}'])('%j is no index', (text) => {
  expect(parseIndex(text)).toBeUndefined()
})

test('entries of an index that make no sense are left out', () => {
  const good: KeptCopy = { sha256: 'a'.repeat(64), observedAt: 5, valid: true, proven: false }
  const odd = [null, 5, {}, { ...good, sha256: '../x' }, { ...good, observedAt: 'x' }]
  expect(parseIndex(JSON.stringify({ copies: [...odd, good] }))).toEqual([good])
})

test('seen again: later facts count, nothing is forgotten, and valid once is valid', () => {
  const first = seenAgain(undefined, 'a', { observedAt: 10, valid: false, hermesVersion: '1', codeSha: 'x' })
  expect(first).toEqual({ sha256: 'a', observedAt: 10, valid: false, proven: false, hermesVersion: '1', codeSha: 'x' })
  const proven = { ...seenAgain(first, 'a', { observedAt: 20, valid: true, hermesVersion: '2' }), proven: true }
  expect(proven).toMatchObject({ observedAt: 20, valid: true, hermesVersion: '2', codeSha: 'x' })
  expect(seenAgain(proven, 'a', { observedAt: 15, valid: false, hermesVersion: '0' })).toEqual(proven)
})
