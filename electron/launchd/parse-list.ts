import type { LastExit } from './print-report.ts'
import { signalName } from './signal-name.ts'

/** One row of `launchctl list`. */
export interface ListRow {
  readonly label: string
  /** Present while a process exists. */
  readonly pid?: number
  /** How the last run ended. Code 0 also stands for "never ran"; absent while the process is stopped (`???`). */
  readonly lastExit?: LastExit
}

/** What `launchctl list <label>` says of one job. */
export interface ListedJob {
  readonly label: string
  readonly pid?: number
  /** Decoded from the raw wait status (F-LISTL-2). Code 0 also stands for "never ran". */
  readonly lastExit?: LastExit
  readonly program?: string
  readonly arguments: readonly string[]
  /** launchd shows it the other way round, as `OnDemand`. */
  readonly keepAlive?: boolean
}

export type ListParse =
  | { readonly parsed: true; readonly rows: readonly ListRow[] }
  | { readonly parsed: false; readonly problem: string }

export type ListedJobParse =
  | { readonly parsed: true; readonly job: ListedJob }
  | { readonly parsed: false; readonly problem: string }

/** Reads the table of `launchctl list` (F-LIST-1). Never throws. */
export function parseList(output: string): ListParse {
  const [header, ...lines] = output.split('\n')
  if (header !== 'PID\tStatus\tLabel') return { parsed: false, problem: 'its first line is not the header of a list' }
  const rows: ListRow[] = []
  for (const line of lines.filter((text) => text !== '')) {
    const match = /^(-|\d{1,9})\t(-?\d{1,9}|\?\?\?|-)\t(.+)$/.exec(line)
    if (match === null) return { parsed: false, problem: 'one of its rows makes no sense' }
    const [, pid = '', status = '', label = ''] = match
    const code = Number(status)
    rows.push({
      label,
      ...(pid === '-' ? {} : { pid: Number(pid) }),
      ...(Number.isNaN(code) ? {} : { lastExit: code < 0 ? signalled(-code) : { kind: 'code', code } }),
    })
  }
  return { parsed: true, rows }
}

/** Reads the dictionary of `launchctl list <label>` (F-LISTL-1). Keys come in any order. Never throws. */
export function parseListedJob(output: string): ListedJobParse {
  const lines = output.trimEnd().split('\n')
  if (lines[0] !== '{' || lines.at(-1) !== '};') return { parsed: false, problem: 'it is not one whole dictionary' }
  const values = new Map<string, string>()
  const elements: string[] = []
  let open: string | undefined
  for (const line of lines.slice(1, -1)) {
    if (open !== undefined) {
      if (line === '\t);' || line === '\t};') open = undefined
      else if (open === 'ProgramArguments') elements.push(unquote(line.trim().replace(/;$/, '')))
      continue
    }
    const match = /^\t"([^"]+)" = (.*?);?$/.exec(line)
    if (match === null) continue
    const [, key = '', value = ''] = match
    if (value === '(' || value === '{') open = key
    else values.set(key, value)
  }
  const label = values.get('Label')
  if (open !== undefined) return { parsed: false, problem: 'it ends inside a list' }
  if (label === undefined) return { parsed: false, problem: 'it has no Label' }
  return { parsed: true, job: toJob(unquote(label), values, elements) }
}

function toJob(label: string, values: ReadonlyMap<string, string>, elements: readonly string[]): ListedJob {
  const pid = wholeNumber(values.get('PID'))
  const status = wholeNumber(values.get('LastExitStatus'))
  const program = values.get('Program')
  const onDemand = values.get('OnDemand')
  return {
    label,
    ...(pid === undefined ? {} : { pid }),
    ...(status === undefined ? {} : { lastExit: decodeWaitStatus(status) }),
    ...(program === undefined ? {} : { program: unquote(program) }),
    arguments: elements,
    ...(onDemand === 'true' || onDemand === 'false' ? { keepAlive: onDemand === 'false' } : {}),
  }
}

/** What `waitpid` reports: the signal in the low seven bits, else the exit code in the second byte (F-LISTL-2). */
export function decodeWaitStatus(status: number): LastExit {
  const signal = status & 0x7f
  return signal === 0 ? { kind: 'code', code: (status >> 8) & 0xff } : signalled(signal)
}

function signalled(signal: number): LastExit {
  return { kind: 'signal', signal, name: signalName(signal) }
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}
