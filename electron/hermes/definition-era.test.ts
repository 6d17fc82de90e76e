import { expect, test } from 'vitest'
import { eraOf } from './definition-era.ts'

test.each([
  ['unless-successful', undefined, 'early'],
  ['always', undefined, 'mid'],
  ['always', 30, 'mid'],
  ['unless-successful', 30, 'current'],
  ['unless-successful', 10, undefined],
  ['other', 30, undefined],
] as const)('KeepAlive %s with a throttle of %s: %s', (keepAlive, throttleIntervalSeconds, era) => {
  expect(eraOf({ keepAlive, throttleIntervalSeconds })).toBe(era)
})
