import { jobPid, type Observation } from './observation.ts'
import type { Plan, Situation } from './plan.ts'
import { planAgainstCrash } from './plan-against-crash.ts'
import { planMissing } from './plan-definition.ts'
import { met, refused, steps, wait } from './plan-ends.ts'
import { planReload } from './plan-reload.ts'
import { count } from './step.ts'

/** How long a process must live to count as up where no gateway reports itself, in milliseconds. */
const settledMs = 3_000

/** launchd reports a process: met once it is seen to be a gateway that is up. */
export function planRunning(situation: Situation): Plan {
  const { observation, progress, goal, condition } = situation
  const { gateway, drift } = observation
  const pid = jobPid(observation)
  if (gateway.wedged && count(progress, 'kickstart') === 0) {
    if (goal.kind === 'start' || goal.by === 'automatic')
      return refused(situation, 'Run `caduceus restart`.', { condition: 'unresponsive' })
    return steps({ kind: 'kickstart', kill: true }, { kind: 'wait', until: 'a fresh process is up' })
  }
  const mayEnd = goal.kind !== 'start' && goal.by === 'person'
  if (mayEnd && drift.length > 0 && count(progress, 'bootout') === 0)
    return planMissing(situation) ?? planReload(situation)
  if (isUp(observation)) {
    if (condition.id === 'crash-looping') return wait(`process ${pid} has lived for longer than the ones before it`)
    return met(progress.done.length === 0 ? `Already running with pid ${pid}.` : `Running with pid ${pid}.`)
  }
  const until = `the gateway with pid ${pid} reports that it is up`
  return planAgainstCrash(situation) ?? steps({ kind: 'wait', until, announced: true })
}

/** What a gateway says while it is not up yet, or no longer; a word of a newer Hermes is none of these. */
const notUp = new Set(['starting', 'draining', 'stopped', 'startup_failed'])

/** The gateway itself says that it is up; where none ever reports, launchd's process has lived long enough to tell. */
function isUp({ at, gateway }: Observation): boolean {
  if (gateway.wedged) return false
  const isVerified = gateway.process.seen === 'alive' && gateway.process.supervised === 'yes'
  if (gateway.state.seen === 'state' && gateway.state.state.pid !== undefined) {
    return isVerified && gateway.state.state.current && !notUp.has(gateway.state.state.gatewayState)
  }
  // A file that cannot be read says nothing; a gateway that was verified is then judged by its age, nothing else is.
  if (gateway.state.seen === 'unknown' && !isVerified) return false
  const since =
    gateway.process.seen === 'alive' && isVerified ? gateway.process.identity.startedAt : gateway.jobStartedAt
  return since !== undefined && at - since >= settledMs
}
