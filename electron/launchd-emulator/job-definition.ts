import { type PlistValue, parse } from 'plist'

/** A job as its property list defines it. Values of the environment may be secrets: this is never logged. */
export interface JobDefinition {
  readonly label: string
  /** `Program`, else the first of `ProgramArguments` (`inferredProgram`). */
  readonly program: string
  readonly inferredProgram: boolean
  /** At least one: where the property list has none, the program. */
  readonly programArguments: readonly string[]
  readonly workingDirectory?: string
  /** In the order of the property list. */
  readonly environment: readonly (readonly [name: string, value: string])[]
  readonly stdinPath?: string
  readonly stdoutPath?: string
  readonly stderrPath?: string
  readonly umask?: number
  readonly runAtLoad: boolean
  readonly keepAlive: boolean | { readonly successfulExit?: boolean; readonly crashed?: boolean }
  readonly throttleIntervalSeconds?: number
  /** 0 = for ever. */
  readonly exitTimeoutSeconds?: number
  readonly processType: 'daemon' | 'interactive' | 'adaptive'
  /** Aqua unless said otherwise (R-SESSION-1). */
  readonly sessionTypes: readonly string[]
  /** The property list's own `Disabled`; an override beats it (R-DISABLED-1). */
  readonly disabled: boolean
  readonly abandonProcessGroup: boolean
  readonly launchOnlyOnce: boolean
  readonly lowPriorityIo: boolean
  readonly enableTransactions: boolean
}

/** 109 not a property list, 110 no label, 111 no program (E-NUM-1). */
type DefinitionProblem = 109 | 110 | 111

/** Reads the bytes of a property list, XML or binary, as launchd does. Unknown keys and values of a wrong type are ignored. */
export function parseJobDefinition(bytes: Uint8Array): JobDefinition | DefinitionProblem {
  const root = parsePropertyList(bytes)
  if (root === undefined) return 109
  const label = text(root['Label'])
  if (label === undefined || label === '') return 110
  const listed = root['ProgramArguments']
  if (listed !== undefined && !(Array.isArray(listed) && listed.every((item) => typeof item === 'string'))) return 111
  const programArguments: readonly string[] = Array.isArray(listed)
    ? listed.filter((item) => typeof item === 'string')
    : []
  const ownProgram = text(root['Program'])
  const program = ownProgram ?? programArguments[0]
  if (program === undefined || program === '') return 111
  return {
    label,
    program,
    inferredProgram: ownProgram === undefined,
    programArguments: programArguments.length === 0 ? [program] : programArguments,
    ...optional('workingDirectory', text(root['WorkingDirectory'])),
    environment: environment(root['EnvironmentVariables']),
    ...optional('stdinPath', text(root['StandardInPath'])),
    ...optional('stdoutPath', text(root['StandardOutPath'])),
    ...optional('stderrPath', text(root['StandardErrorPath'])),
    ...optional('umask', umask(root['Umask'])),
    runAtLoad: root['RunAtLoad'] === true,
    keepAlive: keepAlive(root['KeepAlive']),
    ...optional('throttleIntervalSeconds', seconds(root['ThrottleInterval'])),
    ...optional('exitTimeoutSeconds', seconds(root['ExitTimeOut'])),
    processType: processType(root['ProcessType']),
    sessionTypes: sessionTypes(root['LimitLoadToSessionType']),
    disabled: root['Disabled'] === true,
    abandonProcessGroup: root['AbandonProcessGroup'] === true,
    launchOnlyOnce: root['LaunchOnlyOnce'] === true,
    lowPriorityIo: root['LowPriorityIO'] === true,
    enableTransactions: root['EnableTransactions'] === true,
  }
}

type Dictionary = Readonly<Record<string, PlistValue>>

function parsePropertyList(bytes: Uint8Array): Dictionary | undefined {
  try {
    const content = Buffer.from(bytes)
    if (content.subarray(0, 6).toString('latin1') === 'bplist') return dictionary(parse(bytes))
    const xml = content.toString('utf8').replace(/^\uFEFF/, '')
    // The library also reads the old NeXT format; launchd does not.
    return xml.trimStart().startsWith('<') ? dictionary(parse(xml)) : undefined
  } catch {
    return undefined
  }
}

function dictionary(value: PlistValue | undefined): Dictionary | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) || value instanceof Date || value instanceof Uint8Array ? undefined : value
}

function text(value: PlistValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function seconds(value: PlistValue | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.floor(value) : undefined
}

/** A decimal integer, or an octal string (R-STDIO-3). */
function umask(value: PlistValue | undefined): number | undefined {
  const mask = typeof value === 'string' && /^[0-7]+$/.test(value) ? Number.parseInt(value, 8) : value
  return typeof mask === 'number' && Number.isInteger(mask) && mask >= 0 && mask <= 0o777 ? mask : undefined
}

/** Values that are no strings are ignored (R-ENV-3). */
function environment(value: PlistValue | undefined): readonly (readonly [string, string])[] {
  return Object.entries(dictionary(value) ?? {}).flatMap(([name, entry]) =>
    typeof entry === 'string' ? [[name, entry] as const] : [],
  )
}

function keepAlive(value: PlistValue | undefined): JobDefinition['keepAlive'] {
  if (typeof value === 'boolean') return value
  const conditions = dictionary(value)
  if (conditions === undefined) return false
  const { SuccessfulExit: successfulExit, Crashed: crashed } = conditions
  return {
    ...optional('successfulExit', typeof successfulExit === 'boolean' ? successfulExit : undefined),
    ...optional('crashed', typeof crashed === 'boolean' ? crashed : undefined),
  }
}

function processType(value: PlistValue | undefined): JobDefinition['processType'] {
  if (value === 'Interactive') return 'interactive'
  return value === 'Adaptive' ? 'adaptive' : 'daemon'
}

function sessionTypes(value: PlistValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : ['Aqua']
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V })
}
