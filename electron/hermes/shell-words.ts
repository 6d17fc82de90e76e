/** One simple command of a shell text: its words without quotes, and the files that its redirections open. */
export interface ShellCommand {
  readonly words: readonly string[]
  readonly redirections: readonly string[]
}

/**
 * Takes a POSIX shell text apart, as far as definitions use the language: quotes, backslashes, redirections, and the
 * `;`, `&&`, `||`, `|` between commands. Nothing is expanded, and a line end is a space: scripts of Hermes' are one
 * line, however a file wraps them. Undefined when a quote does not end.
 */
export function parseShell(text: string): readonly ShellCommand[] | undefined {
  const commands: { words: string[]; redirections: string[] }[] = [{ words: [], redirections: [] }]
  let word: string | undefined
  let redirecting = false
  const finish = (): void => {
    if (word === undefined) return
    commands.at(-1)?.[redirecting ? 'redirections' : 'words'].push(word)
    redirecting = false
    word = undefined
  }
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    const space = /^(?:\s|\\\n)+/.exec(rest)?.[0]
    const separator = /^[;|&]+/.exec(rest)?.[0]
    const operator = /^(?:>>|>\||<<|>|<)&?/.exec(rest)?.[0]
    if (space !== undefined) {
      finish()
      at += space.length
    } else if (separator !== undefined) {
      finish()
      commands.push({ words: [], redirections: [] })
      at += separator.length
    } else if (operator !== undefined) {
      // A number right before it is the descriptor and no word.
      if (word !== undefined && /^\d+$/.test(word)) word = undefined
      finish()
      // `2>&1` names a descriptor, which is no file.
      const descriptor = operator.endsWith('&') ? /^\s*[\d-]+/.exec(rest.slice(operator.length))?.[0] : undefined
      redirecting = descriptor === undefined
      at += operator.length + (descriptor?.length ?? 0)
    } else {
      const piece = readPiece(text, at)
      if (piece === undefined) return undefined
      word = (word ?? '') + piece.text
      at = piece.end
    }
  }
  finish()
  return commands.filter(({ words, redirections }) => words.length + redirections.length > 0)
}

interface Piece {
  readonly text: string
  readonly end: number
}

/** One quoted string, one escaped character or one plain character. */
function readPiece(text: string, start: number): Piece | undefined {
  const first = text.charAt(start)
  if (first === "'") {
    const end = text.indexOf("'", start + 1)
    return end < 0 ? undefined : { text: text.slice(start + 1, end), end: end + 1 }
  }
  if (first === '\\') return { text: text.charAt(start + 1), end: start + 2 }
  if (first !== '"') return { text: first, end: start + 1 }
  let content = ''
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '"') return { text: content, end: at + 1 }
    // Within double quotes a backslash only escapes what would be special there.
    if (character === '\\' && /["\\$`\n]/.test(text.charAt(at + 1))) {
      at += 1
      content += text.charAt(at)
    } else {
      content += character
    }
  }
  return undefined
}

/** One word for a POSIX shell, quoted only where it needs to be, as Python's `shlex.quote` does. */
export function quoteShellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`
}
