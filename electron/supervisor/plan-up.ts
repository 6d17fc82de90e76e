import { jobPid } from './observation.ts'
import type { Plan, Situation } from './plan.ts'
import { planDefinition } from './plan-definition.ts'
import { planDetached } from './plan-detached.ts'
import { planBlind } from './plan-ends.ts'
import { planIdle } from './plan-idle.ts'
import { planDisabled, planHandsOff, planNotOurs } from './plan-not-ours.ts'
import { planRunning } from './plan-running.ts'

/** Start and repair: from whatever was seen to one fresh gateway that launchd runs, or to the reason why not. */
export function planUp(situation: Situation): Plan {
  return (
    planBlind(situation) ??
    planHandsOff(situation) ??
    planNotOurs(situation) ??
    planDisabled(situation) ??
    planDetached(situation) ??
    planDefinition(situation) ??
    (jobPid(situation.observation) !== undefined ? planRunning(situation) : planIdle(situation))
  )
}
