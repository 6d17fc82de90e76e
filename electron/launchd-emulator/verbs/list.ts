import type { Job } from '../job.ts'
import { failed, printed } from '../launchctl-call.ts'
import { formatList, formatListed, type ListedJob } from '../list-format.ts'
import { callerDomain, noService, plainUsage, type Verb } from './verb.ts'

/** `list` and `list <label>`: a bare label, never a target (V-LIST-2). */
export const list: Verb = (args, launchd) => {
  const [label, ...rest] = args
  if (rest.length > 0) return plainUsage('list')
  const domain = callerDomain(launchd)
  if (label === undefined) {
    return printed(formatList(launchd.jobs.filter(({ record }) => record.domain === domain.kind).map(listed)))
  }
  const job = launchd.find(domain, label)
  return job === undefined
    ? failed(113, noService({ domain: 'port', label }, launchd))
    : printed(formatListed(listed(job)))
}

function listed({ record, pid }: Job): ListedJob {
  return {
    definition: record.definition,
    ...(pid === undefined ? {} : { pid }),
    ...(record.lastExit === undefined ? {} : { lastExit: record.lastExit }),
  }
}
