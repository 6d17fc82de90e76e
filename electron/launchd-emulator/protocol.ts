import type { LaunchctlCall, Outcome } from './launchctl-call.ts'

/**
 * What crosses the socket: one JSON value a line. The daemon greets first. A caller that was greeted knows that its
 * request is going to be read; one whose connection ended before that may safely ask again.
 */
interface Greeting {
  readonly launchd: typeof protocolVersion
  readonly pid: number
}

export const protocolVersion = 1

export type Request =
  | { readonly ask: 'launchctl'; readonly call: LaunchctlCall }
  | { readonly ask: 'status' }
  /** Read the switches again. */
  | { readonly ask: 'refresh' }
  /** Boot out every job, then end. */
  | { readonly ask: 'stop' }

export interface Answers {
  readonly launchctl: Outcome
  readonly status: DaemonStatus
  readonly refresh: null
  readonly stop: null
}

export interface DaemonStatus {
  readonly pid: number
  readonly jobs: readonly JobStatus[]
}

export interface JobStatus {
  /** `gui/501/com.example.agent` */
  readonly target: string
  readonly state: string
  readonly pid?: number
}

/** Longer than any request: what exceeds it is no caller of ours. */
export const longestRequest = 1024 * 1024

export function encode(message: Greeting | Request | Answers[keyof Answers]): string {
  return `${JSON.stringify(message)}\n`
}
