import { createLinuxProcessTable } from './linux-process-table.ts'
import { createMacProcessTable } from './mac-process-table.ts'

/** Processes of this machine, as far as identity needs them. A pid alone is no identity: pids are reused. */
export interface ProcessTable {
  /**
   * Looks up these processes and all their ancestors. A pid that is missing from the answer does not exist, or is a
   * zombie: dead but not yet collected. Never throws: a look that failed is `unknown`.
   */
  lookUp(pids: readonly number[]): Promise<ProcessLook>
}

export type ProcessLook =
  | { readonly seen: 'processes'; readonly byPid: ReadonlyMap<number, ProcessEntry> }
  | { readonly seen: 'unknown'; readonly cause: string }

export interface ProcessEntry {
  readonly pid: number
  readonly parentPid: number
  /** Creation time in milliseconds since 1970; whole seconds on macOS, so compare with a tolerance of 2 s. */
  readonly startedAt: number
  /** The arguments joined by spaces, as `ps` shows them. */
  readonly commandLine: string
}

/** A process that stays itself: the pid and when it was created. */
export interface ProcessIdentity {
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

/** The process table of this machine. Only Linux and macOS are known; anything else is asked as macOS is, by `ps`. */
export function createProcessTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  return platform === 'linux' ? createLinuxProcessTable() : createMacProcessTable()
}
