/**
 * What a gateway can be said to be. The ids are the contract: menu, window, command line, notifications, documents and
 * tests are keyed by them.
 */
export const conditionIds = [
  'running',
  'degraded',
  'starting',
  'waiting',
  'draining',
  'stopping',
  'stopped',
  'unloaded',
  'definition-missing',
  'definition-missing-running',
  'definition-invalid',
  'definition-unsafe',
  'definition-foreign',
  'definition-stale',
  'disabled',
  'blocked',
  'no-session',
  'cannot-execute',
  'crash-looping',
  'configuration-error',
  'reloading',
  'served',
  'profile-parked',
  'held-back',
  'unresponsive',
  'detached',
  'not-installed',
  'unknown',
] as const

export type ConditionId = (typeof conditionIds)[number]

/** What a glance tells. Each has its own shape and word: never colour alone. */
export type Light = 'ok' | 'busy' | 'attention' | 'failed' | 'stopped' | 'unknown'

/** What a person can do next, wherever they meet the condition. */
export type ActionId =
  | 'start'
  | 'stop'
  | 'restart'
  | 'repair'
  | 'retry'
  | 'review'
  | 'show-log'
  | 'open'
  | 'open-host'
  | 'open-login-items'
  | 'install'

export interface Action {
  readonly id: ActionId
  /** As a button or menu row says it: `Enable and start`. */
  readonly label: string
  /** The same on the command line, where there is one: `caduceus start`. */
  readonly command?: string
}

export interface Condition {
  readonly id: ConditionId
  readonly light: Light
  /** A few words: `Running`, `Definition missing`. */
  readonly headline: string
  /** One or two sentences: what was seen and what follows from it. */
  readonly reason: string
  /** The facts behind the reason, one a line, safe to show and to copy. */
  readonly evidence: readonly string[]
  /** What makes sense now; the first is the one to offer. */
  readonly actions: readonly Action[]
}
