/** A value of a property list, as far as definitions of ours hold them. The order of keys is kept. */
export type PropertyValue =
  | string
  | number
  | boolean
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue }

const head = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`

/**
 * A property list as Hermes writes it: one element per line, four spaces for each level below the outermost. The
 * `plist` library has no such indentation and would be loaded for nothing else here.
 * Throws `RangeError` for text that XML cannot carry, and for a number that is no whole one.
 */
export function renderPropertyList(value: PropertyValue): string {
  return `${head}${renderValue(value, '')}</plist>\n`
}

function renderValue(value: PropertyValue, indent: string): string {
  if (typeof value === 'string') return `${indent}<string>${escapeXml(value)}</string>\n`
  if (typeof value === 'boolean') return `${indent}<${value}/>\n`
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`no whole number: ${value}`)
    return `${indent}<integer>${value}</integer>\n`
  }
  const deeper = `${indent}    `
  if (isList(value)) {
    return `${indent}<array>\n${value.map((item) => renderValue(item, deeper)).join('')}${indent}</array>\n`
  }
  const entries = Object.entries(value).map(
    ([key, item]) => `${deeper}<key>${escapeXml(key)}</key>\n${renderValue(item, deeper)}`,
  )
  return `${indent}<dict>\n${entries.join('')}${indent}</dict>\n`
}

function isList(value: PropertyValue): value is readonly PropertyValue[] {
  return Array.isArray(value)
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Bare, these are read back as line feeds, the last two by some parsers only.
  '\r': '&#13;',
  '\u0085': '&#133;',
  '\u2028': '&#8232;',
}

function escapeXml(text: string): string {
  if (!isXmlText(text)) throw new RangeError(`a property list cannot hold ${JSON.stringify(text)}`)
  return text.replace(/[&<>"\r\u0085\u2028]/g, (character) => escapes[character] ?? character)
}

/** XML 1.0 has no control characters but tab and line ends, no halves of surrogate pairs, and not the last two units. */
function isXmlText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(text)
}
