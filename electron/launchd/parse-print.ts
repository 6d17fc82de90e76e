import type { LastExit, PrintReport } from './print-report.ts'

export type PrintParse =
  | { readonly parsed: true; readonly report: PrintReport }
  /** Not a whole report of one job. The problem never quotes what launchctl printed: that may hold secrets. */
  | { readonly parsed: false; readonly problem: string }

/**
 * Reads the output of `launchctl print <service>` (F-PRINT-1 to F-PRINT-11). Only lines with exactly one leading TAB are
 * fields: nested blocks repeat `state`, `active count` and more (F-PARSE-1). Never throws. Values of environment
 * variables are not carried.
 */
export function parsePrint(output: string): PrintParse {
  const lines = output.replace(/^\n+|\n+$/g, '').split('\n')
  const target = /^(\S.*) = \{$/.exec(lines[0] ?? '')?.[1]
  if (target === undefined) return { parsed: false, problem: 'its first line is not the header of a report' }
  // Only the last line decides: an argument of several lines may contain a line that is just a brace.
  if (lines.length < 2 || lines.at(-1) !== '}') return { parsed: false, problem: 'it ends before the closing brace' }
  const body = readBody(lines.slice(1, -1))
  if (body === undefined) return { parsed: false, problem: 'it ends inside a block' }
  const pidLine = body.fields.get('pid')
  const pid = wholeNumber(pidLine)
  // A pid line that cannot be read must not turn a running job into a stopped one.
  if (pidLine !== undefined && !pid) return { parsed: false, problem: 'its pid line makes no sense' }
  return { parsed: true, report: toReport(target, body, pid) }
}

const environmentHeader = /^\t(?:inherited |default )?environment = \{$/

/** The report one level deep: `key = value` lines, and the lines of each `key = {` block as they came. */
interface Body {
  readonly fields: ReadonlyMap<string, string>
  readonly blocks: ReadonlyMap<string, readonly string[]>
}

function readBody(lines: readonly string[]): Body | undefined {
  const fields = new Map<string, string>()
  const blocks = new Map<string, string[]>()
  let open: string[] | undefined
  for (const line of lines) {
    if (open !== undefined) {
      // A block whose end is missing must not swallow these: their values would pass for something else.
      if (environmentHeader.test(line)) return undefined
      if (line === '\t}') open = undefined
      else open.push(line)
      continue
    }
    const separator = line.indexOf(' = ')
    if (separator < 0 || line[0] !== '\t' || line[1] === '\t') continue
    const key = line.slice(1, separator)
    const value = line.slice(separator + 3)
    if (value === '{') {
      open = []
      if (!blocks.has(key)) blocks.set(key, open)
    } else if (!fields.has(key)) {
      fields.set(key, value)
    }
  }
  return open === undefined ? { fields, blocks } : undefined
}

function toReport(target: string, { fields, blocks }: Body, pid: number | undefined): PrintReport {
  const report: { -readonly [Key in keyof PrintReport]?: PrintReport[Key] | undefined } = {
    path: fields.get('path'),
    type: fields.get('type'),
    state: fields.get('state'),
    program: fields.get('program'),
    workingDirectory: fields.get('working directory'),
    stdoutPath: fields.get('stdout path'),
    stderrPath: fields.get('stderr path'),
    pid,
    runs: wholeNumber(fields.get('runs')),
    minimumRuntimeSeconds: wholeNumber(fields.get('minimum runtime')),
    exitTimeoutSeconds: wholeNumber(fields.get('exit timeout')),
    lastExit: readLastExit(fields),
    immediateReason: fields.get('immediate reason'),
    pendedSpawn: fields.get('pended nondemand spawn') ?? fields.get('pended spawn'),
    successiveCrashes: wholeNumber(fields.get('successive crashes')),
  }
  return {
    ...present(report),
    target,
    arguments: readArguments(blocks.get('arguments') ?? []),
    environmentNames: readNames(blocks.get('environment') ?? []),
    properties: (fields.get('properties') ?? '').split(' | ').filter((word) => word !== ''),
  }
}

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** The same object without the keys that have no value. */
function present<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>
}

/** An element stands behind two TABs. A line without them goes on with the element before: it had a line break in it. */
function readArguments(lines: readonly string[]): readonly string[] {
  const elements: string[] = []
  for (const line of lines) {
    const before = elements.length - 1
    if (line.startsWith('\t\t')) elements.push(line.slice(2))
    else if (before >= 0) elements[before] = `${elements[before]}\n${line}`
  }
  return elements
}

/** Names of `NAME => value` lines; the rest of a value that has line breaks is passed over. */
function readNames(lines: readonly string[]): readonly string[] {
  const names = lines.flatMap((line) => /^\t\t([^\s=]+) => /.exec(line)?.[1] ?? [])
  return [...new Set(names)]
}

/** Exactly one of three lines says how the previous run ended (F-EXIT-1). */
function readLastExit(fields: ReadonlyMap<string, string>): LastExit | undefined {
  const code = fields.get('last exit code')
  if (code !== undefined) return readExitCode(code)
  const signal = fields.get('last terminating signal')
  if (signal !== undefined) return readSignal(signal)
  const reason = fields.get('last exit reason')
  return reason === undefined ? undefined : { kind: 'other', text: reason }
}

/** `(never exited)`, `1`, `78: EX_CONFIG`, `(abandoned)`, `(failed reap)`. */
function readExitCode(text: string): LastExit {
  if (text === '(never exited)') return { kind: 'never' }
  const code = /^(-?\d{1,9})(?:: .*)?$/.exec(text)?.[1]
  return code === undefined ? { kind: 'other', text } : { kind: 'code', code: Number(code) }
}

/** `Killed: 9` (F-EXIT-4). */
function readSignal(text: string): LastExit {
  const match = /^(.+): (\d{1,3})$/.exec(text)
  if (match?.[1] === undefined) return { kind: 'other', text }
  return { kind: 'signal', name: match[1], signal: Number(match[2]) }
}

/** A count without sign; `undefined` for anything else. */
function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
