import type { ConditionId } from '../contract/condition.ts'
import type { OperationOutcome, PlannedOperation } from '../contract/operation.ts'
import type { ServiceStatus } from '../contract/service-status.ts'

/** Exit codes of `caduceus`, the same for every command. */
export const exitCodes = {
  /** Done, or running. */
  done: 0,
  /** Tried, and reality did not follow. */
  failed: 1,
  /** The command line made no sense. */
  usage: 2,
  /** Seen not to run. */
  notRunning: 3,
  /** Could not be seen. */
  unknown: 4,
  /** Left to a person, with the reason. */
  refused: 5,
  /** Ended by Ctrl-C, as shells count it: 128 + SIGINT. */
  cancelled: 130,
} as const

export function exitCodeOf(outcome: OperationOutcome): number {
  switch (outcome) {
    case 'done':
      return exitCodes.done
    case 'failed':
      return exitCodes.failed
    case 'refused':
      return exitCodes.refused
    case 'unknown':
      return exitCodes.unknown
    case 'cancelled':
      return exitCodes.cancelled
    default:
      return outcome satisfies never
  }
}

export function exitCodeOfPlan(verdict: PlannedOperation['verdict']): number {
  switch (verdict) {
    case 'steps':
    case 'met':
      return exitCodes.done
    case 'refused':
      return exitCodes.refused
    case 'unknown':
      return exitCodes.unknown
    default:
      return verdict satisfies never
  }
}

/** Conditions under which a gateway serves its platforms, whatever else may be amiss. */
const up = new Set<ConditionId>(['running', 'degraded', 'definition-missing-running', 'served', 'detached'])
/** Conditions of the definition: with a process the gateway runs on all the same. */
const ofDefinition = new Set<ConditionId>([
  'definition-stale',
  'definition-invalid',
  'definition-unsafe',
  'definition-foreign',
])

/** Of several services the least certain answer counts: unknown before not running before running. */
export function exitCodeOfStatus(statuses: readonly ServiceStatus[]): number {
  if (statuses.some(({ condition }) => condition.id === 'unknown')) return exitCodes.unknown
  const running = ({ condition, pid }: ServiceStatus) =>
    up.has(condition.id) || (ofDefinition.has(condition.id) && pid !== undefined)
  // A profile that never had a gateway is nobody's outage, unless it is the one that was asked about.
  const wanted = statuses.filter(({ condition }) => condition.id !== 'not-installed')
  const none = wanted.length === 0 && statuses.length > 0
  return !none && wanted.every(running) ? exitCodes.done : exitCodes.notRunning
}
