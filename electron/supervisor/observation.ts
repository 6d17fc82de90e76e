import type { Intent } from '../contract/service-status.ts'
import type { Assessment, DefinitionSource } from '../hermes/gateway.ts'
import type { GatewayReport } from '../hermes/gateway-report.ts'
import type { GatewayService } from '../hermes/service.ts'
import type { DefinitionLook, JobDefinition } from '../launchd/definition.ts'
import type { JobLook } from '../launchd/launchd.ts'

/**
 * Everything that one look at a gateway saw, and how each part of the look ended. A plain value: conditions and plans
 * are functions of it alone. A part that timed out or made no sense is `unknown`, never "absent".
 */
export interface Observation {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly service: GatewayService
  /** `gui/501`. */
  readonly domain: string
  readonly job: JobLook
  /** The disabled override of this label; `none` = launchd has no entry. */
  readonly override: 'none' | 'enabled' | 'disabled' | 'unknown'
  readonly definition: DefinitionLook
  /** Of the definition at its place, if it could be read: whose it is and whether it can run. */
  readonly assessment?: Assessment
  /** How the definition at its place differs from what launchd has loaded; empty when it does not, or when unloaded. */
  readonly drift: readonly string[]
  /** What a definition could be recreated from, best first; looked up only where the one in place is no good. */
  readonly sources: readonly DefinitionSource[]
  readonly gateway: GatewayReport
}

/** What the past adds to one observation. */
export interface Memory {
  /** What a person last asked for. */
  readonly intent: Intent
  /** When they did, milliseconds since 1970. */
  readonly intentSince?: number
  /** When launchd was last seen to refuse this label although nothing is wrong with it, until it was seen loaded. */
  readonly blockedAt?: number
  /** Times of failed runs that were watched, oldest first, milliseconds since 1970. */
  readonly failedRuns: readonly number[]
}

/** The part of the definition that says what would run, wherever it could be read. */
export function definitionIn(look: DefinitionLook): JobDefinition | undefined {
  switch (look.seen) {
    case 'valid':
      return look.definition
    case 'unsafe':
      return look.content?.definition
    case 'absent':
    case 'invalid':
    case 'unknown':
      return undefined
    default:
      return look satisfies never
  }
}

/** launchd's pid for the job, if a process exists. */
export function jobPid(observation: Observation): number | undefined {
  return observation.job.seen === 'job' ? observation.job.report.pid : undefined
}

/** Whether a gateway process lives that launchd did not start: wherever launchd has no process, that is any. */
export function isDetached(observation: Observation): boolean {
  const { gateway, job } = observation
  if (gateway.process.seen !== 'alive') return false
  const launchdHasNone = job.seen === 'absent' || (job.seen === 'job' && job.report.pid === undefined)
  return gateway.process.supervised === 'no' || launchdHasNone
}

/** Whether the marker of a parked profile counts: beside a gateway of its own, which no served profile has, it is left over. */
export function isParked(observation: Observation): boolean {
  const { gateway } = observation
  return gateway.parked && gateway.process.seen !== 'alive' && jobPid(observation) === undefined
}

/** Whether launchd is in the middle of ending the job. */
export function isEnding({ job }: Observation): boolean {
  return job.seen === 'job' && (job.report.state === 'SIGTERMed' || job.report.state === 'SIGKILLed')
}
