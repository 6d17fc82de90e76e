import { numberedError } from '../error-table.ts'
import { failed, silentSuccess } from '../launchctl-call.ts'
import { domainProblem, isOutcome, noDomain, serviceTarget, type Verb } from './verb.ts'

/** `enable <service-target>`: sets an override, also for a label that nobody has loaded; starts nothing (V-ENABLE-1). */
export const enable: Verb = (args, launchd) => setOverride('enable', args, launchd)

/** `disable <service-target>`: the next bootstrap is refused; a job that is loaded runs on (R-DISABLED-2). */
export const disable: Verb = (args, launchd) => setOverride('disable', args, launchd)

function setOverride(verb: 'enable' | 'disable', args: Parameters<Verb>[0], launchd: Parameters<Verb>[1]) {
  const target = serviceTarget(verb, args, launchd)
  if (isOutcome(target)) return target
  const problem = target.domain.kind === 'system' ? 1 : domainProblem(target.domain, launchd)
  if (problem === 112) return failed(112, noDomain(target.domain, launchd))
  if (problem !== undefined) return failed(problem, `Could not ${verb} service: ${numberedError(problem)}`)
  launchd.overrides.set(target.label, verb === 'disable')
  return silentSuccess
}
