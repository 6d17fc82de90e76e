import type { PrintReport } from '../launchd/print-report.ts'
import type { Plan, Situation } from './plan.ts'
import { planAgainstCrash } from './plan-against-crash.ts'
import { planMissing } from './plan-definition.ts'
import { failed, refused, steps, wait } from './plan-ends.ts'
import { planLoad, verifySteps } from './plan-load.ts'
import { count, latest, type Step } from './step.ts'

/** How long launchd may take to begin a start that it owes, before it is asked for, in milliseconds. */
const spawnGraceMs = 500

/** Kickstarts in one operation: a few, each a throttle apart, then a person decides (hermes-agent#94540). */
const mostKickstarts = 3

/** No process: loaded and idle, or not loaded at all. */
export function planIdle(situation: Situation): Plan {
  const { observation, progress, goal, condition } = situation
  const { job, override } = observation
  const missing = planMissing(situation)
  if (missing !== undefined) return missing
  if (override === 'disabled') {
    if (count(progress, 'enable') > 0) {
      return failed(
        situation,
        'launchd keeps the override although it was cleared. Run `launchctl print-disabled` to see it.',
      )
    }
    const start: Step = job.seen === 'absent' ? { kind: 'bootstrap' } : { kind: 'kickstart', kill: false }
    return steps({ kind: 'enable' }, start, ...verifySteps)
  }
  if (job.seen !== 'job') return planLoad(situation)
  if (observation.drift.length > 0 && count(progress, 'bootout') < 2) {
    return steps({ kind: 'bootout' }, { kind: 'bootstrap' }, ...verifySteps)
  }
  if (condition.id === 'cannot-execute' && progress.done.length === 0 && goal.by === 'person') {
    // launchd tries it again only after a throttle, or when the program appears; a load of its own tells at once.
    return steps({ kind: 'bootout' }, { kind: 'bootstrap' }, ...verifySteps)
  }
  if (condition.id === 'crash-looping' && progress.done.length === 0) {
    return refused(situation, 'Read the log, mend the cause, then run `caduceus restart`.')
  }
  return planAgainstCrash(situation) ?? planKick(situation, job.report)
}

/** Loaded, no process: wait where launchd has a start in hand, ask for one where it has not. */
function planKick(situation: Situation, report: PrintReport): Plan {
  const { observation, progress } = situation
  if (report.state === 'xpcproxy' || report.state === 'spawning') return wait('the process is up')
  const throttleMs = (report.minimumRuntimeSeconds ?? 10) * 1000
  if (report.state === 'spawn scheduled' && report.pendedSpawn === undefined) return wait('launchd starts it again')
  const loaded = latest(progress, 'bootstrap')
  const fresh = loaded !== undefined && observation.at - loaded.at < spawnGraceMs && report.pendedSpawn === undefined
  if (fresh && (report.runs ?? 0) === 0) return wait('launchd starts it')
  const kicked = latest(progress, 'kickstart')
  if (kicked === undefined) return steps({ kind: 'kickstart', kill: false }, ...verifySteps)
  if (observation.at - kicked.at < throttleMs) return wait('the pause between two starts is over')
  if (count(progress, 'kickstart') >= mostKickstarts) {
    return failed(
      situation,
      'launchd accepts each start and starts nothing. Run `caduceus restart`; if that does not help, log out and in.',
    )
  }
  return steps({ kind: 'kickstart', kill: false }, ...verifySteps)
}
