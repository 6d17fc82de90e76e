import { describe, expect, it } from 'vitest'
import { checkPlistXml, type XmlFault } from './plist-xml.ts'

function faultOf(xml: string): XmlFault | undefined {
  const check = checkPlistXml(xml)
  return check.sound ? undefined : check.fault
}

const document = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${body}
</plist>
`

describe('checkPlistXml finds nothing in', () => {
  it.each([
    ['an empty dictionary', '<dict/>'],
    ['an empty dictionary of two tags', '<dict></dict>'],
    [
      'every kind of value',
      '<array><string/><integer>1</integer><real>1.5</real><true/><false></false><date>2026-01-01T00:00:00Z</date><data>AA==</data></array>',
    ],
    ['entities', '<dict><key>A&amp;B</key><string>&lt;~&gt;&quot;&apos;&#65;&#x41;</string></dict>'],
    ['CDATA and comments', '<dict><!-- < & > --><key>A</key><string><![CDATA[a < b & c]]></string></dict>'],
    ['white space in tags', '<dict ><key\n>A</key><true / ></dict >'],
  ])('%s', (_, body) => {
    expect(faultOf(document(body).replace('<true / >', '<true />'))).toBeUndefined()
  })
})

describe('checkPlistXml names line and problem of', () => {
  it.each([
    ['a bare &', '<dict>\n<key>A</key>\n<string>a & b</string></dict>', 6, 'has a bare “&”: it is written “&amp;”'],
    ['an unknown entity', '<string>&nbsp;</string>', 4, 'has a bare “&”: it is written “&amp;”'],
    ['a bare <', '<string>a < b</string>', 4, 'has a “<” that begins no tag: as text it is written “&lt;”'],
    [
      'an attribute without quotes',
      '<string a=b>x</string>',
      4,
      'has a “<” that begins no tag: as text it is written “&lt;”',
    ],
    ['an unknown tag', '<dict>\n<SECRET/></dict>', 5, 'has a tag that no property list has'],
    ['text in a dictionary', '<dict>\n\nSECRET</dict>', 6, 'has text where none can be'],
    ['CDATA in a dictionary', '<dict>\n<![CDATA[SECRET]]></dict>', 5, 'has text where none can be'],
    ['crossed tags', '<dict><key>A</dict></key>', 4, 'closes another tag than the <key> that is open'],
    ['a key without a value', '<dict><key>A</key></dict>', 4, 'ends a <dict> whose last <key> has no value'],
    ['two keys', '<dict><key>A</key><key>B</key></dict>', 4, 'has a <key> where a value must be'],
    ['a value without a key', '<dict>\n<string>A</string></dict>', 5, 'has a <string> without a <key> before it'],
    ['a tag in a text', '<string><true/></string>', 4, 'has a <true> inside a <string>'],
    ['a second plist', '</plist><plist>', 4, 'goes on after the end of the property list'],
    ['a plist in a plist', '<plist></plist>', 4, 'has a <plist> inside another'],
  ])('%s', (_, body, line, problem) => {
    expect(faultOf(document(body))).toEqual({ line, problem })
  })

  it('a tag outside <plist>', () => {
    expect(faultOf('<dict/>')).toEqual({ line: 1, problem: 'has a <dict> outside <plist>' })
  })

  it('a tag that closes nothing', () => {
    expect(faultOf('<?xml version="1.0"?>\n</plist>')).toMatchObject({ line: 2 })
  })

  it('text behind the end', () => {
    expect(faultOf(`${document('<dict/>')}\nSECRET`)).toEqual({ line: 7, problem: 'has text where none can be' })
  })

  it('every text that is cut short, whatever the place', () => {
    const whole = document('<dict><!-- c --><key>A</key><string><![CDATA[x]]>&amp;</string></dict>').trimEnd()
    for (let length = 0; length < whole.length; length += 1) {
      expect(faultOf(whole.slice(0, length)), `${length} characters`).toBeDefined()
    }
    expect(faultOf(whole.slice(0, whole.indexOf('<key>') + 6))).toEqual({
      line: 4,
      problem: 'is cut short, inside a <key>',
    })
  })
})

describe('the essence', () => {
  it('is the text without declaration, document type, comments and instructions', () => {
    const xml = document(
      '<dict><!-- <plist> --><key>A<!-- c --></key><?x y?><string><![CDATA[<!-- kept -->]]>&amp;</string></dict>',
    )
    expect(checkPlistXml(xml)).toEqual({
      sound: true,
      essence:
        '\n\n<plist version="1.0">\n<dict><key>A</key><string><![CDATA[<!-- kept -->]]>&amp;</string></dict>\n</plist>\n',
    })
  })
})
