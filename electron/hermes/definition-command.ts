import { basename } from 'node:path'
import { findGatewayWords, isPython, isWrapper } from './gateway-command-line.ts'
import { shellTextOf } from './osascript.ts'
import {
  defaultHome,
  defaultProfile,
  type GatewayService,
  isProfileName,
  profileHome,
  resolveHome,
  rootOfHome,
} from './service.ts'
import { parseShell } from './shell-words.ts'

/** The parts of a job definition that say what would run. Other tools' definitions have them too. */
export interface DefinitionCommand {
  /** All of `ProgramArguments`, the program's own name first. */
  readonly arguments: readonly string[]
  /** `Program`, where it is given apart. */
  readonly program?: string | undefined
  readonly workingDirectory?: string | undefined
  /** Values that were not read, because they may be secret, are undefined. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** What a definition's command is, whatever it is wrapped in. */
export interface CommandDescription {
  /** What launchd itself starts. */
  readonly launcher: 'direct' | 'osascript' | 'shell'
  /** Whether a Hermes gateway is what runs in the end. */
  readonly gateway: boolean
  /** Whether Hermes' stderr wrapper stands before it, which turns the gateway's 78 into 0 in the current era. */
  readonly wrapped: boolean
  /** The innermost words; those of the wrapper included. */
  readonly words: readonly string[]
  /** The programs that must exist for it to run, outermost first, without the launcher: the wrapper's python, the gateway's. */
  readonly programs: readonly string[]
  /** The python, or the `hermes` program, that runs the gateway. */
  readonly interpreter?: string
  /** HERMES_HOME as the definition sets it. */
  readonly pinnedHome?: string
  /** What `--profile` names. */
  readonly profile?: string
  /** `--replace`: evicts whatever gateway runs already (hermes-agent#79048). */
  readonly replaces: boolean
  /** Log files that the command opens by itself. */
  readonly logs: readonly string[]
}

/** Takes a definition's command apart. Pure, and total: what is not understood is no gateway. */
export function describeCommand(definition: DefinitionCommand): CommandDescription {
  const { launcher, words, logs } = unwrap(commandWords(definition))
  const command = words.slice(startOfCommand(words))
  const assigned = words
    .slice(0, words.length - command.length)
    .flatMap(homeAssignment)
    .at(-1)
  const pinnedHome = assigned ?? definition.environment['HERMES_HOME']
  const found = findGatewayWords(command, pinnedHome === undefined ? [] : [pinnedHome, rootOfHome(pinnedHome)])
  const interpreter = found === undefined ? undefined : interpreterBefore(command, found.entry)
  const rest = found === undefined ? [] : command.slice(found.gateway)
  const errorLog = valueAfter(command, '--error-log')
  return {
    launcher,
    gateway: found !== undefined,
    wrapped: isWrapper(command),
    words: command,
    programs: [...new Set([command[0], interpreter].filter((program) => program !== undefined))],
    ...(interpreter === undefined ? {} : { interpreter }),
    ...(pinnedHome === undefined ? {} : { pinnedHome }),
    ...(found?.profile === undefined ? {} : { profile: found.profile }),
    replaces: rest.includes('--replace'),
    logs: [...new Set([...logs, ...(errorLog === undefined ? [] : [errorLog])])],
  }
}

interface Unwrapped {
  readonly launcher: CommandDescription['launcher']
  readonly words: readonly string[]
  readonly logs: readonly string[]
}

function commandWords({ program, arguments: all }: DefinitionCommand): readonly string[] {
  // With `Program` the first argument is only the name that the process is told.
  return program === undefined || all[0] === program ? all : [program, ...all.slice(1)]
}

function unwrap(words: readonly string[]): Unwrapped {
  const program = basename(words[0] ?? '')
  if (program === 'osascript') return shellCommand('osascript', shellTextOf(words))
  if (/^(?:ba|da|k|z)?sh$/.test(program)) {
    const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word))
    if (flag > 0) return shellCommand('shell', words[flag + 1])
  }
  return { launcher: 'direct', words, logs: [] }
}

function shellCommand(launcher: 'osascript' | 'shell', text: string | undefined): Unwrapped {
  const commands = (text === undefined ? undefined : parseShell(text)) ?? []
  // People put a `cd` or an `export` before it.
  const command = commands.find(({ words }) => findGatewayWords(words, []) !== undefined) ?? commands.at(-1)
  return { launcher, words: command?.words ?? [], logs: command?.redirections ?? [] }
}

/** Past `exec`, `env` and assignments, which run nothing themselves. */
function startOfCommand(words: readonly string[]): number {
  const start = words.findIndex((word) => word !== 'exec' && basename(word) !== 'env' && !/^\w+=/.test(word))
  return start < 0 ? words.length : start
}

function homeAssignment(word: string): readonly string[] {
  return word.startsWith('HERMES_HOME=') ? [word.slice('HERMES_HOME='.length)] : []
}

function interpreterBefore(words: readonly string[], entry: number): string | undefined {
  const module = /hermes_cli/.test(words[entry] ?? '')
  if (!module) return words[entry]
  const before = words.slice(0, entry)
  const python = before.findLast(isPython)
  if (python !== undefined) return python
  return before.findLast((word) => word.startsWith('/')) ?? words[entry]
}

function valueAfter(words: readonly string[], flag: string): string | undefined {
  const at = words.indexOf(flag)
  return at < 0 ? undefined : words[at + 1]
}

/**
 * The home that the command would use: `--profile` beats HERMES_HOME, and without either it is the account's default.
 * Not resolved.
 */
export function homeOfCommand(description: CommandDescription, accountHome: string): string {
  const pinned = description.pinnedHome ?? defaultHome(accountHome)
  const { profile } = description
  if (profile === undefined) return pinned
  return isProfileName(profile) ? profileHome(rootOfHome(pinned), profile) : pinned
}

/**
 * Why a definition at this service's place is not this service's gateway, in words that end a sentence; undefined when
 * it is. People and other apps rewrite definitions (hermes-agent#44612), and same-named profiles of two roots share a
 * label (hermes-agent#93349), so only what is pinned decides.
 */
export function foreignReason(
  description: CommandDescription,
  service: GatewayService,
  accountHome: string,
): string | undefined {
  if (!description.gateway) {
    const program = basename(description.words[0] ?? '')
    return program === '' ? 'it runs nothing' : `it runs ${JSON.stringify(program)}, not a Hermes gateway`
  }
  const home = resolveHome(homeOfCommand(description, accountHome))
  if (home === resolveHome(service.home)) return undefined
  const profile = description.profile ?? defaultProfile
  return `it runs the gateway of another home: ${home}${profile === defaultProfile ? '' : ` (profile ${profile})`}`
}
