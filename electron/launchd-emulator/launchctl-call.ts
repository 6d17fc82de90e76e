/** One call of launchctl, as its caller made it. */
export interface LaunchctlCall {
  readonly args: readonly string[]
  /** Relative paths in `args` start here. */
  readonly cwd: string
  /** stdout is a terminal, which changes the words of `kickstart -p` (V-KICKSTART-3). */
  readonly tty: boolean
}

/** What a call prints and how it exits. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** launchctl dies of SIGABRT instead of exiting (V-LOAD-4). */
  readonly aborts?: true
}

/** Most verbs that succeed are silent (V-GEN-2). */
export const silentSuccess: Outcome = { code: 0, stdout: '', stderr: '' }

export function printed(stdout: string): Outcome {
  return { code: 0, stdout, stderr: '' }
}

/** `lines` go to stderr, each with its newline. */
export function failed(code: number, ...lines: readonly string[]): Outcome {
  return { code, stdout: '', stderr: lines.map((line) => `${line}\n`).join('') }
}
