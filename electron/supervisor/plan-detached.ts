import type { ProcessIdentity } from '../processes/process-table.ts'
import { isDetached } from './observation.ts'
import type { Plan, Situation } from './plan.ts'
import { planMend, planMissing } from './plan-definition.ts'
import { farewellMs, refused, steps, waitForEnd } from './plan-ends.ts'
import { count, latest, type Step } from './step.ts'

/** A gateway outside launchd holds the home: a second one would only die at each throttle. */
export function planDetached(situation: Situation): Plan | undefined {
  const { observation, progress, goal } = situation
  const { gateway } = observation
  if (gateway.process.seen !== 'alive' || !isDetached(observation)) return undefined
  const { identity } = gateway.process
  if (gateway.plannedStop?.targetPid === identity.pid || count(progress, 'bootout') > 0) {
    // It was told to end, by us or by Hermes: `end` speaks to one that nobody is ending yet.
    if (count(progress, 'announce-stop') > 0 && count(progress, 'end') === 0 && count(progress, 'bootout') === 0) {
      return steps({ kind: 'end', gateway: identity })
    }
    return hasOutlivedItsJob(situation, identity) && count(progress, 'end') === 0
      ? steps({ kind: 'end', gateway: identity })
      : waitForEnd(situation, identity.pid)
  }
  if (count(progress, 'end') > 0) return waitForEnd(situation, identity.pid)
  const loadable = observation.definition.seen === 'valid' && planMissing(situation) === undefined
  const mayEnd = goal.kind !== 'start' && goal.by === 'person'
  if (mayEnd && loadable && count(progress, 'kickstart') > 0 && observation.job.seen === 'job') {
    // It has outlived its own restart and holds the home: each start of launchd's would only die of it.
    return steps({ kind: 'bootout' }, { kind: 'end', gateway: identity }, { kind: 'bootstrap' })
  }
  if (goal.kind === 'repair' && goal.by === 'person') return planAdoption(situation, identity)
  return refused(situation, 'Run `caduceus repair`: it ends that process and lets launchd run the gateway.', {
    condition: 'detached',
  })
}

/** A process that we unloaded with its job, and that did not mind. */
function hasOutlivedItsJob({ observation, progress, goal }: Situation, gateway: ProcessIdentity): boolean {
  const unloaded = latest(progress, 'bootout')
  if (unloaded === undefined || goal.by === 'automatic' || gateway.startedAt > unloaded.at) return false
  return observation.job.seen === 'absent' && observation.at - unloaded.at >= farewellMs
}

/** The process that runs is only given up once launchd has a definition that it can run instead. */
function planAdoption(situation: Situation, gateway: ProcessIdentity): Plan {
  const { observation, progress } = situation
  const mend = planMend(situation)
  if (mend !== undefined && mend.verdict !== 'steps') return mend
  const announce = count(progress, 'announce-stop') === 0 ? ([{ kind: 'announce-stop', gateway }] as const) : []
  const takeOver: Step = observation.job.seen === 'absent' ? { kind: 'bootstrap' } : { kind: 'kickstart', kill: false }
  const [first, ...rest] = [...announce, { kind: 'end', gateway }, takeOver] as const
  return mend === undefined ? steps(first, ...rest) : steps(mend.steps[0], first, ...rest)
}
