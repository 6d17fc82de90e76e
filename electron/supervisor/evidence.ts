import { isDetached, type Observation } from './observation.ts'
import { ago, duration, exitText } from './words.ts'

/** The facts of one observation, one a line, in the same order every time; nothing in them is secret. */
export function evidenceOf(observation: Observation): readonly string[] {
  return [
    ...jobEvidence(observation),
    ...overrideEvidence(observation),
    ...definitionEvidence(observation),
    ...gatewayEvidence(observation),
  ]
}

function jobEvidence({ job, domain, service }: Observation): readonly string[] {
  const target = `${domain}/${service.label}`
  switch (job.seen) {
    case 'absent':
      return [`launchd: ${target} is not loaded`]
    case 'no-session':
      return [`launchd: ${job.evidence}`]
    case 'unknown':
      return [`launchd: ${job.cause}`]
    case 'job':
      break
    default:
      return job satisfies never
  }
  const { report } = job
  const parts = [
    `state ${report.state ?? 'not given'}`,
    ...(report.pid === undefined ? ['no pid'] : [`pid ${report.pid}`]),
    ...(report.runs === undefined ? [] : [`runs ${report.runs}`]),
    ...(report.lastExit === undefined ? [] : [`last exit: ${exitText(report.lastExit)}`]),
    ...(report.pendedSpawn === undefined ? [] : [`start held back: ${report.pendedSpawn}`]),
  ]
  return [`launchd: ${target} is loaded, ${parts.join(', ')}`]
}

function overrideEvidence({ override, service }: Observation): readonly string[] {
  switch (override) {
    case 'disabled':
      return [`override: ${service.label} is disabled`]
    case 'unknown':
      return ['override: could not be seen']
    case 'none':
    case 'enabled':
      return []
    default:
      return override satisfies never
  }
}

function definitionEvidence(observation: Observation): readonly string[] {
  const { definition, drift, sources, service, assessment } = observation
  const drifted = drift.map((difference) => `definition: ${difference}`)
  const missing = (assessment?.missing ?? []).map((what) => `definition: ${what}`)
  switch (definition.seen) {
    case 'absent':
      return [`definition: ${service.plistPath} does not exist`, ...sources.slice(0, 1).map(sourceEvidence)]
    case 'invalid':
      return [`definition: ${service.plistPath}: ${definition.problem}`, ...sources.slice(0, 1).map(sourceEvidence)]
    case 'unsafe':
      return [`definition: ${service.plistPath}: ${definition.problem}`]
    case 'unknown':
      return [`definition: ${definition.cause}`]
    case 'valid':
      return [`definition: ${service.plistPath} is valid`, ...drifted, ...missing]
    default:
      return definition satisfies never
  }
}

function sourceEvidence(source: Observation['sources'][number]): string {
  switch (source.kind) {
    case 'kept':
      return `definition: a ${source.proven ? 'proven ' : ''}copy was kept on ${day(source.keptAt)} (${source.sha256.slice(0, 12)})`
    case 'template':
      return `definition: can be written anew for ${source.interpreter}`
    case 'in-place':
      return 'definition: what it says is in order'
    default:
      return source satisfies never
  }
}

function gatewayEvidence(observation: Observation): readonly string[] {
  const { gateway, at } = observation
  const lines: string[] = []
  switch (gateway.process.seen) {
    case 'alive': {
      const { pid, startedAt } = gateway.process.identity
      const detached = isDetached(observation) ? ', not started by launchd' : ''
      lines.push(`gateway: pid ${pid}, started ${ago(at - startedAt)}${detached}`)
      break
    }
    case 'unknown':
      lines.push(`gateway: ${gateway.process.cause}`)
      break
    case 'none':
      break
    default:
      gateway.process satisfies never
  }
  if (gateway.state.seen === 'state') {
    const { state } = gateway.state
    const reason = state.exitReason === undefined ? '' : `, ${state.exitReason}`
    lines.push(`state file: ${state.gatewayState}${reason}${state.current ? '' : ' (of an earlier process)'}`)
  }
  if (gateway.heartbeatAgeMs !== undefined) lines.push(`heartbeat: ${duration(gateway.heartbeatAgeMs)} old`)
  if (gateway.reload.stage !== 'none') lines.push(`reload: ${gateway.reload.line}`)
  if (gateway.launchdGivenUp) lines.push('marker: Hermes once gave up on launchd here and ran the gateway detached')
  if (gateway.process.seen !== 'alive' && gateway.lastErrorLine !== undefined) {
    lines.push(`error log: ${gateway.lastErrorLine}`)
  }
  return lines
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
