import { darwinSignalNumber, darwinSignalWords, isCrashSignal } from './signals.ts'

/** How a run ended. Signals are Darwin's numbers. */
export type ExitStatus =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: number }
  /** Nobody saw the end: the daemon was gone while the process ended, so its status was collected by somebody else. */
  | { readonly kind: 'abandoned' }

/** EX_CONFIG: what the stub process reports for a program that could not be executed (R-78-1). */
export const exitConfig: ExitStatus = { kind: 'code', code: 78 }

const exitNames = [
  'USAGE',
  'DATAERR',
  'NOINPUT',
  'NOUSER',
  'NOHOST',
  'UNAVAILABLE',
  'SOFTWARE',
  'OSERR',
  'OSFILE',
  'CANTCREAT',
  'IOERR',
  'TEMPFAIL',
  'PROTOCOL',
  'NOPERM',
  'CONFIG',
] as const

/** From what Node reports of a child: exactly one of the two is set. */
export function exitStatus(code: number | null, signal: string | null): ExitStatus {
  return signal === null ? { kind: 'code', code: code ?? 0 } : { kind: 'signal', signal: darwinSignalNumber(signal) }
}

/** The line of `print` about the previous run, without indent (F-EXIT-1, F-EXIT-3). */
export function lastExitLine(status: ExitStatus | undefined): string {
  if (status === undefined) return 'last exit code = (never exited)'
  switch (status.kind) {
    case 'code': {
      const name = exitNames[status.code - 64]
      return `last exit code = ${status.code}${name === undefined ? '' : `: EX_${name}`}`
    }
    case 'signal':
      return `last terminating signal = ${darwinSignalWords(status.signal)}: ${status.signal}`
    case 'abandoned':
      return 'last exit code = (abandoned)'
    default:
      return unreachable(status)
  }
}

/** The status column of `list`: exit code or −signal; `???` where no status is known (F-LIST-1). Never exited is 0. */
export function listStatus(status: ExitStatus | undefined): string {
  if (status === undefined) return '0'
  switch (status.kind) {
    case 'code':
      return String(status.code)
    case 'signal':
      return String(-status.signal)
    case 'abandoned':
      return '???'
    default:
      return unreachable(status)
  }
}

/** The raw wait status of `list <label>`: exit 1 is 256, SIGKILL is 9, never run is 0 (F-LISTL-2). */
export function rawWaitStatus(status: ExitStatus | undefined): number {
  if (status === undefined) return 0
  switch (status.kind) {
    case 'code':
      return status.code * 256
    case 'signal':
      return status.signal
    case 'abandoned':
      return 0
    default:
      return unreachable(status)
  }
}

/** Only an exit code 0 is a success: signals and unknown ends are failures (R-KEEPALIVE-2). */
export function isSuccess(status: ExitStatus): boolean {
  return status.kind === 'code' && status.code === 0
}

/** Ended by a crash signal; TERM, KILL, INT and HUP are none (R-KEEPALIVE-3). */
export function isCrash(status: ExitStatus): boolean {
  return status.kind === 'signal' && isCrashSignal(status.signal)
}

function unreachable(value: never): never {
  throw new Error(`no such exit status: ${JSON.stringify(value)}`)
}
