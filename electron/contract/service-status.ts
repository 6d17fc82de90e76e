import type { Condition } from './condition.ts'

/** Everything that is shown of one gateway: `caduceus status --json` prints a list of these. */
export interface ServiceStatus {
  readonly label: string
  /** `default`, or the profile's name. */
  readonly profile: string
  /** HERMES_HOME. */
  readonly home: string
  /** Where the definition is, or belongs. */
  readonly definition: string
  /** `gui/501`. */
  readonly domain: string
  readonly condition: Condition
  readonly intent: Intent
  /** launchd's pid: the gateway itself, or the wrapper that it runs in. */
  readonly pid?: number
  /** The gateway's own pid, where it could be verified. */
  readonly gatewayPid?: number
  /** Whole seconds since the gateway's process was created. */
  readonly uptimeSeconds?: number
  /** Starts since the job was loaded. */
  readonly runs?: number
  /** ISO 8601. */
  readonly observedAt: string
}

/** What a person last asked for, here or with Hermes' own commands. */
export type Intent = 'running' | 'stopped'
