import type { PlistValue } from 'plist'
import type { JobDefinition } from './definition.ts'
import { type Dictionary, isDictionary, readPropertyList } from './property-list.ts'

export interface DefinitionExpectations {
  /** The label that the file's place calls for. */
  readonly expectedLabel: string
  /** Environment variables whose values are known to be harmless. */
  readonly visibleVariables: ReadonlySet<string>
}

export type DefinitionParse =
  | { readonly valid: true; readonly definition: JobDefinition }
  /** Why launchd would refuse it, for people. Never holds the value of an environment variable. */
  | { readonly valid: false; readonly problem: string }

/**
 * Reads a job definition as launchd would: refuses what it refuses (109 invalid property list, 110 no Label, 111 no
 * Program), and a wrong type under any key that is read here. Never throws. The first call loads the `plist` library,
 * which takes a while: make it while launchctl is at work.
 */
export async function parseDefinition(
  bytes: Uint8Array,
  { expectedLabel, visibleVariables }: DefinitionExpectations,
): Promise<DefinitionParse> {
  const list = await readPropertyList(bytes)
  if (!list.read) return { valid: false, problem: list.problem }
  if (!isDictionary(list.value)) return { valid: false, problem: 'Its outermost element is not a dictionary.' }
  try {
    return { valid: true, definition: toDefinition(list.value, expectedLabel, visibleVariables) }
  } catch (error) {
    if (error instanceof Refusal) return { valid: false, problem: error.message }
    throw error
  }
}

/** Ends the reading of a definition at its first problem; never leaves this file. */
class Refusal extends Error {}

function toDefinition(root: Dictionary, expectedLabel: string, visible: ReadonlySet<string>): JobDefinition {
  const label = readLabel(root, expectedLabel)
  const programArguments = optional(root, 'ProgramArguments', texts)
  const program = optional(root, 'Program', text) ?? programArguments?.[0]
  if (program === undefined || program === '') {
    throw new Refusal('It names no program: it has neither a Program nor a first element of ProgramArguments.')
  }
  return {
    label,
    program,
    arguments: programArguments ?? [program],
    environment: readEnvironment(optional(root, 'EnvironmentVariables', dictionary) ?? {}, visible),
    runAtLoad: optional(root, 'RunAtLoad', flag) ?? false,
    keepAlive: optional(root, 'KeepAlive', conditions) ?? false,
    throttleIntervalSeconds: optional(root, 'ThrottleInterval', seconds) ?? 10,
    ...entry('workingDirectory', optional(root, 'WorkingDirectory', text)),
    ...entry('exitTimeoutSeconds', optional(root, 'ExitTimeOut', seconds)),
    ...entry('stdoutPath', optional(root, 'StandardOutPath', text)),
    ...entry('stderrPath', optional(root, 'StandardErrorPath', text)),
    ...entry('sessionTypes', optional(root, 'LimitLoadToSessionType', textOrTexts)),
  }
}

function readLabel(root: Dictionary, expected: string): string {
  const label = optional(root, 'Label', text)
  if (label === undefined || label === '') throw new Refusal(`It has no Label; this file's must be “${expected}”.`)
  if (label !== expected)
    throw new Refusal(`Its Label is “${label.slice(0, 200)}”, but this file's must be “${expected}”.`)
  return label
}

function readEnvironment(variables: Dictionary, visible: ReadonlySet<string>): Record<string, string | undefined> {
  const known = Object.entries(variables).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(known.map(([name, value]) => [name, visible.has(name) ? String(value) : undefined]))
}

/** Turns a value into what it should be, or says with `undefined` that it is something else. */
interface Kind<T> {
  readonly name: string
  readonly read: (value: PlistValue) => T | undefined
}

const text: Kind<string> = {
  name: 'text',
  read: (value) => (typeof value === 'string' ? value : undefined),
}
const texts: Kind<readonly string[]> = {
  name: 'a list of texts',
  read: (value) =>
    Array.isArray(value) && value.every((element) => typeof element === 'string') ? value.map(String) : undefined,
}
const textOrTexts: Kind<readonly string[]> = {
  name: 'text or a list of texts',
  read: (value) => (typeof value === 'string' ? [value] : texts.read(value)),
}
const flag: Kind<boolean> = {
  name: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
}
const conditions: Kind<boolean> = {
  name: 'true, false or a dictionary',
  read: (value) => (isDictionary(value) ? true : flag.read(value)),
}
const seconds: Kind<number> = {
  name: 'a number of seconds',
  read: (value) => (typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined),
}
const dictionary: Kind<Dictionary> = {
  name: 'a dictionary',
  read: (value) => (isDictionary(value) ? value : undefined),
}

function optional<T>(root: Dictionary, key: string, kind: Kind<T>): T | undefined {
  const value = Object.hasOwn(root, key) ? root[key] : undefined
  if (value === undefined) return undefined
  const read = kind.read(value)
  if (read === undefined) throw new Refusal(`Its ${key} is of the wrong type: it must be ${kind.name}.`)
  return read
}

function entry<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value })
}
