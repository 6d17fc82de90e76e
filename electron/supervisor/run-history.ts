import type { PrintReport } from '../launchd/print-report.ts'
import type { Memory, Observation } from './observation.ts'

/** Within this time three failed runs make a crash loop, in milliseconds: long enough for three throttles of 30 s. */
export const crashWindowMs = 5 * 60_000

/** The exit status by which a gateway asks for its own restart. */
export const restartExit = 75
/** Exit statuses that are no failure: it ended as it was told to, or to be restarted. */
const meantExits = new Set([0, restartExit])

/** Whether the previous run ended in failure, as far as launchd says. */
export function lastRunFailed(report: PrintReport): boolean {
  const { lastExit } = report
  if (lastExit === undefined || lastExit.kind === 'never') return false
  return lastExit.kind !== 'code' || !meantExits.has(lastExit.code)
}

/**
 * Whether the gateway fails again and again. Three failed runs that were watched within the window prove it. A look
 * without a past counts launchd's own runs: three or more, the last one failed, and the next one put off, which launchd
 * does only after a run shorter than the throttle (R-THROTTLE-2).
 */
export function isCrashLooping(observation: Observation, memory: Memory): boolean {
  if (observation.job.seen !== 'job') return false
  const { report } = observation.job
  if (!lastRunFailed(report) || isProvenHealthy(observation)) return false
  const watched = memory.failedRuns.filter((at) => observation.at - at <= crashWindowMs).length
  if (watched >= 3) return true
  // A single look cannot tell a run that crashed from one that a restart ended; a gateway that says it is up settles it.
  if ((report.runs ?? 0) < 3 || saysRunning(observation)) return false
  return report.pid === undefined ? report.state === 'spawn scheduled' : isYoung(observation, report)
}

function saysRunning({ gateway }: Observation): boolean {
  return gateway.state.seen === 'state' && gateway.state.state.current && gateway.state.state.gatewayState === 'running'
}

/** Healthy time, not mere life, ends a crash loop: the process has outlived the throttle. */
function isProvenHealthy(observation: Observation): boolean {
  if (observation.job.seen !== 'job' || observation.job.report.pid === undefined) return false
  const age = ageOf(observation)
  return age !== undefined && age >= throttleMs(observation.job.report)
}

/** A process whose age could not be seen is not called young: unknown is no failure. */
function isYoung(observation: Observation, report: PrintReport): boolean {
  const age = ageOf(observation)
  return age !== undefined && age < throttleMs(report)
}

/** How long launchd's process has lived, in milliseconds, where it could be seen; its gateway is hardly younger. */
function ageOf({ at, gateway }: Observation): number | undefined {
  const supervised = gateway.process.seen === 'alive' && gateway.process.supervised !== 'no'
  const since = gateway.jobStartedAt ?? (supervised ? gateway.process.identity.startedAt : undefined)
  return since === undefined ? undefined : at - since
}

function throttleMs(report: PrintReport): number {
  return (report.minimumRuntimeSeconds ?? 10) * 1000
}

/** The memory after this observation: new failed runs are noted, old ones forgotten. */
export function remember(memory: Memory, previous: Observation | undefined, next: Observation): Memory {
  const recent = memory.failedRuns.filter((at) => next.at - at <= crashWindowMs)
  return { ...memory, failedRuns: sawFailedRun(previous, next) ? [...recent, next.at] : recent }
}

function sawFailedRun(previous: Observation | undefined, next: Observation): boolean {
  if (previous?.job.seen !== 'job' || next.job.seen !== 'job') return false
  return endedRuns(next.job.report) > endedRuns(previous.job.report) && lastRunFailed(next.job.report)
}

/** Runs that are over. `runs` counts spawn attempts, the one that lives included, and restarts at 0 with every load. */
function endedRuns(report: PrintReport): number {
  return (report.runs ?? 0) - (report.pid === undefined ? 0 : 1)
}
