import { numberedError } from '../error-table.ts'
import { failed, silentSuccess } from '../launchctl-call.ts'
import { parseSignal } from '../signals.ts'
import { domainProblem, isOutcome, noDomain, noService, serviceTarget, targetUsage, type Verb } from './verb.ts'

/** `kill <signal> <service-target>` (V-KILL-1). */
export const kill: Verb = (args, launchd) => {
  const [word, ...rest] = args
  if (word === undefined) return targetUsage('kill', { unrecognized: false })
  const target = serviceTarget('kill', rest, launchd)
  if (isOutcome(target)) return target
  const signal = parseSignal(word)
  if (signal === undefined) return failed(64, 'Invalid signal.')
  const problem = domainProblem(target.domain, launchd)
  if (problem === 112) return failed(112, noDomain(target.domain, launchd))
  if (problem === 125) return failed(125, `Could not signal service: ${numberedError(125)}`)
  const job = launchd.find(target.domain, target.label)
  if (job === undefined) return failed(113, noService(target, launchd))
  return job.signal(signal) ? silentSuccess : failed(3, 'No process to signal.')
}
