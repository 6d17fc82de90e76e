import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { anyOf, type Check, integer, mapOf, number, oneOf, record, text, yes } from './switch-checks.ts'

/** Hermes changed its manners twice; `electron/hermes` must cope with all three. */
export type Era = 'E' | 'M' | 'C'

/** How a platform ends up once connecting was tried. */
export type PlatformOutcome = 'connected' | 'retrying' | 'fatal'

/** What `stand-in.json` may say. Every part is optional there; see README.md for the meaning of each. */
export interface Switches {
  readonly era: Era
  /** Factor on the gateway's own intervals (heartbeat, re-stamp, watcher, storm, takeover), not on fault times. */
  readonly timeScale: number
  readonly platforms: Readonly<Record<string, PlatformOutcome>>
  /** Bot tokens by platform; those in the home's `.env` (`TELEGRAM_BOT_TOKEN`) count too. */
  readonly tokens: Readonly<Record<string, string>>
  readonly servedProfiles?: readonly string[]
  readonly codeVersion?: string
  readonly codeSha?: string
  readonly apiPort?: number
  /** Size in bytes at which `agent.log` and `errors.log` rotate. */
  readonly logMaxBytes: number
  readonly stormBreaker: boolean
  readonly faults: Faults
}

/** The faults, and the words that modify one of them. Times are seconds on the wall clock. */
interface Faults {
  readonly 'crash-at-start'?: number
  /** Delays `crash-at-start` or `wedge` until that long after `running`. */
  readonly after?: number
  readonly 'fatal-config'?: true | string
  readonly wedge?: true
  readonly watchdog?: number
  readonly half?: true
  /** How old the heartbeat looks at once when the loop wedges, so that nobody need wait for 90 s. */
  readonly 'heartbeat-age'?: number
  readonly 'slow-drain'?: number
  readonly flap?: string
  readonly 'ignore-sigterm'?: true
  readonly 'fork-child'?: true | number
  readonly setsid?: true
  readonly 'spam-log'?: number
  readonly 'start-late'?: number
  readonly silent?: true
  readonly 'stale-files'?: true | 'dead' | 'reused'
  readonly 'old-files'?: true
  readonly 'exit-zero-on-restart'?: true
  readonly 'second-instance'?: true
}

const seconds = number(0)
const checkFaults = record({
  'crash-at-start': integer(0, 255),
  after: seconds,
  'fatal-config': anyOf(yes, text(/./)),
  wedge: yes,
  watchdog: seconds,
  half: yes,
  'heartbeat-age': seconds,
  'slow-drain': seconds,
  flap: text(/^.+:(?!0+(\.0*)?$)\d+(\.\d+)?$/),
  'ignore-sigterm': yes,
  'fork-child': anyOf(yes, seconds),
  setsid: yes,
  'spam-log': number(0),
  'start-late': seconds,
  silent: yes,
  'stale-files': anyOf(yes, oneOf('dead', 'reused')),
  'old-files': yes,
  'exit-zero-on-restart': yes,
  'second-instance': yes,
} satisfies Record<keyof Faults, Check>)

const outcome = oneOf('connected', 'retrying', 'fatal')
const checkSwitches = record({
  era: oneOf('E', 'M', 'C'),
  timeScale: number(1e-6),
  platforms: mapOf(outcome),
  tokens: mapOf(text(/./)),
  servedProfiles: (value) =>
    Array.isArray(value) && value.every((name) => typeof name === 'string') ? undefined : 'must be a list of names',
  codeVersion: text(/./),
  codeSha: text(/./),
  apiPort: integer(1, 65_535),
  logMaxBytes: integer(1, Number.MAX_SAFE_INTEGER),
  stormBreaker: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  faults: checkFaults,
} satisfies Record<keyof Switches, Check>)

/** Words that mean nothing without the fault they modify. */
const modifies: readonly (readonly [keyof Faults, readonly (keyof Faults)[]])[] = [
  ['after', ['crash-at-start', 'wedge']],
  ['watchdog', ['wedge']],
  ['half', ['wedge']],
  ['heartbeat-age', ['wedge']],
  ['setsid', ['fork-child']],
  ['silent', ['start-late']],
]

/** Faults that only older gateways had. */
const onlyIn: readonly (readonly [keyof Faults, readonly Era[]])[] = [
  ['old-files', ['E', 'M']],
  ['exit-zero-on-restart', ['E']],
]

/** What is wrong with the switches, in words that name the switch. */
export class SwitchError extends Error {}

/**
 * Reads the switches of a home: `HERMES_STAND_IN` if set, else `<home>/stand-in.json`, else the defaults.
 *
 * @throws SwitchError if they are no JSON object, or if a switch is unknown or has an impossible value
 */
export function readSwitches(home: string, override: string | undefined): Switches {
  const place = override === undefined ? join(home, 'stand-in.json') : 'HERMES_STAND_IN'
  let source = override
  if (source === undefined) {
    try {
      source = readFileSync(place, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') source = '{}'
      else throw new SwitchError(`${place}: ${String(error)}`)
    }
  }
  return checked(place, source)
}

function checked(place: string, source: string): Switches {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    throw new SwitchError(`${place} is not JSON`)
  }
  const complaint = checkSwitches(value)
  if (complaint !== undefined) throw new SwitchError(`${place}: ${complaint}`)
  // The check above has looked at every key and value: this is the one place where a shape is asserted.
  const said = value as Partial<Switches>
  const switches: Switches = {
    era: 'C',
    timeScale: 1,
    platforms: { telegram: 'connected' },
    tokens: {},
    logMaxBytes: 5 * 1024 * 1024,
    stormBreaker: true,
    faults: {},
    ...said,
  }
  for (const [word, faults] of modifies) {
    if (switches.faults[word] !== undefined && faults.every((fault) => switches.faults[fault] === undefined)) {
      throw new SwitchError(`${place}: faults: "${word}" needs ${faults.map((fault) => `"${fault}"`).join(' or ')}`)
    }
  }
  for (const [fault, eras] of onlyIn) {
    if (switches.faults[fault] !== undefined && !eras.includes(switches.era)) {
      throw new SwitchError(`${place}: faults: "${fault}" belongs to era ${eras.join(' or ')}, not ${switches.era}`)
    }
  }
  return switches
}
