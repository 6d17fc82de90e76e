/** What is wrong with the XML of a property list, in words for people. Quotes nothing of the text: it may hold secrets. */
export interface XmlFault {
  /** Counted from 1. */
  readonly line: number
  readonly problem: string
}

/** Elements with content of their own, and whether that is text or other elements. */
const elements: ReadonlyMap<string, 'text' | 'elements' | 'empty'> = new Map([
  ['plist', 'elements'],
  ['dict', 'elements'],
  ['array', 'elements'],
  ['key', 'text'],
  ['string', 'text'],
  ['integer', 'text'],
  ['real', 'text'],
  ['date', 'text'],
  ['data', 'text'],
  ['true', 'empty'],
  ['false', 'empty'],
])

/** A comment, CDATA section, processing instruction, document type or tag; whichever begins first. */
const markup =
  /<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!DOCTYPE[^<>[\]]*(?:\[[^\]]*\]\s*)?>|<(\/?)([A-Za-z]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/sy

interface OpenElement {
  readonly name: string
  children: number
}

export type XmlCheck =
  /** `essence` is the text without what says nothing: declaration, document type, comments. */
  { readonly sound: true; readonly essence: string } | { readonly sound: false; readonly fault: XmlFault }

/**
 * Finds what launchd's own parser refuses (109, Invalid property list). The library for property lists forgives most of
 * it, such as a bare `&`, or quotes the place on the console, takes a comment in a key for the key, and is strict about
 * declarations, which launchd skips: so it is given the essence of a sound text only.
 */
export function checkPlistXml(xml: string): XmlCheck {
  const open: OpenElement[] = []
  const essence: string[] = []
  let position = 0
  let roots = 0
  const unsound = (problem: string, at = position): XmlCheck => ({
    sound: false,
    fault: { line: lineOf(xml, at), problem },
  })

  while (position < xml.length) {
    const start = xml.indexOf('<', position)
    const end = start < 0 ? xml.length : start
    const badText = faultOfText(xml, position, end, open.at(-1))
    if (badText !== undefined) return unsound(badText.problem, badText.at)
    essence.push(xml.slice(position, end))
    position = end
    if (start < 0) break

    markup.lastIndex = start
    const match = markup.exec(xml)
    if (match === null) {
      if (isCutShort(xml, start)) break
      return unsound('has a “<” that begins no tag: as text it is written “&lt;”')
    }
    const [whole, closing, name, , selfClosing] = match
    if (name !== undefined) {
      if (open.length === 0) roots += 1
      if (roots > 1) return unsound('goes on after the end of the property list')
      const problem = closing === '/' ? close(open, name) : enter(open, name, selfClosing === '/')
      if (problem !== undefined) return unsound(problem)
      essence.push(whole)
    } else if (whole.startsWith('<![CDATA[')) {
      if (!holdsText(open.at(-1))) return unsound('has text where none can be')
      essence.push(whole)
    }
    position = start + whole.length
  }
  if (position === xml.length && open.length === 0 && roots > 0) return { sound: true, essence: essence.join('') }
  const inside = open.at(-1)
  const place = inside === undefined ? 'is cut short' : `is cut short, inside a <${inside.name}>`
  return unsound(place, xml.trimEnd().length)
}

function faultOfText(
  xml: string,
  from: number,
  to: number,
  inside: OpenElement | undefined,
): { readonly at: number; readonly problem: string } | undefined {
  const text = xml.slice(from, to)
  const stray = holdsText(inside) ? -1 : text.search(/\S/)
  if (stray >= 0) return { at: from + stray, problem: 'has text where none can be' }
  const bare = text.search(/&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/)
  if (bare >= 0) return { at: from + bare, problem: 'has a bare “&”: it is written “&amp;”' }
  return undefined
}

function holdsText(element: OpenElement | undefined): boolean {
  return element !== undefined && elements.get(element.name) === 'text'
}

function enter(open: OpenElement[], name: string, selfClosing: boolean): string | undefined {
  const kind = elements.get(name)
  if (kind === undefined) return 'has a tag that no property list has'
  const parent = open.at(-1)
  if ((parent === undefined) !== (name === 'plist')) {
    return name === 'plist' ? 'has a <plist> inside another' : `has a <${name}> outside <plist>`
  }
  if (parent !== undefined) {
    if (elements.get(parent.name) !== 'elements') return `has a <${name}> inside a <${parent.name}>`
    const keyIsDue = parent.name === 'dict' && parent.children % 2 === 0
    if (keyIsDue !== (name === 'key')) {
      return keyIsDue ? `has a <${name}> without a <key> before it` : 'has a <key> where a value must be'
    }
    parent.children += 1
  }
  if (!selfClosing) open.push({ name, children: 0 })
  return undefined
}

function close(open: OpenElement[], name: string): string | undefined {
  const element = open.pop()
  if (element === undefined) return 'closes a tag that was never opened'
  if (element.name !== name) return `closes another tag than the <${element.name}> that is open`
  if (name === 'dict' && element.children % 2 === 1) return 'ends a <dict> whose last <key> has no value'
  return undefined
}

/** Whether the markup that begins here goes on to the end of the text without ending. */
function isCutShort(xml: string, start: number): boolean {
  const rest = xml.slice(start)
  if (rest.startsWith('<!--')) return !rest.includes('-->')
  if (rest.startsWith('<![CDATA[')) return !rest.includes(']]>')
  return !rest.includes('>')
}

function lineOf(xml: string, position: number): number {
  return xml.slice(0, position).split('\n').length
}
