import type { ExitStatus } from './exit-status.ts'
import type { JobDefinition } from './job-definition.ts'
import type { SpawnReason } from './keep-alive.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** Everything launchd knows of a loaded job. It is written to disk with every change and survives the daemon. */
export interface JobRecord {
  readonly domain: 'gui' | 'user'
  /** The property list that it was loaded from; absolute. */
  readonly path: string
  readonly definition: JobDefinition
  /** Spawn attempts since the job was loaded, failed ones included (R-SPAWN-2). */
  readonly runs: number
  /** How the previous run ended; `undefined` = never exited. */
  readonly lastExit?: ExitStatus | undefined
  /** Milliseconds since 1970. */
  readonly lastSpawnAt?: number | undefined
  readonly immediateReason?: SpawnReason | undefined
  readonly successiveCrashes: number
  readonly process?: ProcessIdentity | undefined
  /** Set just before a process is created and cleared once its pid is known. */
  readonly spawning?: boolean | undefined
  /** What was last sent to the process to end it; `languishing` = not even SIGKILL ended it (R-EXITTIMEOUT-1). */
  readonly stopping?: 'SIGTERMed' | 'SIGKILLed' | 'languishing' | undefined
  /** Spawn again as soon as the process has ended (`kickstart -k`). */
  readonly respawn?: boolean | undefined
  /** A spawn that waits for its time. */
  readonly scheduled?: SpawnReason | undefined
  /** The reason under which a spawn is held back until somebody asks for it (R-PEND-1). */
  readonly pended?: string | undefined
  /** In the penalty box until this file appears (R-PENALTY-1). */
  readonly missingProgram?: string | undefined
  /** Booted out: the label goes once the process has ended (R-DRAIN-1). */
  readonly removing: boolean
  readonly coalitionId?: number | undefined
}

/** launchd's words for where a job stands (F-STATE-1). */
export type JobState =
  | 'not running'
  | 'spawn scheduled'
  | 'xpcproxy'
  | 'running'
  | 'SIGTERMed'
  | 'SIGKILLed'
  | 'languishing'

/** `isTrampolining`: the process is not the program yet. */
export function jobState(record: JobRecord, isTrampolining: boolean): JobState {
  const { process, stopping, scheduled, missingProgram } = record
  if (process !== undefined) return stopping ?? (isTrampolining ? 'xpcproxy' : 'running')
  return scheduled !== undefined || missingProgram !== undefined ? 'spawn scheduled' : 'not running'
}

/** A job that was just bootstrapped. */
export function freshRecord(domain: JobRecord['domain'], path: string, definition: JobDefinition): JobRecord {
  return { domain, path, definition, runs: 0, successiveCrashes: 0, removing: false }
}
