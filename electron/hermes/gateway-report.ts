import type { ProcessIdentity } from '../processes/process-table.ts'

/** What can be seen of one home's gateway without asking launchd. Plain data; every look says how it ended. */
export interface GatewayReport {
  readonly process: GatewayProcessLook
  /** When launchd's process for the job was created, milliseconds since 1970; absent without one. */
  readonly jobStartedAt?: number
  readonly state: StateLook
  /** Age of `state/gateway.heartbeat` in milliseconds, if it belongs to the live process. */
  readonly heartbeatAgeMs?: number
  /** Both witnesses agree that the event loop no longer turns: stale heartbeat and a silent tick socket. */
  readonly wedged: boolean
  /** The stop that somebody planned and that is still valid, with the pid it is meant for. */
  readonly plannedStop?: { readonly targetPid: number; readonly writtenAt: number }
  /** `gateway.parked`: somebody parked this served profile. */
  readonly parked: boolean
  /** The home of the live host gateway that serves this profile, which then has no job of its own. */
  readonly servedBy?: string
  /** Hermes' deferred reload: at work, or its last word was a failure. */
  readonly reload: { readonly stage: 'none' } | { readonly stage: 'at-work' | 'failed'; readonly line: string }
  /** Hermes once gave up on launchd here and runs the gateway detached (`.gateway-launchd-unsupported`). */
  readonly launchdGivenUp: boolean
  /** Times of recent starts from `gateway-starts.log`, oldest first, milliseconds since 1970. */
  readonly recentStarts: readonly number[]
  /** The last line of `gateway.error.log`, shortened; the best single hint why a gateway died. */
  readonly lastErrorLine?: string
}

export type GatewayProcessLook =
  | {
      readonly seen: 'alive'
      readonly identity: ProcessIdentity
      /** Whether launchd's pid is this process or one of its ancestors; `unknown` when launchd's pid is not known. */
      readonly supervised: 'yes' | 'no' | 'unknown'
      readonly commandLine: string
    }
  | { readonly seen: 'none' }
  | { readonly seen: 'unknown'; readonly cause: string }

export type StateLook =
  | { readonly seen: 'state'; readonly state: GatewayState }
  | { readonly seen: 'none' }
  | { readonly seen: 'unknown'; readonly cause: string }

/** `gateway_state.json`, tolerant of every era: unknown keys dropped, missing keys absent. */
export interface GatewayState {
  /** `starting`, `running`, `degraded`, `draining`, `stopped`, `startup_failed`, or a word of a newer Hermes. */
  readonly gatewayState: string
  readonly pid?: number
  /** Milliseconds since 1970. */
  readonly startedAt?: number
  /** Whether the file speaks of the live process (same pid, same start time where known) and not of a dead one. */
  readonly current: boolean
  readonly exitReason?: string
  readonly restartRequested: boolean
  readonly activeAgents: number
  /** What is being waited for while draining, in words: `cron daily-report (212 s, terminal)`. */
  readonly activeWork: readonly string[]
  readonly platforms: readonly PlatformState[]
  readonly servedProfiles: readonly string[]
  /** Milliseconds since 1970. */
  readonly updatedAt?: number
  readonly codeSha?: string
  readonly codeVersion?: string
}

export interface PlatformState {
  readonly name: string
  /** `connecting`, `connected`, `retrying`, `fatal`, … */
  readonly state: string
  readonly error?: string
  readonly needsAttention: boolean
}
