import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mutationsOf } from './fixtures/mutations.ts'
import { parsePrintDisabled } from './parse-print-disabled.ts'

const items = '\tlogin item associations = {\n\t\t"com.c" => disabled\n\t}\n'
const words = `\n\tdisabled services = {\n\t\t"com.a" => disabled\n\t\t"com.b" => enabled\n\t}\n${items}`
const booleans = '\tdisabled services = {\n\t\t"com.a" => true\n\t\t"com.b" => false\n\t}\n'

describe('parsePrintDisabled', () => {
  it.each([
    ['F-DISABLED-1 words, first block only', words, { 'com.a': 'disabled', 'com.b': 'enabled' }],
    ['F-DISABLED-2 booleans: true is disabled', booleans, { 'com.a': 'disabled', 'com.b': 'enabled' }],
    ['F-DISABLED-3 empty in words', `\n\tdisabled services = (no disabled services)\n${items}`, {}],
    ['F-DISABLED-3 empty block', `\n\tdisabled services = {\n\t}\n${items}`, {}],
  ])('%s', (_, output, overrides) => {
    expect(parsePrintDisabled(output)).toEqual({ parsed: true, overrides })
  })

  it.each([
    ['nothing', ''],
    ['another block first', items],
    ['a block cut short', words.slice(0, 60)],
    ['an unknown word', words.replace('=> enabled', '=> perhaps')],
    ['a word that every object knows', words.replace('=> enabled', '=> constructor')],
  ])('is a typed failure for %s', (_, output) => {
    expect(parsePrintDisabled(output)).toEqual({ parsed: false, problem: expect.any(String) })
  })

  it('never throws, and never tells more than enabled or disabled', () => {
    fc.assert(
      fc.property(mutationsOf(words, booleans), (output) => {
        const parse = parsePrintDisabled(output)
        if (parse.parsed) {
          for (const override of Object.values(parse.overrides)) expect(['enabled', 'disabled']).toContain(override)
        }
      }),
    )
  })
})
