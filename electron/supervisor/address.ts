import type { Condition } from '../contract/condition.ts'
import type { OperationResult, PlannedOperation } from '../contract/operation.ts'

/**
 * Conditions and plans name commands for the default gateway of this machine, `caduceus start`. What reaches a person
 * must name this very gateway: `caduceus start --profile work`.
 */
const command = /\bcaduceus (start|stop|restart|repair|status)\b(?! --profile)/g

/** `flags` with a space before each, or nothing. */
export function addressText(text: string, flags: string): string {
  return flags === '' ? text : text.replace(command, (words) => `${words}${flags}`)
}

export function addressCondition(condition: Condition, flags: string): Condition {
  return {
    ...condition,
    reason: addressText(condition.reason, flags),
    actions: condition.actions.map((action) =>
      action.command === undefined ? action : { ...action, command: addressText(action.command, flags) },
    ),
  }
}

export function addressResult(result: OperationResult, flags: string): OperationResult {
  return {
    ...result,
    message: addressText(result.message, flags),
    ...(result.next === undefined ? {} : { next: addressText(result.next, flags) }),
    condition: addressCondition(result.condition, flags),
  }
}

export function addressPlanned(planned: PlannedOperation, flags: string): PlannedOperation {
  return {
    ...planned,
    ...(planned.message === undefined ? {} : { message: addressText(planned.message, flags) }),
    ...(planned.next === undefined ? {} : { next: addressText(planned.next, flags) }),
  }
}
