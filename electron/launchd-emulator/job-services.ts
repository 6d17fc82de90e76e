import type { Clock } from './clock.ts'
import type { Job } from './job.ts'
import type { JobRecord } from './job-record.ts'
import type { ProcessIdentity } from './process-identity.ts'
import type { Spawner } from './spawn.ts'
import type { Switches } from './switches.ts'

/** What a job needs of the world around it. */
export interface JobServices {
  readonly clock: Clock
  readonly spawner: Spawner
  readonly processes: JobProcesses
  switches(): Switches
  /** The complete environment of the job's process (R-ENV-1). */
  environment(record: JobRecord): Readonly<Record<string, string>>
  isExecutable(path: string): boolean
  nextCoalitionId(): number
  /** The record has changed and must reach the disk before anything else happens. */
  changed(): void
  /** The label is no longer registered. */
  removed(job: Job): void
  log(line: string): void
}

interface JobProcesses {
  processStart(pid: number): string | undefined
  isAlive(identity: ProcessIdentity): boolean
  findGroupLeader(environmentTexts: readonly string[], since: number): ProcessIdentity | undefined
  /** Signals a process, or with a negative number its group; one that is gone already is no error. */
  kill(pid: number, signal: NodeJS.Signals | number): void
}
