import { describe, expect, it } from 'vitest'
import { addressText } from './address.ts'

describe('a command that is offered names the gateway it is about', () => {
  const cases = [
    { flags: '', text: 'Run `caduceus start`.', says: 'Run `caduceus start`.' },
    { flags: ' --profile work', text: 'Run `caduceus start`.', says: 'Run `caduceus start --profile work`.' },
    {
      flags: ' --profile work --sandbox',
      text: 'caduceus repair --dry-run',
      says: 'caduceus repair --profile work --sandbox --dry-run',
    },
    {
      flags: ' --profile work',
      text: 'Run `caduceus status --profile default`.',
      says: 'Run `caduceus status --profile default`.',
    },
    { flags: ' --profile work', text: 'Caduceus never kills it.', says: 'Caduceus never kills it.' },
    {
      flags: ' --profile work',
      text: '`caduceus stop`, then `caduceus start`',
      says: '`caduceus stop --profile work`, then `caduceus start --profile work`',
    },
  ]
  it.each(cases)('$text with $flags', ({ flags, text, says }) => {
    expect(addressText(text, flags)).toBe(says)
  })
})
