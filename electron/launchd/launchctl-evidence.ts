import type { LaunchctlExit, LaunchctlResult } from './launchctl.ts'

/** Long enough for every message of launchctl's own, short enough for one line of a log. */
const MAX_REASON_LENGTH = 300

/**
 * One line for people: the command and how it ended, `launchctl bootout gui/501/x → 3: Boot-out failed: 3: No such
 * process`. `timeoutMs` is the time limit that was asked for; `run` may have had reason to cut it shorter.
 */
export function evidenceOf(result: LaunchctlResult, timeoutMs: number): string {
  const command = commandLine(result.args)
  switch (result.ended) {
    case 'exited':
      return `${command} → ${result.code}${reasonOf(result)}`
    case 'timed-out':
      return `${command} did not answer within ${seconds(Math.min(timeoutMs, result.durationMs))} s`
    case 'failed':
      return `${command} could not be run: ${result.cause}`
    default:
      return result satisfies never
  }
}

/** Milliseconds as seconds, to a hundredth. */
function seconds(ms: number): number {
  return Math.round(ms / 10) / 100
}

/** The command as it could be typed. */
export function commandLine(args: readonly string[]): string {
  return ['launchctl', ...args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg}'`))].join(' ')
}

/** launchctl's own words, which name the release's real reason better than any table; the table only where it is silent. */
function reasonOf(exit: LaunchctlExit): string {
  if (exit.code === 0) return ''
  const lines = exit.stderr.split('\n').map((line) => line.trim())
  const said = lines.filter((line) => line !== '')
  // Newer releases put this in front of the line that says what is wrong (V-PRINT-2).
  const reason = said.find((line) => line !== 'Bad request.') ?? said[0] ?? silentReason(exit.code)
  return reason === undefined ? '' : `: ${reason.slice(0, MAX_REASON_LENGTH)}`
}

/** Texts of the codes that come without a message (V-KICKSTART-2, V-KICKSTART-7, V-START-2) (E-NUM-1). */
function silentReason(code: number): string | undefined {
  switch (code) {
    case 3:
      return 'No such process'
    case 36:
      return 'Operation now in progress'
    case 37:
      return 'Operation already in progress'
    case 113:
      return 'Could not find specified service'
    default:
      return undefined
  }
}
