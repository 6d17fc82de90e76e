/** The one port through which anything here runs launchctl: an argument vector in, a typed result out, never a throw. */
export type RunLaunchctl = (args: readonly string[], options: LaunchctlOptions) => Promise<LaunchctlResult>

export interface LaunchctlOptions {
  /** How long the call may take, in milliseconds; afterwards it is ended and reported as `timed-out`. */
  readonly timeoutMs: number
}

/** How one call of launchctl ended. Only `exited` carries a verdict of launchd's; everything else means "cannot tell". */
export type LaunchctlResult = LaunchctlExit | LaunchctlTimeout | LaunchctlFailure

export interface LaunchctlExit {
  readonly ended: 'exited'
  readonly args: readonly string[]
  /** launchctl's exit status, which is launchd's error number (V-GEN-1). */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
}

export interface LaunchctlTimeout {
  readonly ended: 'timed-out'
  readonly args: readonly string[]
  readonly durationMs: number
}

export interface LaunchctlFailure {
  /** The program could not be run, was killed by a signal, or printed more than the cap allows. */
  readonly ended: 'failed'
  readonly args: readonly string[]
  readonly cause: string
  readonly durationMs: number
}
