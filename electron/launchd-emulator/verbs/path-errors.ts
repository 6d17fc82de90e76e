import { errorText, numberedError } from '../error-table.ts'
import { failed, type Outcome, silentSuccess } from '../launchctl-call.ts'
import type { Launchd } from '../launchd.ts'

/** A domain that can hold jobs of the caller's. */
export interface LoadableDomain {
  readonly kind: 'gui' | 'user'
  readonly id: number
}

interface PathFailure {
  readonly path: string
  /** launchd's real error number. */
  readonly code: number
}

export const rootHint = 'Try re-running the command as root for richer errors.'

/**
 * How `bootstrap` and `bootout` report what went wrong with their paths. Unprivileged callers get 5 and a hint, whatever
 * it was (E-MASK-2, E-MASK-3), privileged ones a line per path and 133 for several failures (E-MASK-5).
 */
export function pathOutcome(words: string, failures: readonly PathFailure[], launchd: Launchd): Outcome {
  const [first] = failures
  if (first === undefined) return silentSuccess
  if (launchd.switches['K-RICH'] === 'on') {
    const code = failures.length === 1 ? first.code : 133
    return failed(code, ...failures.map(richLine), `${words} failed: ${numberedError(code)}`)
  }
  const code = maskedCode(first.code, launchd)
  return failed(code, `${words} failed: ${numberedError(code)}`, ...(code === 5 ? [rootHint] : []))
}

/** What an unprivileged caller gets to see; some systems let a few numbers through (E-MASK-7). */
function maskedCode(code: number, { switches }: Launchd): number {
  switch (code) {
    case 17:
    case 37:
      return Number(switches['K-LOADED'])
    case 119:
      return Number(switches['K-DISABLEDCODE'])
    default:
      return 5
  }
}

function richLine({ path, code }: PathFailure): string {
  return `${path}: ${code === 17 || code === 37 ? 'service already bootstrapped' : errorText(code)}`
}
