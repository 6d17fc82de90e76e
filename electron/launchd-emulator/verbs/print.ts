import { formatDomainReport } from '../domain-format.ts'
import { numberedError } from '../error-table.ts'
import type { Job } from '../job.ts'
import { failed, type Outcome, printed } from '../launchctl-call.ts'
import type { Launchd } from '../launchd.ts'
import { formatService } from '../print-format.ts'
import { defaultPath } from '../spawn.ts'
import { type Domain, formatDomain, parseTarget } from '../target-specifier.ts'
import { domainProblem, noDomain, noService, targetUsage, type Verb } from './verb.ts'

/** `print <service-target>` or `print <domain-target>` (V-PRINT-1). */
export const print: Verb = (args, launchd) => {
  const [text, ...rest] = args
  if (text === undefined || rest.length > 0) return targetUsage('print', { unrecognized: false })
  const target = parseTarget(text)
  if (target === undefined) return targetUsage('print', { unrecognized: true })
  const { domain, label } = target
  switch (domainProblem(domain, launchd)) {
    case 112:
      return notFound(112, noDomain(domain, launchd), launchd)
    case 125:
      return failed(125, `Could not print ${label === undefined ? 'domain' : 'service'}: ${numberedError(125)}`)
    case undefined:
      break
  }
  if (label === undefined) return printed(domainReport(domain, launchd))
  const job = launchd.find(domain, label)
  if (job === undefined) return notFound(113, noService({ domain, label }, launchd), launchd)
  return printed(serviceReport(domain, job, launchd))
}

/** Newer systems say `Bad request.` first (V-PRINT-2, V-PRINT-3). */
function notFound(code: number, line: string, { switches }: Launchd): Outcome {
  return failed(code, ...(switches['K-BADREQ'] === 'on' ? ['Bad request.'] : []), line)
}

function serviceReport(domain: Domain, job: Job, launchd: Launchd): string {
  const { record, pid } = job
  return formatService(
    {
      domain: formatDomain(domain),
      asid: launchd.asid,
      path: record.path,
      state: job.state,
      definition: record.definition,
      inheritedEnvironment: launchd.domainEnvironment,
      defaultPath,
      minimumRuntimeSeconds: job.minimumRuntimeSeconds,
      exitTimeoutSeconds: job.exitTimeoutSeconds,
      runs: record.runs,
      successiveCrashes: record.successiveCrashes,
      ...(pid === undefined ? {} : { process: { pid, immediateReason: record.immediateReason ?? 'speculative' } }),
      ...(record.pended === undefined ? {} : { pendedReason: record.pended }),
      ...(record.lastExit === undefined ? {} : { lastExit: record.lastExit }),
      ...(record.missingProgram === undefined ? {} : { missingProgram: record.missingProgram }),
      ...(record.coalitionId === undefined ? {} : { coalitionId: record.coalitionId }),
    },
    launchd.switches['K-DIALECT'],
  )
}

function domainReport(domain: Domain, launchd: Launchd): string {
  const kind = domain.kind === 'gui' || domain.kind === 'user' ? domain.kind : 'system'
  const jobs = launchd.jobs.filter(({ record }) => record.domain === kind)
  return formatDomainReport(
    {
      domain: formatDomain(domain),
      kind,
      uid: kind === 'system' ? 0 : launchd.uid,
      asid: launchd.asid,
      activeCount: jobs.length + 1,
      serviceCount: jobs.length,
      activeServiceCount: jobs.filter(({ pid }) => pid !== undefined).length,
      environment: launchd.domainEnvironment,
      services: jobs.map(({ label, pid, record }) => ({
        label,
        isPended: record.pended !== undefined,
        ...(pid === undefined ? {} : { pid }),
        ...(record.lastExit === undefined ? {} : { lastExit: record.lastExit }),
      })),
      disabled: launchd.overrides.entries,
    },
    launchd.switches['K-DISABLEDWORDS'],
  )
}
