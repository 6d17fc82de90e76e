import type { PlistValue } from 'plist'
import { checkPlistXml } from './plist-xml.ts'

export type PropertyListRead =
  | { readonly read: true; readonly value: PlistValue }
  /** For people; quotes nothing of the content, which may hold secrets. */
  | { readonly read: false; readonly problem: string }

export type Dictionary = Readonly<Record<string, PlistValue>>

/** Reads a property list in any of its forms: XML, binary or the old one with braces. Never throws. */
export async function readPropertyList(bytes: Uint8Array): Promise<PropertyListRead> {
  if (bytes.length === 0) return refused('The file is empty.')
  // What is left of a file that a power loss caught before its blocks were written.
  if (bytes.every((byte) => byte === 0)) return refused('The file is filled with zero bytes: its content is lost.')
  if (startsWith(bytes, 'bplist')) {
    return parse(bytes, 'It begins as a binary property list, but is cut short or damaged: `plutil -lint` says where.')
  }
  const text = decode(bytes)
  if (text === undefined) return refused('It is not a property list: it is neither binary nor text in UTF-8 or UTF-16.')
  if (text === '') return refused('The file is empty.')
  if (text.startsWith('{')) {
    return parse(text, 'It is not a property list: what begins with a brace here is not in the old property list form.')
  }
  if (!/^<(?:\?xml|!DOCTYPE|!--|plist)/.test(text)) return refused('It is not a property list.')
  const check = checkPlistXml(text)
  if (!check.sound) return refused(`It is not a valid property list: line ${check.fault.line} ${check.fault.problem}.`)
  return parse(check.essence.trim(), 'It is not a valid property list: `plutil -lint` says what is wrong.')
}

export function isDictionary(value: PlistValue): value is { [key: string]: PlistValue } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  )
}

/** The library's own messages quote what they stumbled over, so they are not passed on. */
async function parse(source: string | Uint8Array, problem: string): Promise<PropertyListRead> {
  // Loaded when it is needed: that takes 30 to 50 ms, and no program needs it to start.
  const plist = await import('plist')
  try {
    return { read: true, value: plist.parse(source) }
  } catch {
    return refused(problem)
  }
}

/** The text without byte order mark and surrounding white space, or `undefined` for what is no text. */
function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes).trim()
  } catch {
    return undefined
  }
}

function startsWith(bytes: Uint8Array, prefix: string): boolean {
  return Buffer.from(bytes.subarray(0, prefix.length)).toString('latin1') === prefix
}

function refused(problem: string): PropertyListRead {
  return { read: false, problem }
}
