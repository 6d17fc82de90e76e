import type { Condition, ConditionId } from './condition.ts'

export type GoalKind = 'start' | 'stop' | 'restart' | 'repair'

/** One line of a running operation, as people see it live and as the activity log keeps it. */
export interface StepReport {
  /** ISO 8601. */
  readonly at: string
  readonly label: string
  /** Which kind of step: `write-definition`, `bootstrap`, … */
  readonly step: string
  readonly outcome: 'done' | 'failed' | 'waiting'
  /** `Restored the definition from the copy kept on 2026-11-20`. */
  readonly text: string
  /** The launchctl call and its answer, a path, a pid. */
  readonly evidence?: string
}

/** How an operation ended. Only `done` says that what was asked for was seen to be so. */
export interface OperationResult {
  readonly label: string
  readonly goal: GoalKind
  readonly outcome: OperationOutcome
  /** One sentence: `Running with pid 4711.` or what is the matter. */
  readonly message: string
  /** What to do next, unless there is nothing left to do. */
  readonly next?: string
  readonly condition: Condition
  /** The fresh pid of a start, restart or repair that is `done`. */
  readonly pid?: number
  readonly steps: readonly StepReport[]
  readonly durationMs: number
}

export type OperationOutcome =
  | 'done'
  /** It was tried and reality did not follow. */
  | 'failed'
  /** Nothing was tried, or nothing more: it is a person's decision. */
  | 'refused'
  /** launchd or the machine did not say enough to tell. */
  | 'unknown'
  /** A newer request or Ctrl-C ended it between two steps. */
  | 'cancelled'

/** What an operation would do now: `caduceus repair --dry-run --json` prints it. */
export interface PlannedOperation {
  readonly label: string
  readonly goal: GoalKind
  readonly verdict: 'steps' | 'met' | 'refused' | 'unknown'
  readonly steps: readonly { readonly step: string; readonly text: string }[]
  readonly message?: string
  readonly next?: string
  readonly condition: ConditionId
}
