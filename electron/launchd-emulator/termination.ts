import type { Timer } from './clock.ts'
import type { KeptRecord } from './kept-record.ts'

/** How long launchd waits for the end of a process that it has killed (R-EXITTIMEOUT-1). */
const killTimeoutSeconds = 5

/** The way of one job's process from SIGTERM to SIGKILL to `languishing`. */
export class Termination {
  readonly #record: KeptRecord
  readonly #signal: (signal: NodeJS.Signals) => void
  #timer: Timer | undefined

  constructor(record: KeptRecord, signal: (signal: NodeJS.Signals) => void) {
    this.#record = record
    this.#signal = signal
  }

  /** A process that is ending already is not told again. */
  begin(): void {
    if (this.#record.current.stopping !== undefined) return
    this.#record.change({ stopping: 'SIGTERMed' })
    this.#signal('SIGTERM')
    const { exitTimeoutSeconds } = this.#record
    if (exitTimeoutSeconds === 0) return
    this.#timer = this.#record.after(exitTimeoutSeconds, () => {
      this.#record.change({ stopping: 'SIGKILLed' })
      this.#signal('SIGKILL')
      this.#timer = this.#record.after(killTimeoutSeconds, () => this.#record.change({ stopping: 'languishing' }))
    })
  }

  /** The process has ended. */
  over(): void {
    this.#timer?.cancel()
  }
}
