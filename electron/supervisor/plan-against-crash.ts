import type { PrintReport } from '../launchd/print-report.ts'
import type { Plan, Situation } from './plan.ts'
import { failed } from './plan-ends.ts'
import { lastRunFailed } from './run-history.ts'
import { count, type Progress } from './step.ts'
import { exitText } from './words.ts'

/** What our own start came to, where it came to nothing: waiting for another failure of the same kind helps nobody. */
export function planAgainstCrash(situation: Situation): Plan | undefined {
  const { observation, condition, progress } = situation
  if (observation.job.seen !== 'job' || !hasStarted(progress)) return undefined
  const { report } = observation.job
  if (condition.id === 'cannot-execute') {
    return failed(
      situation,
      `Read the end of ${report.stderrPath ?? 'the log'} and look at the paths in ${observation.service.plistPath}.`,
    )
  }
  if (condition.id === 'configuration-error') {
    return failed(situation, 'Mend the configuration that the log names, then run `caduceus start`.')
  }
  if (report.pid === undefined && condition.id === 'stopped') {
    const cause = `The gateway ended at once with ${exitText(report.lastExit)}.`
    return failed(situation, `Read the end of ${report.stderrPath ?? 'the log'}.`, { cause })
  }
  // The run that a restart ended failed by our own hand: while its successor lives, nothing has crashed.
  const ownDoing = progress.replacedPid !== undefined && report.pid !== undefined
  if (ownDoing) return undefined
  if (condition.id === 'crash-looping' || (lastRunFailed(report) && failedRunsSince(progress, report) >= 2)) {
    return failed(situation, 'Read the log, mend the cause, then run `caduceus restart`.', {
      condition: 'crash-looping',
    })
  }
  return undefined
}

/** Whether launchd took an order of this operation to start it; one that it was too busy for started nothing. */
function hasStarted({ done }: Progress): boolean {
  return done.some(({ kind, claim }) => (kind === 'bootstrap' || kind === 'kickstart') && claim === 'done')
}

/** Failed runs of the job that this operation loaded; `runs` begins anew with each load (R-LOGOUT-1). */
function failedRunsSince(progress: Progress, report: PrintReport): number {
  if (count(progress, 'bootstrap') === 0) return 0
  return (report.runs ?? 0) - (report.pid === undefined ? 0 : 1)
}
