/**
 * Hermes starts its gateway through `/usr/bin/osascript`, because macOS denies the local network to a bare python job
 * but not to a program of Apple's (hermes-agent#71206). The command is then a shell text, inside a string, inside a
 * script: AppleScript's `do shell script` at first, JavaScript's `$.system` later (hermes-agent#123595).
 */

/** The shell text that an osascript command line runs; undefined when none can be found. */
export function shellTextOf(words: readonly string[]): string | undefined {
  const scripts = words.flatMap((word, at) => (word === '-e' ? [words[at + 1] ?? ''] : []))
  const texts = stringsIn(scripts.join('\n'))
  // The wording of the script varies. The command is the string that runs a gateway, or else the one with an exec.
  return (
    texts.find((text) => /\bgateway\s+(?:run|restart)\b/.test(text)) ??
    texts.find((text) => /^\s*exec\s/.test(text)) ??
    texts.find((text) => /^\s*\/\S+\s/.test(text))
  )
}

/** A JavaScript for osascript that runs the shell text and ends with its status, or 128 + n for signal n. */
export function renderScript(shellText: string): string {
  return `ObjC.import("stdlib"); var st = $.system(${renderString(shellText)}); $.exit(st & 127 ? 128 + (st & 127) : (st >> 8) & 255);`
}

/** JSON's strings are JavaScript's, except that two line separators must not stand bare in older engines. */
function renderString(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}

const literal = /"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'/g
const joined = /^\s*[&+]\s*(quoted form of\s+)?$/
const quotedForm = /quoted form of\s+$/

/** Every string of a script; those that `&` or `+` joins are one, a `quoted form of` as the shell reads it. */
function stringsIn(script: string): readonly string[] {
  const texts: string[] = []
  let end = 0
  for (const match of script.matchAll(literal)) {
    const before = script.slice(end, match.index)
    const content = unescapeString(match[1] ?? match[2] ?? '')
    const text = quotedForm.test(before) ? `'${content.replaceAll("'", `'\\''`)}'` : content
    const previous = texts.at(-1)
    if (previous !== undefined && joined.test(before)) texts[texts.length - 1] = previous + text
    else texts.push(text)
    end = match.index + match[0].length
  }
  return texts
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0' }

function unescapeString(content: string): string {
  return content.replace(
    /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g,
    (_, point: string | undefined, unit: string | undefined, byte: string | undefined, plain: string | undefined) => {
      const code = point ?? unit ?? byte
      if (code === undefined) return plain === undefined ? '' : (escapes[plain] ?? plain)
      const value = Number.parseInt(code, 16)
      if (point === undefined) return String.fromCharCode(value)
      return value <= 0x10ffff ? String.fromCodePoint(value) : ''
    },
  )
}
