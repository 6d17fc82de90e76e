import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivateFile } from './private-file.ts'
import { isVerbName } from './usage.ts'

/** Unsettled or version-dependent behaviour with a fixed set of values; the first is the default. */
const choices = {
  'K-RICH': ['off', 'on'],
  'K-LOADED': ['5', '37', '17'],
  'K-DISABLEDCODE': ['5', '119'],
  'K-EXITTIMEOUT': ['5', '20'],
  'K-BOOTOUT-MISSING': ['3', '113'],
  'K-BOOTOUT-RUNNING': ['0', '36'],
  'K-WAITFLAG': ['yes', 'no'],
  'K-BADREQ': ['on', 'off'],
  'K-BADTARGET': ['hint', 'usage'],
  'K-UIDWORD': ['uid:', 'user:'],
  'K-NOGUI': ['off', '125', '112'],
  'K-KICKRUNNING': ['0', '37'],
  'K-LOADEXIT': ['0', '5', 'abort'],
  'K-BTM': ['allow', 'vanish', '5'],
  'K-DIALECT': ['26', '14', 'old'],
  'K-DISABLEDWORDS': ['words', 'booleans', 'words-none', 'booleans-none'],
  'K-SYMLINK': ['accept', 'refuse'],
  'K-STDMKDIR': ['on', 'off'],
} as const

/** Numbers with their default and what else they may be. */
const numbers = {
  'K-EIOONCE': { initial: 0, allows: isCount, words: 'a whole number' },
  'K-SLOWBOOTOUT': { initial: 0, allows: isCount, words: 'milliseconds' },
  'K-THROTTLEMIN': { initial: 0, allows: isCount, words: 'whole seconds' },
  'K-TIMESCALE': { initial: 1, allows: isFraction, words: 'a factor above 0, at most 1' },
} as const

/** Lists of verbs that misbehave, separated by commas; empty by default. `all` = every verb but `help`, which never does. */
const faults = ['HANG', 'GARBLE', 'EIO'] as const

type ChoiceKey = keyof typeof choices
type NumberKey = keyof typeof numbers
type FaultKey = (typeof faults)[number]

export type Switches = { readonly [K in ChoiceKey]: (typeof choices)[K][number] } & {
  readonly [K in NumberKey]: number
} & { readonly [K in FaultKey]: readonly string[] } & {
  /** `none`, or the reason under which non-demand spawns are held back (R-PEND-1). */
  readonly 'K-PENDED': string
}

/** Switches as people write them. An empty value means the default. */
export type SwitchTexts = Readonly<Record<string, string>>

/**
 * Every switch, with defaults for those that are not named.
 * @throws for an unknown name or a value that the switch does not know: a misspelt switch must not pass for a default.
 */
export function parseSwitches(texts: SwitchTexts): Switches {
  const remaining = new Map(Object.entries(texts).filter(([, value]) => value !== ''))
  const take = (key: string): string | undefined => {
    const value = remaining.get(key)
    remaining.delete(key)
    return value
  }
  const parsed: Record<string, string | number | readonly string[]> = {}
  for (const [key, allowed] of Object.entries(choices)) {
    const value = take(key) ?? allowed[0]
    if (!allowed.some((choice) => choice === value)) throw new Error(`${key} is ${allowed.join(', ')}; not ${value}`)
    parsed[key] = value
  }
  for (const [key, { initial, allows, words }] of Object.entries(numbers)) {
    const text = take(key)
    const value = text === undefined ? initial : Number(text)
    if (!allows(value)) throw new Error(`${key} is ${words}; not ${text}`)
    parsed[key] = value
  }
  for (const key of faults) {
    const verbs = (take(key) ?? '').split(',').filter((verb) => verb !== '')
    const unknown = verbs.find((verb) => verb !== 'all' && (!isVerbName(verb) || verb === 'help'))
    if (unknown !== undefined) throw new Error(`${key} takes verbs, or all; not ${unknown}`)
    parsed[key] = verbs
  }
  parsed['K-PENDED'] = take('K-PENDED') ?? 'none'
  const [unknown] = remaining.keys()
  if (unknown !== undefined) throw new Error(`no such switch: ${unknown}`)
  return parsed as Switches
}

/** Whether a fault is switched on for this verb. */
export function hasFault(switches: Switches, fault: FaultKey, verb: string): boolean {
  return switches[fault].includes(verb) || switches[fault].includes('all')
}

export function switchesPath(root: string): string {
  return join(root, 'switches.json')
}

/** What is set in this root; nothing where the file is absent. */
export function readSwitchTexts(root: string): SwitchTexts {
  let content: string
  try {
    content = readFileSync(switchesPath(root), 'utf8')
  } catch {
    return {}
  }
  const value: unknown = JSON.parse(content)
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, String(entry)]))
}

/**
 * Sets the named switches and leaves the others as they are; an empty value goes back to the default. A daemon that runs
 * sees them before its next verb.
 * @throws for an unknown name or value; then nothing is set.
 */
export function writeSwitchTexts(root: string, changes: SwitchTexts): Switches {
  const merged = Object.fromEntries(
    Object.entries({ ...readSwitchTexts(root), ...changes }).filter(([, value]) => value !== ''),
  )
  const switches = parseSwitches(merged)
  writePrivateFile(switchesPath(root), JSON.stringify(merged, null, 2))
  return switches
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0
}

function isFraction(value: number): boolean {
  return value > 0 && value <= 1
}
