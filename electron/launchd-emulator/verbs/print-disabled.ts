import { formatDisabled } from '../disabled-format.ts'
import { numberedError } from '../error-table.ts'
import { failed, printed } from '../launchctl-call.ts'
import { parseTarget } from '../target-specifier.ts'
import { domainProblem, noDomain, targetUsage, type Verb } from './verb.ts'

/** `print-disabled <domain-target>`: the overrides, which gui/ and user/ share (R-DISABLED-1). */
export const printDisabled: Verb = (args, launchd) => {
  const [text, ...rest] = args
  if (text === undefined || rest.length > 0) return targetUsage('print-disabled', { unrecognized: false })
  const target = parseTarget(text)
  if (target === undefined || target.label !== undefined) return targetUsage('print-disabled', { unrecognized: true })
  const { domain } = target
  const problem = domainProblem(domain, launchd)
  if (problem === 112) return failed(112, noDomain(domain, launchd))
  if (problem === 125) return failed(125, `Could not print domain: ${numberedError(125)}`)
  const overrides = domain.kind === 'system' ? [] : launchd.overrides.entries
  return printed(formatDisabled(overrides, launchd.switches['K-DISABLEDWORDS']))
}
