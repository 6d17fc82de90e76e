import { maskText } from './masking.ts'

/** The most that one line of a log may take up in a report, in characters. */
const longestLine = 300

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is to be removed
const escapeSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g
/** Control characters, and the marks that turn the direction of writing: a log must not repaint a menu. */
const unprintable = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu

/** More than this is not even looked at. The cut goes between two words: half a secret would not be known as one. */
const longestLook = 4096

/** Text of another program as it may be shown: one line, no control characters, no secrets, at most 300 characters. */
export function showable(text: string): string {
  const looked = text.length <= longestLook ? text : `${text.slice(0, longestLook).replace(/\S+$/, '')}…`
  const plain = maskText(looked.replace(escapeSequence, '').replace(unprintable, ' ')).trim()
  const characters = [...plain]
  return characters.length <= longestLine ? plain : `${characters.slice(0, longestLine - 1).join('')}…`
}

/**
 * The last line of a log's end that says anything. When the end begins in the middle of that very line, its first word
 * is dropped: it may be the rest of a secret whose name was cut off.
 * @param cut whether more text stands before `end` in the file
 */
export function lastLine(end: string, cut: boolean): string | undefined {
  const lines = end.split(/[\r\n]+/)
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? ''
    const shown = showable(index === 0 && cut ? line.replace(/^\S*/, '') : line)
    if (shown !== '') return shown
  }
  return undefined
}
