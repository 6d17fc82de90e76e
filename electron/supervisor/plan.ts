import type { Condition, ConditionId } from '../contract/condition.ts'
import type { GoalKind } from '../contract/operation.ts'
import type { Observation } from './observation.ts'
import { planRestart } from './plan-restart.ts'
import { planStop } from './plan-stop.ts'
import { planUp } from './plan-up.ts'
import type { Progress, Step } from './step.ts'

export interface Goal {
  readonly kind: GoalKind
  /** A person may clear an override; a repair that happens by itself may not. */
  readonly by: 'person' | 'automatic'
}

/** What to do next towards a goal, as data. */
export type Plan =
  | { readonly verdict: 'steps'; readonly steps: readonly [Step, ...Step[]] }
  /** What was asked for is seen to be so. */
  | { readonly verdict: 'met'; readonly message: string }
  /** It ends here, and a person can act on the reason. */
  | {
      readonly verdict: 'refused' | 'failed' | 'unknown'
      readonly condition: ConditionId
      readonly cause: string
      readonly next: string
    }

/** Everything that planning knows. */
export interface Situation {
  readonly goal: Goal
  readonly observation: Observation
  /** The judgement of this very observation. */
  readonly condition: Condition
  readonly progress: Progress
}

/** Plans from one observation. Pure and total: whatever was seen, there is a step, an end that is met, or a reason. */
export function plan(situation: Situation): Plan {
  switch (situation.goal.kind) {
    case 'start':
    case 'repair':
      return planUp(situation)
    case 'restart':
      return planRestart(situation)
    case 'stop':
      return planStop(situation)
    default:
      return situation.goal.kind satisfies never
  }
}
