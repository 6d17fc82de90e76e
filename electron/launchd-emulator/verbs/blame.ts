import { numberedError } from '../error-table.ts'
import { failed, printed } from '../launchctl-call.ts'
import { domainProblem, isOutcome, noDomain, noService, serviceTarget, type Verb } from './verb.ts'

/** `blame <service-target>`: why the job was last spawned (V-BLAME-1). */
export const blame: Verb = (args, launchd) => {
  const target = serviceTarget('blame', args, launchd)
  if (isOutcome(target)) return target
  const problem = domainProblem(target.domain, launchd)
  if (problem === 112) return failed(112, noDomain(target.domain, launchd))
  if (problem === 125) return failed(125, `Could not print service: ${numberedError(125)}`)
  const job = launchd.find(target.domain, target.label)
  if (job === undefined) return failed(113, noService(target, launchd))
  return printed(`${job.record.immediateReason ?? '(not running)'}\n`)
}
