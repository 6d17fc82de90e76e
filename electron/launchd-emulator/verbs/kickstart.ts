import { numberedError } from '../error-table.ts'
import { failed, printed, silentSuccess } from '../launchctl-call.ts'
import { domainProblem, isOutcome, noDomain, noService, serviceTarget, targetUsage, type Verb } from './verb.ts'

/** `kickstart [-k] [-p] [-s] <service-target>`: answers once the process is spawned (V-KICKSTART-4). */
export const kickstart: Verb = async (args, launchd, call) => {
  const flags = new Set<string>()
  let operands = args
  while (operands[0]?.startsWith('-') === true) {
    for (const flag of operands[0].slice(1)) flags.add(flag)
    operands = operands.slice(1)
  }
  if ([...flags].some((flag) => !['k', 'p', 's'].includes(flag)))
    return targetUsage('kickstart', { unrecognized: false })
  const target = serviceTarget('kickstart', operands, launchd)
  if (isOutcome(target)) return target
  const refused = (code: number) =>
    failed(code, `Could not kickstart service "${target.label}": ${numberedError(code)}`)
  const problem = domainProblem(target.domain, launchd)
  if (problem === 112) return failed(112, noDomain(target.domain, launchd))
  if (problem === 125) return refused(125)
  const job = launchd.find(target.domain, target.label)
  if (job === undefined) return failed(113, noService(target, launchd))
  const answer = flags.has('k') ? await job.restart() : await job.demand()
  if ('error' in answer) {
    switch (answer.error) {
      case 37:
        return failed(37)
      case 113:
        return failed(113, noService(target, launchd))
      default:
        return refused(answer.error)
    }
  }
  // A running job is left alone; older releases say so with a bare 37 (V-KICKSTART-2).
  if (answer.wasRunning && launchd.switches['K-KICKRUNNING'] === '37') return failed(37)
  if (!flags.has('p')) return silentSuccess
  return printed(call.tty ? `service spawned with pid: ${answer.pid}\n` : `${answer.pid}\n`)
}
