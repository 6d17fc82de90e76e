import type { Condition } from '../contract/condition.ts'
import type { PlannedOperation } from '../contract/operation.ts'
import type { Plan } from './plan.ts'
import { describeStep } from './step.ts'

/** A plan as people and programs are shown it before anything is done. */
export function foreseen(
  next: Plan,
  condition: Condition,
  plistPath: string,
): Omit<PlannedOperation, 'label' | 'goal'> {
  switch (next.verdict) {
    case 'steps':
      return {
        verdict: 'steps',
        steps: next.steps.map((step) => ({ step: step.kind, text: describeStep(step, plistPath) })),
        condition: condition.id,
      }
    case 'met':
      return { verdict: 'met', steps: [], message: next.message, condition: condition.id }
    case 'refused':
    case 'failed':
      return { verdict: 'refused', steps: [], message: next.cause, next: next.next, condition: next.condition }
    case 'unknown':
      return { verdict: 'unknown', steps: [], message: next.cause, next: next.next, condition: next.condition }
    default:
      return next satisfies never
  }
}
