import type { Condition } from '../contract/condition.ts'
import type { ServiceStatus } from '../contract/service-status.ts'
import { jobPid, type Memory, type Observation } from './observation.ts'

/** What is shown of one look; nothing in it is secret. */
export function serviceStatus(observation: Observation, memory: Memory, condition: Condition): ServiceStatus {
  const { service, gateway, job } = observation
  const pid = jobPid(observation)
  const alive = gateway.process.seen === 'alive' ? gateway.process.identity : undefined
  const since = alive?.startedAt ?? gateway.jobStartedAt
  const runs = job.seen === 'job' ? job.report.runs : undefined
  return {
    label: service.label,
    profile: service.profile,
    home: service.home,
    definition: service.plistPath,
    domain: observation.domain,
    condition,
    intent: memory.intent,
    ...(pid === undefined ? {} : { pid }),
    ...(alive === undefined ? {} : { gatewayPid: alive.pid }),
    ...(since === undefined ? {} : { uptimeSeconds: Math.max(0, Math.floor((observation.at - since) / 1000)) }),
    ...(runs === undefined ? {} : { runs }),
    observedAt: new Date(observation.at).toISOString(),
  }
}
