import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseShell, quoteShellWord } from './shell-words.ts'

test.each([
  ['a  b\tc', [['a', 'b', 'c']], [[]]],
  [`a 'b c' "d e" f\\ g`, [['a', 'b c', 'd e', 'f g']], [[]]],
  [`a'b'"c"d`, [['abcd']], [[]]],
  [`a '' ""`, [['a', '', '']], [[]]],
  [`"a\\"b\\\\c\\$d\\e"`, [['a"b\\c$d\\e']], [[]]],
  ['a >> /x/out 2>> "/y z/err"', [['a']], [['/x/out', '/y z/err']]],
  ['a >/x 2>&1 b', [['a', 'b']], [['/x']]],
  ['a 2>&1 >>/x', [['a']], [['/x']]],
  ['a b2>x', [['a', 'b2']], [['x']]],
  ['cd /x && exec a -b; c | d', [['cd', '/x'], ['exec', 'a', '-b'], ['c'], ['d']], [[], [], [], []]],
  ['a &', [['a']], [[]]],
  ['a\nb', [['a', 'b']], [[]]],
  ['', [], []],
  [' ; ', [], []],
])('%j', (text, words, redirections) => {
  const commands = parseShell(text)
  expect(commands?.map((command) => command.words)).toEqual(words)
  expect(commands?.map((command) => command.redirections)).toEqual(redirections)
})

test.each([`a 'b`, 'a "b', `a "b\\"`])('%j does not end', (text) => {
  expect(parseShell(text)).toBeUndefined()
})

test.each([
  ['/a/b-c_d.e:f=g,h@i%j+k', '/a/b-c_d.e:f=g,h@i%j+k'],
  ['', `''`],
  ['a b', `'a b'`],
  [`it's`, `'it'"'"'s'`],
  ['$HOME', `'$HOME'`],
  ['~', `'~'`],
])('quoting %j', (word, quoted) => {
  expect(quoteShellWord(word)).toBe(quoted)
})

const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))

test('quoted words are read back as they were, whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      expect(parseShell(words.map(quoteShellWord).join(' '))).toEqual([{ words, redirections: [] }])
    }),
  )
})

test('the shell itself reads them back too', () => {
  const wellFormed = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(fc.array(wellFormed, { minLength: 1 }), (words) => {
      const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(quoteShellWord).join(' ')}`])
      expect(printed.toString('utf8').split('\0').slice(0, -1)).toEqual(words)
    }),
    { numRuns: 30 },
  )
})

test('any text can be read', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'a b\'"\\><&;|2$\n') }), (text) => void parseShell(text)))
})
