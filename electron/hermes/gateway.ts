import type { ProcessIdentity } from '../processes/process-table.ts'
import type { GatewayReport } from './gateway-report.ts'
import type { JobPid } from './liveness.ts'
import type { GatewayService } from './service.ts'

/** One home's gateway as the supervisor sees it: looks that never throw, and the few acts that are not launchd's. */
export interface Gateway {
  readonly service: GatewayService
  /** What the home's files and the process table say; launchd's pid may be on its way. `now`: ms since 1970. */
  report(jobPid: JobPid | Promise<JobPid>, now: number): Promise<GatewayReport>
  /** Resolves when the gateway next has news of itself, or with the signal's abort: a reason to look at once. */
  nextNews(signal: AbortSignal): Promise<void>
  /** Whether this definition is this home's gateway, and whether it could run. */
  assess(definition: DefinitionFacts): Promise<Assessment>
  /** Definitions that could be put in place now, best first. Empty: there is nothing to recreate it from. */
  sources(): Promise<readonly OutsideSource[]>
  /** The bytes of a source. Throws when they are gone meanwhile: the caller plans again. */
  bytesOf(source: OutsideSource): Promise<Uint8Array>
  /** Keeps bytes that were seen at the definition's place. Idempotent. `proven`: a gateway was healthy under them. */
  keep(bytes: Uint8Array, facts: KeepFacts): Promise<void>
  /** Tells the gateway that the stop to come is meant, so that it ends with 0 and Hermes' own tools know. */
  writePlannedStop(gateway: ProcessIdentity): Promise<void>
  /** Sends a signal after making sure, just before, that the pid is still that process. */
  signal(gateway: ProcessIdentity, signal: 'SIGTERM' | 'SIGUSR1'): Promise<'sent' | 'gone'>
}

export interface KeepFacts {
  readonly valid: boolean
  readonly proven: boolean
  /** Which Hermes ran under it, where its state file says so. */
  readonly hermesVersion?: string
  readonly codeSha?: string
}

/** The parts of a job definition that say whose it is and what it needs. */
export interface DefinitionFacts {
  readonly program: string
  readonly arguments: readonly string[]
  readonly workingDirectory?: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdoutPath?: string
  readonly stderrPath?: string
}

export interface Assessment {
  /** Why this is not the selected home's gateway: pinned to another home, or another program altogether. */
  readonly foreign?: string
  /** Whether 78 can only be launchd's own, because a wrapper turns the gateway's into 0. */
  readonly wrapped: boolean
  /** What it needs and what does not exist, in words with paths; empty = it can run. */
  readonly missing: readonly string[]
  /** Folders for its logs that do not exist yet; launchd may answer 78 without them (R-STDIO-2). */
  readonly logFolders: readonly string[]
}

/** A source other than what stands at the definition's place. */
export type OutsideSource = Exclude<DefinitionSource, { kind: 'in-place' }>

export type DefinitionSource =
  | {
      readonly kind: 'kept'
      readonly sha256: string
      /** Milliseconds since 1970. */
      readonly keptAt: number
      readonly proven: boolean
    }
  | { readonly kind: 'template'; readonly interpreter: string }
  /** The very bytes that stand there, as a plain file that nobody else may write. */
  | { readonly kind: 'in-place'; readonly sha256: string }
