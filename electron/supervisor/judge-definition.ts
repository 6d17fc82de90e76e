import type { DefinitionSource } from '../hermes/gateway.ts'
import { jobPid, type Observation } from './observation.ts'
import type { Verdict } from './verdict.ts'
import { list, sentence } from './words.ts'

/** What is wrong with the definition at its place, whatever the job does meanwhile. */
export function judgeDefinition(observation: Observation): Verdict | undefined {
  const { definition, assessment } = observation
  const up = jobPid(observation) !== undefined
  // launchd keeps what it loaded: the gateway runs on, and is gone after the next logout (R-PLIST-1).
  const meanwhile = up ? ' The gateway runs on with what launchd loaded earlier, until the next logout.' : ''
  const milder = up ? ({ light: 'attention' } as const) : {}
  switch (definition.seen) {
    case 'absent':
      return judgeMissing(observation, up)
    case 'invalid':
      return { id: 'definition-invalid', reason: `${sentence(definition.problem)}${meanwhile}`, ...milder }
    case 'unsafe':
      return { id: 'definition-unsafe', reason: `${sentence(definition.problem)}${meanwhile}`, ...milder }
    case 'unknown':
      return up ? undefined : { id: 'unknown', reason: `The definition could not be read: ${definition.cause}.` }
    case 'valid':
      break
    default:
      return definition satisfies never
  }
  if (assessment?.foreign !== undefined) {
    return {
      id: 'definition-foreign',
      reason: `${sentence(assessment.foreign)} Check whether this is intended.`,
    }
  }
  if (!up && assessment !== undefined && assessment.missing.length > 0) {
    return { id: 'cannot-execute', reason: `It cannot be run: ${list(assessment.missing)}.` }
  }
  return undefined
}

function judgeMissing(observation: Observation, up: boolean): Verdict {
  const { plistPath } = observation.service
  if (up) {
    return {
      id: 'definition-missing-running',
      reason: `${plistPath} does not exist. The gateway runs on until the next logout, and then it will not come back.`,
    }
  }
  const best = observation.sources[0]
  if (best === undefined && observation.job.seen === 'absent') {
    return {
      id: 'not-installed',
      reason: 'There is no definition, no job, no kept copy, and no Hermes to make a new one from.',
    }
  }
  if (best?.kind === 'template' && neverRan(observation)) {
    return {
      id: 'not-installed',
      reason: `The profile ${observation.service.profile} has never had a gateway of its own; \`caduceus start\` would give it one.`,
    }
  }
  return { id: 'definition-missing', reason: `${plistPath} does not exist${sourceHint(best?.kind)}.` }
}

/** A profile without any trace of a gateway is one that nobody wanted; alarming about it would teach people to look away. */
function neverRan({ service, job, gateway }: Observation): boolean {
  return service.profile !== 'default' && job.seen === 'absent' && gateway.state.seen === 'none'
}

function sourceHint(kind: DefinitionSource['kind'] | undefined): string {
  switch (kind) {
    case 'kept':
      return '; a copy was kept and can be put back'
    case 'template':
      return '; it can be written anew for the Hermes that is installed'
    case 'in-place':
    case undefined:
      return ', and there is nothing to recreate it from'
    default:
      return kind satisfies never
  }
}

/** A stop that somebody meant is never a failure; what will need mending at the next start is said all the same. */
export function stopped(observation: Observation): Verdict {
  const broken = judgeDefinition(observation)
  const but = broken === undefined ? '' : ` Before the next start: ${broken.reason}`
  return { id: 'stopped', reason: `It was stopped on purpose and stays down.${but}` }
}
