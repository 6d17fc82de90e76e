import type { Timer } from './clock.ts'
import type { JobRecord } from './job-record.ts'
import type { JobServices } from './job-services.ts'

const defaultThrottleSeconds = 10

/** What is known of one loaded job, written down with every change, and how long its definition lets things take. */
export class KeptRecord {
  readonly services: JobServices
  #current: JobRecord

  constructor(services: JobServices, record: JobRecord) {
    this.services = services
    this.#current = record
  }

  get current(): JobRecord {
    return this.#current
  }

  change(change: Partial<JobRecord>): void {
    this.#current = { ...this.#current, ...change }
    this.services.changed()
  }

  log(line: string): void {
    this.services.log(`${this.#current.definition.label}: ${line}`)
  }

  /** ThrottleInterval in seconds (R-THROTTLE-5). */
  get minimumRuntimeSeconds(): number {
    const interval = this.#current.definition.throttleIntervalSeconds ?? defaultThrottleSeconds
    return Math.max(interval, this.services.switches()['K-THROTTLEMIN'])
  }

  /** ExitTimeOut in seconds; 0 = for ever. */
  get exitTimeoutSeconds(): number {
    return this.#current.definition.exitTimeoutSeconds ?? Number(this.services.switches()['K-EXITTIMEOUT'])
  }

  /** How long one of launchd's seconds lasts here, in milliseconds (K-TIMESCALE). */
  get secondMs(): number {
    return 1000 * this.services.switches()['K-TIMESCALE']
  }

  /** Runs `action` after so many of launchd's seconds. */
  after(seconds: number, action: () => void): Timer {
    return this.services.clock.setTimeout(action, seconds * this.secondMs)
  }
}
