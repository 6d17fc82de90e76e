import type { Host } from '../host/host.ts'
import type { Terminal } from './terminal.ts'

/** What a command works with. */
export interface Context {
  readonly host: Host
  readonly terminal: Terminal
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  /** Aborted when nobody reads the output any more: a view may end then, an operation may not. */
  readonly readerGone: AbortSignal
}
