import { type ExitStatus, isCrash, isSuccess } from './exit-status.ts'
import type { JobDefinition } from './job-definition.ts'

/** Why a job is started; the word that `print` shows as `immediate reason` (R-SPAWN-3). */
export type SpawnReason = 'speculative' | 'inefficient' | 'semaphore' | 'launch event' | 'non-ipc demand'

interface RunHistory {
  /** Spawn attempts since the job was loaded. */
  readonly runs: number
  readonly lastExit?: ExitStatus | undefined
}

/**
 * Whether launchd starts the job by itself, asked when the job is loaded and each time its process has ended. The first
 * match wins (R-KEEPALIVE-1). `undefined` = it stays down until somebody asks for it.
 */
export function spawnReason(definition: JobDefinition, history: RunHistory): SpawnReason | undefined {
  const { keepAlive } = definition
  const neverRan = history.runs === 0
  if (definition.launchOnlyOnce && !neverRan) return undefined
  if (keepAlive === true) return neverRan ? 'speculative' : 'inefficient'
  if (definition.runAtLoad && neverRan) return 'speculative'
  // Event triggers (WatchPaths, calendar, PathState) are asked here, before the semaphores, once they exist.
  if (keepAlive === false) return undefined
  return semaphoreIsRaised(keepAlive, history) ? 'semaphore' : undefined
}

/** Several keys are ORed (R-KEEPALIVE-4). */
function semaphoreIsRaised(
  keepAlive: { readonly successfulExit?: boolean; readonly crashed?: boolean },
  { lastExit }: RunHistory,
): boolean {
  const { successfulExit, crashed } = keepAlive
  // A job that never ran counts as one that ended the wanted way, so SuccessfulExit implies RunAtLoad (R-KEEPALIVE-2).
  if (successfulExit !== undefined && (lastExit === undefined || isSuccess(lastExit) === successfulExit)) return true
  return crashed !== undefined && crashed === (lastExit !== undefined && isCrash(lastExit))
}
