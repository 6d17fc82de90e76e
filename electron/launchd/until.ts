import type { RunLaunchctl } from './launchctl.ts'

const looks = new Set(['print', 'print-disabled', 'list'])

/**
 * Cuts every call short at `deadline` (milliseconds since 1970), whatever time of its own it asks for. Looks get
 * `lookGraceMs` more, so that what hung until then can still be looked at.
 */
export function until(run: RunLaunchctl, deadline: number, now: () => number, lookGraceMs = 0): RunLaunchctl {
  return (args, { timeoutMs }) => {
    const left = deadline + (looks.has(args[0] ?? '') ? lookGraceMs : 0) - now()
    return run(args, { timeoutMs: Math.max(1, Math.min(timeoutMs, left)) })
  }
}
