import { basename } from 'node:path'
import { profileOfHome, rootOfHome } from './service.ts'

/** What was found in the words of a command that runs a gateway. */
interface GatewayWords {
  /** Where the entry point stands: `hermes_cli.main`, `…/hermes_cli/main.py`, `…/hermes`, or python itself before `-c`. */
  readonly entry: number
  /** Where `gateway` stands; `run` or `restart` follows it. */
  readonly gateway: number
  /** What `-p`, `--profile` or `--profile=` names. */
  readonly profile?: string
}

const modulePattern = /(?:^|[\s/'"(=])hermes_cli(?:\.main\b|\/main\.pyc?$)/
/** `hermes.js` is the stand-in gateway's name once it is built. */
const programPattern = /^hermes(?:-gateway)?(?:\.[cm]?js)?$/
/** The environment of the usual checkout: a home elsewhere uses the one in `~/.hermes` too. */
const checkoutPattern = /\/hermes-agent\/\.?venv\/bin\/python/
const pythonPattern = /^python[\d.]*$/i

/** Finds `<entry point> … gateway run`. Undefined: these words run no Hermes gateway. */
export function findGatewayWords(words: readonly string[], homes: readonly string[]): GatewayWords | undefined {
  for (let at = 1; at < words.length - 1; at += 1) {
    const verb = words[at + 1]
    // `restart` without a definition runs the gateway in the foreground under that very command line.
    if (words[at] !== 'gateway' || (verb !== 'run' && verb !== 'restart')) continue
    const entry = entryBefore(words, at, homes)
    if (entry === undefined) continue
    const profile = profileIn(words.slice(entry + 1))
    return { entry, gateway: at, ...(profile === undefined ? {} : { profile }) }
  }
  return undefined
}

function entryBefore(words: readonly string[], gateway: number, homes: readonly string[]): number | undefined {
  for (let at = gateway - 1; at >= 0; at -= 1) {
    const word = words[at] ?? ''
    if (modulePattern.test(word) || programPattern.test(basename(word))) return at
  }
  // Newest installs: `<python of the home> -I -c <code> gateway run`.
  const python = words.findIndex(
    (word, at) =>
      at < gateway &&
      isPython(word) &&
      (checkoutPattern.test(word) || homes.some((home) => word.startsWith(`${home}/`))),
  )
  return python < 0 ? undefined : python
}

export function isPython(word: string): boolean {
  return pythonPattern.test(basename(word))
}

function profileIn(words: readonly string[]): string | undefined {
  for (const [at, word] of words.entries()) {
    if (word === '-p' || word === '--profile') return words[at + 1]
    if (word.startsWith('--profile=')) return word.slice('--profile='.length)
  }
  return undefined
}

/** The program that only starts the gateway and hands its end on: osascript, or the one that stamps stderr. */
export function isWrapper(words: readonly string[]): boolean {
  return (
    basename(words[0] ?? '') === 'osascript' ||
    words.some((word) => /(?:^|\/)hermes_cli[./]stderr_timestamp/.test(word))
  )
}

/**
 * Whether a command line, as `ps` shows it, is the gateway of this home and not a wrapper around it. The words are
 * joined by spaces there, so a path with spaces falls apart; its last part still names the program.
 */
export function isGatewayCommandLine(commandLine: string, home: string): boolean {
  const words = commandLine.split(/\s+/).filter((word) => word !== '')
  if (isWrapper(words)) return false
  const found = findGatewayWords(joinHome(words, commandLine, home), [home, rootOfHome(home)])
  // Without a profile on the command line, HERMES_HOME in the environment decides, which cannot be seen from here.
  return found !== undefined && (found.profile === undefined || found.profile === profileOfHome(home))
}

/** Puts a python below a home with spaces in its path together again. */
function joinHome(words: readonly string[], commandLine: string, home: string): readonly string[] {
  const root = rootOfHome(home)
  if (!/\s/.test(root) || !commandLine.startsWith(`${root}/`)) return words
  const rest = commandLine.slice(root.length).split(/\s+/)
  return [`${root}${rest[0] ?? ''}`, ...rest.slice(1)]
}
