import fc from 'fast-check'
import { parse } from 'plist'
import { expect, test } from 'vitest'
import { type PropertyValue, renderPropertyList } from './property-list-text.ts'

test('one element per line, four spaces a level', () => {
  expect(
    renderPropertyList({ A: ['x & "y"', 5], B: { C: false }, D: [], E: {} }),
  ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
    <key>A</key>
    <array>
        <string>x &amp; &quot;y&quot;</string>
        <integer>5</integer>
    </array>
    <key>B</key>
    <dict>
        <key>C</key>
        <false/>
    </dict>
    <key>D</key>
    <array>
    </array>
    <key>E</key>
    <dict>
    </dict>
</dict>
</plist>
`)
})

test.each(['\0', 'a\u0001', '\u001b[31m', '\ud800', 'x\ufffe'])('%j cannot be carried', (text) => {
  expect(() => renderPropertyList({ A: text })).toThrow(RangeError)
  expect(() => renderPropertyList({ [text]: 'A' })).toThrow(RangeError)
})

test.each([1.5, Number.NaN, 2 ** 60])('%s is no whole number', (value) => {
  expect(() => renderPropertyList(value)).toThrow(RangeError)
})

const text = fc
  .string({
    unit: fc.oneof(fc.constantFrom(...'<>&"\'\t\n\r ]é😀\u2028\u0085'), fc.string({ unit: 'grapheme', maxLength: 1 })),
  })
  // The parser that reads it back here would take an empty text for nothing.
  .filter((value) => value.trim() !== '')

test('what is written is read back', () => {
  const value = fc.letrec<{ value: PropertyValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.array(tie('value'), { minLength: 1, maxLength: 4 }),
    ),
  })).value
  fc.assert(
    fc.property(value, (meant) => {
      expect(parse(renderPropertyList({ A: meant }))).toEqual({ A: meant })
    }),
  )
})
