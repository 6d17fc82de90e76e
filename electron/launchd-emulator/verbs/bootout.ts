import { resolve } from 'node:path'
import { numberedError } from '../error-table.ts'
import type { Job } from '../job.ts'
import { failed, type Outcome, silentSuccess } from '../launchctl-call.ts'
import type { Launchd } from '../launchd.ts'
import { readPlistFile } from '../plist-file-checks.ts'
import { type Domain, parseTarget } from '../target-specifier.ts'
import { plistPaths } from './load-path.ts'
import { pathOutcome } from './path-errors.ts'
import { domainProblem, noDomain, targetUsage, unusableTarget, type Verb } from './verb.ts'

/** `bootout <service-target>` or `bootout <domain-target> <plist…>`: answers at once, the process ends later (V-BOOTOUT-1). */
export const bootout: Verb = async (args, launchd, call) => {
  const waits = args[0] === '--wait'
  if (waits && launchd.switches['K-WAITFLAG'] === 'no') return targetUsage('bootout', { unrecognized: true })
  const [text, ...paths] = waits ? args.slice(1) : args
  if (text === undefined) return targetUsage('bootout', { unrecognized: false })
  const target = parseTarget(text)
  if (target === undefined) return unusableTarget('bootout', text, launchd)
  const { domain, label } = target
  if (label !== undefined && paths.length > 0) return targetUsage('bootout', { unrecognized: true })
  const problem = domainProblem(domain, launchd)
  if (problem === 112) return failed(112, noDomain(domain, launchd))
  if (problem === 125) return bootoutFailed(125)
  // The system domain is not the caller's; a whole session is never torn down by accident (V-BOOTOUT-8).
  if (domain.kind === 'system' || (label === undefined && paths.length === 0)) return bootoutFailed(1)
  const { outcome, jobs } =
    label === undefined ? byPath(paths, domain, launchd, call.cwd) : byLabel(domain, label, launchd)
  if (waits) await Promise.all(jobs.map(async (job) => await job.whenGone()))
  return outcome
}

interface Bootout {
  readonly outcome: Outcome
  readonly jobs: readonly Job[]
}

function byLabel(domain: Domain, label: string, launchd: Launchd): Bootout {
  const job = launchd.find(domain, label)
  if (job === undefined) return { outcome: bootoutFailed(Number(launchd.switches['K-BOOTOUT-MISSING'])), jobs: [] }
  const isRunning = job.pid !== undefined
  job.remove()
  const code = isRunning ? Number(launchd.switches['K-BOOTOUT-RUNNING']) : 0
  return { outcome: code === 0 ? silentSuccess : bootoutFailed(code), jobs: [job] }
}

/** The file names the label; without a readable file there is nothing to boot out (V-BOOTOUT-7). */
function byPath(paths: readonly string[], domain: Domain, launchd: Launchd, cwd: string): Bootout {
  const results = paths
    .flatMap((path) => plistPaths(resolve(cwd, path)))
    .map((path) => {
      const file = readPlistFile(path, { uid: launchd.uid, acceptSymlink: true })
      if ('problem' in file) return { path, code: file.problem }
      const job = launchd.find(domain, file.definition.label)
      job?.remove()
      return job === undefined ? { path, code: 3 } : { path, job }
    })
  const failures = results.flatMap((result) => ('code' in result ? [{ path: result.path, code: result.code }] : []))
  return {
    outcome: pathOutcome('Boot-out', failures, launchd),
    jobs: results.flatMap((result) => ('job' in result ? [result.job] : [])),
  }
}

function bootoutFailed(code: number): Outcome {
  return failed(code, `Boot-out failed: ${numberedError(code)}`)
}
