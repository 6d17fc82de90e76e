import type { LaunchctlResult, RunLaunchctl } from './launchctl.ts'
import { commandLine, evidenceOf } from './launchctl-evidence.ts'
import type { JobLook, Launchd, OverridesLook, VerbAnswer } from './launchd.ts'
import { parsePrint } from './parse-print.ts'
import { parsePrintDisabled } from './parse-print-disabled.ts'
import { type DomainTarget, formatDomain, formatService } from './target.ts'
import { answerOf, type MutatingVerb } from './verb-answer.ts'

type LaunchctlVerb = MutatingVerb | 'print' | 'print-disabled'

/** Milliseconds that one call of each verb may take. */
export type VerbTimeouts = Readonly<Record<LaunchctlVerb, number>>

export interface LaunchdOptions {
  /** Normally the user's `gui` domain. */
  readonly domain: DomainTarget
  /**
   * Looked at only where `domain` has no session. Used from then on if it has the job, and then only: a job that is
   * loaded there besides the one that the next login loads would be a second gateway (C-DOMAIN-1).
   */
  readonly fallback?: DomainTarget
  /** Other time limits than {@link defaultTimeouts}. */
  readonly timeouts?: Partial<VerbTimeouts>
}

/**
 * Looks answer in milliseconds; `kickstart` blocks until the job has ended and been spawned again, so its limit exceeds
 * the longest exit timeout of a gui domain, 60 s, plus a throttle interval of 30 s (C-RESTART-1).
 */
const defaultTimeouts: VerbTimeouts = {
  print: 5_000,
  'print-disabled': 5_000,
  bootstrap: 30_000,
  enable: 30_000,
  bootout: 90_000,
  kickstart: 100_000,
}

/** launchd as seen through launchctl, in one domain. Nothing here throws as long as `run` does not. */
export function createLaunchd(run: RunLaunchctl, options: LaunchdOptions): Launchd {
  const timeouts: VerbTimeouts = { ...defaultTimeouts, ...options.timeouts }
  const { fallback } = options
  let current = options.domain

  function call(verb: LaunchctlVerb, ...args: readonly string[]): Promise<LaunchctlResult> {
    return run([verb, ...args], { timeoutMs: timeouts[verb] })
  }

  async function change(verb: MutatingVerb, ...args: readonly string[]): Promise<VerbAnswer> {
    return answerOf(verb, await call(verb, ...args), timeouts[verb])
  }

  async function printIn(domain: DomainTarget, label: string): Promise<JobLook> {
    const target = formatService(domain, label)
    return jobLook(await call('print', target), timeouts.print, [target, label])
  }

  const service = (label: string) => formatService(current, label)

  return {
    get domain() {
      return current
    },
    async print(label) {
      const look = await printIn(current, label)
      if (look.seen !== 'no-session' || fallback === undefined) return look
      const other = await printIn(fallback, label)
      if (other.seen !== 'job') return look
      current = fallback
      return other
    },
    // The overrides of a user are the same in both domains (R-DISABLED-1).
    printDisabled: async () =>
      overridesLook(await call('print-disabled', formatDomain(current)), timeouts['print-disabled']),
    bootstrap: (plistPath) => change('bootstrap', formatDomain(current), plistPath),
    bootout: (label) => change('bootout', service(label)),
    kickstart: (label, { kill }) => change('kickstart', ...(kill ? ['-k'] : []), service(label)),
    enable: (label) => change('enable', service(label)),
  }
}

/** `headers` are the two first lines that a report of this job may have (F-PRINT-1). */
function jobLook(result: LaunchctlResult, timeoutMs: number, headers: readonly string[]): JobLook {
  if (result.ended !== 'exited') return { seen: 'unknown', cause: evidenceOf(result, timeoutMs) }
  switch (result.code) {
    case 0:
      return reportLook(result.args, result.stdout, headers)
    case 3:
    case 113:
      return { seen: 'absent' }
    case 112:
    case 125:
      return { seen: 'no-session', code: result.code, evidence: evidenceOf(result, timeoutMs) }
    default:
      return { seen: 'unknown', cause: evidenceOf(result, timeoutMs) }
  }
}

function reportLook(args: readonly string[], stdout: string, headers: readonly string[]): JobLook {
  const parse = parsePrint(stdout)
  if (!parse.parsed) return { seen: 'unknown', cause: notUnderstood(args, parse.problem) }
  if (!headers.includes(parse.report.target)) {
    return { seen: 'unknown', cause: notUnderstood(args, 'it is about something else') }
  }
  return { seen: 'job', report: parse.report }
}

function overridesLook(result: LaunchctlResult, timeoutMs: number): OverridesLook {
  if (result.ended !== 'exited') return { seen: 'unknown', cause: evidenceOf(result, timeoutMs) }
  switch (result.code) {
    case 0: {
      const parse = parsePrintDisabled(result.stdout)
      if (!parse.parsed) return { seen: 'unknown', cause: notUnderstood(result.args, parse.problem) }
      return { seen: 'overrides', overrides: parse.overrides }
    }
    case 112:
    case 125:
      return { seen: 'no-session', code: result.code, evidence: evidenceOf(result, timeoutMs) }
    default:
      return { seen: 'unknown', cause: evidenceOf(result, timeoutMs) }
  }
}

function notUnderstood(args: readonly string[], problem: string): string {
  return `${commandLine(args)} → 0, but its answer could not be read: ${problem}`
}
