import type { Condition, ConditionId, Light } from '../contract/condition.ts'
import type { GatewayReport, GatewayState } from '../hermes/gateway-report.ts'
import type { PrintReport } from '../launchd/print-report.ts'
import { conditionTable } from './condition-table.ts'
import { evidenceOf } from './evidence.ts'
import { isDetached, isEnding, isParked, type Memory, type Observation } from './observation.ts'
import { isCrashLooping, lastRunFailed, restartExit } from './run-history.ts'
import { ago, duration, exitText, list } from './words.ts'

/** How long a process may live without the gateway reporting itself before that is called trouble, in milliseconds. */
export const startGraceMs = 5 * 60_000

/** Judges one observation. Pure and total: every observation has exactly one condition. */
export function judge(observation: Observation, memory: Memory): Condition {
  const verdict = decide(observation, memory)
  const { light, headline, actions } = conditionTable[verdict.id]
  return {
    id: verdict.id,
    light: verdict.light ?? light,
    headline,
    reason: verdict.reason,
    evidence: evidenceOf(observation),
    actions,
  }
}

interface Verdict {
  readonly id: ConditionId
  readonly reason: string
  /** Where the moment is milder than the row: a broken definition under a gateway that still runs. */
  readonly light?: Light
}

function decide(observation: Observation, memory: Memory): Verdict {
  const { job, gateway } = observation
  switch (job.seen) {
    case 'unknown':
      return { id: 'unknown', reason: `launchd could not be asked: ${job.cause}.` }
    case 'no-session':
      return {
        id: 'no-session',
        reason: `launchd has no ${observation.domain} session here (${job.code}). Log in at the screen, then try again.`,
      }
    case 'absent':
    case 'job':
      break
    default:
      return job satisfies never
  }
  if (isParked(observation)) {
    return { id: 'profile-parked', reason: 'Somebody parked this profile; its bots and schedules are stopped.' }
  }
  if (gateway.servedBy !== undefined && job.seen === 'absent') {
    return { id: 'served', reason: `The host gateway of ${gateway.servedBy} serves this profile; it needs no job.` }
  }
  if (gateway.reload.stage === 'at-work' && !isUp(observation)) {
    return { id: 'reloading', reason: `Hermes is loading a new definition by itself: ${gateway.reload.line}` }
  }
  if (job.seen === 'absent') return decideUnloaded(observation, memory)
  return job.report.pid === undefined
    ? decideIdle(observation, memory, job.report)
    : decideAlive(observation, memory, job.report, job.report.pid)
}

function isUp(observation: Observation): boolean {
  return observation.job.seen === 'job' && observation.job.report.pid !== undefined
}

/** launchd does not know the label. */
function decideUnloaded(observation: Observation, memory: Memory): Verdict {
  const { gateway } = observation
  if (isDetached(observation) && gateway.process.seen === 'alive') {
    const { pid } = gateway.process.identity
    if (gateway.plannedStop?.targetPid === pid) {
      return { id: 'stopping', reason: `Process ${pid} was asked to stop and is still ending.` }
    }
    return {
      id: 'detached',
      reason: `Process ${pid} is a gateway of this home, but launchd did not start it: nothing restarts it after a crash or a login.`,
    }
  }
  if (gateway.process.seen === 'unknown') {
    return { id: 'unknown', reason: `Whether a gateway runs could not be seen: ${gateway.process.cause}.` }
  }
  if (observation.override === 'disabled') return disabled(observation)
  if (memory.intent === 'stopped') return stopped(observation)
  const broken = brokenDefinition(observation)
  if (broken !== undefined) return broken
  if (memory.blockedAt !== undefined) {
    return {
      id: 'blocked',
      reason: `launchd refused it ${ago(observation.at - memory.blockedAt)} although its definition is in order: most likely it is switched off in System Settings → General → Login Items & Extensions.`,
    }
  }
  const overrides = observation.override === 'unknown' ? ' (whether it is disabled could not be seen)' : ''
  return {
    id: 'unloaded',
    reason: `The definition is in order, but launchd has not loaded it${overrides}: the gateway is down and will stay down until the next login.`,
  }
}

/** launchd knows the label; no process exists. */
function decideIdle(observation: Observation, memory: Memory, report: PrintReport): Verdict {
  const { gateway } = observation
  if (isEnding(observation)) {
    return { id: 'stopping', reason: `launchd is ending it (${report.state}).` }
  }
  if (report.state === 'xpcproxy' || report.state === 'spawning') {
    return { id: 'starting', reason: 'launchd is about to run it.' }
  }
  if (isDetached(observation) && gateway.process.seen === 'alive') {
    return {
      id: 'detached',
      reason: `Process ${gateway.process.identity.pid} is a gateway of this home, but not launchd's; the job that launchd has loaded is idle.`,
    }
  }
  if (observation.override === 'disabled') return disabled(observation)
  if (memory.intent === 'stopped') return stopped(observation)
  const broken = brokenDefinition(observation)
  if (broken !== undefined) return broken
  if (neverExecuted(observation, report)) {
    return {
      id: 'cannot-execute',
      reason: `launchd could not run it at all (${exitText(report.lastExit)}): its program, working directory or log file is not to be had.`,
    }
  }
  if (failedToConfigure(observation, report)) {
    return {
      id: 'configuration-error',
      reason: `The gateway ended by itself because of its configuration${because(observation)}.`,
    }
  }
  if (isCrashLooping(observation, memory)) return crashLooping(observation, report)
  if (report.pendedSpawn !== undefined) {
    return {
      id: 'held-back',
      reason: `launchd puts off its start (${report.pendedSpawn}) and may do so for ever; one plain start frees it.`,
    }
  }
  if (report.state === 'spawn scheduled') return waiting(observation, report)
  return decideEnded(observation, report)
}

/** The last run is over and launchd plans no other. */
function decideEnded(observation: Observation, report: PrintReport): Verdict {
  const { gateway } = observation
  if (report.lastExit === undefined || report.lastExit.kind === 'never') {
    return { id: 'held-back', reason: 'launchd has loaded it but never started it.' }
  }
  if (lastRunFailed(report)) {
    return {
      id: 'held-back',
      reason: `It ended with ${exitText(report.lastExit)} and launchd plans no other start${because(observation)}.`,
    }
  }
  const askedForRestart = gateway.state.seen === 'state' && gateway.state.state.restartRequested
  if (askedForRestart || (report.lastExit.kind === 'code' && report.lastExit.code === restartExit)) {
    return {
      id: 'held-back',
      reason: `It ended with ${exitText(report.lastExit)} to be restarted, and launchd plans no other start.`,
    }
  }
  return { id: 'stopped', reason: `It ended as it was meant to (${exitText(report.lastExit)}) and stays down.` }
}

/** launchd reports a process. */
function decideAlive(observation: Observation, memory: Memory, report: PrintReport, pid: number): Verdict {
  const { gateway } = observation
  const state = gateway.state.seen === 'state' && gateway.state.state.current ? gateway.state.state : undefined
  if (state?.gatewayState === 'draining') {
    const work =
      state.activeWork.length === 0 ? 'it waits for work under way' : `it waits for ${list(state.activeWork)}`
    const then = state.restartRequested ? 'starts again by itself' : 'stops'
    return { id: 'draining', reason: `No new work is taken; ${work}, then it ${then}.` }
  }
  if (isEnding(observation) || state?.gatewayState === 'stopped') {
    return { id: 'stopping', reason: `Process ${pid} was told to end and is still there.` }
  }
  if (isCrashLooping(observation, memory)) return crashLooping(observation, report)
  if (gateway.wedged) {
    return {
      id: 'unresponsive',
      reason: `Process ${pid} lives, but its heartbeat is ${duration(gateway.heartbeatAgeMs ?? 0)} old and its event loop does not answer.`,
    }
  }
  if (gateway.process.seen === 'alive' && gateway.process.supervised === 'no') {
    return {
      id: 'detached',
      reason: `Process ${gateway.process.identity.pid} holds this home, but it is not the one that launchd runs (${pid}).`,
    }
  }
  const starting = stillStarting(observation, state?.gatewayState)
  if (starting !== undefined) return starting
  const broken = brokenDefinition(observation)
  if (broken !== undefined) return broken
  const trouble = troubles(observation)
  if (trouble.length > 0) return { id: 'degraded', reason: sentence(list(trouble)) }
  if (observation.drift.length > 0) {
    return {
      id: 'definition-stale',
      reason: `launchd runs an older definition than the one on disk: ${list(observation.drift)}. A restart loads it.`,
    }
  }
  const kept =
    observation.override === 'disabled' ? ' A disabled override will keep it from starting at the next login.' : ''
  return { id: 'running', reason: `Process ${pid} is up and launchd watches it.${kept}` }
}

/** Process there, gateway not yet: patient for long, since a first start may migrate data for minutes. */
function stillStarting(observation: Observation, state: string | undefined): Verdict | undefined {
  const { gateway } = observation
  if (state === 'starting' || state === 'startup_failed') {
    return { id: 'starting', reason: 'The gateway is up and getting ready.' }
  }
  // Without any state file, or with one that names no process (of an early Hermes), there is nothing to wait for.
  if (state !== undefined || gateway.state.seen !== 'state' || gateway.state.state.pid === undefined) return undefined
  if (observation.at - freshSince(gateway, gateway.state.state) > startGraceMs) return undefined
  // The state file speaks of a process that is gone: the fresh one has not reported itself yet.
  return { id: 'starting', reason: 'launchd runs its program; the gateway has not reported itself yet.' }
}

/** When the process of now may have begun: as its creation time says, else as the traces of the one before it allow. */
function freshSince({ process, jobStartedAt, recentStarts }: GatewayReport, left: GatewayState): number {
  if (process.seen === 'alive') return process.identity.startedAt
  return jobStartedAt ?? Math.max(recentStarts.at(-1) ?? 0, left.updatedAt ?? 0)
}

/** What is wrong with the definition at its place, whatever the job does meanwhile. */
function brokenDefinition(observation: Observation): Verdict | undefined {
  const { definition, assessment } = observation
  const up = isUp(observation)
  // launchd keeps what it loaded: the gateway runs on, and is gone after the next logout (R-PLIST-1).
  const meanwhile = up ? ' The gateway runs on with what launchd loaded earlier, until the next logout.' : ''
  const milder = up ? ({ light: 'attention' } as const) : {}
  switch (definition.seen) {
    case 'absent':
      return missingDefinition(observation, up)
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
      reason: `${sentence(assessment.foreign)} Nobody but you can say whether that is meant.`,
    }
  }
  if (!up && assessment !== undefined && assessment.missing.length > 0) {
    return { id: 'cannot-execute', reason: `It cannot be run: ${list(assessment.missing)}.` }
  }
  return undefined
}

function missingDefinition(observation: Observation, up: boolean): Verdict {
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
      reason: `The profile ${observation.service.profile} has never had a gateway of its own; Start would give it one.`,
    }
  }
  return { id: 'definition-missing', reason: `${plistPath} does not exist${sourceHint(best?.kind)}.` }
}

/** A profile without any trace of a gateway is one that nobody wanted; alarming about it would teach people to look away. */
function neverRan({ service, job, gateway }: Observation): boolean {
  return service.profile !== 'default' && job.seen === 'absent' && gateway.state.seen === 'none'
}

function sourceHint(kind: 'kept' | 'template' | undefined): string {
  switch (kind) {
    case 'kept':
      return '; a copy was kept and can be put back'
    case 'template':
      return '; it can be written anew for the Hermes that is installed'
    case undefined:
      return ', and there is nothing to recreate it from'
    default:
      return kind satisfies never
  }
}

/** A run that never reached its program: 78 is launchd's own word for it (R-78-1), unless a bare gateway said 78 itself. */
function neverExecuted(observation: Observation, report: PrintReport): boolean {
  if (report.properties.includes('penalty box')) return true
  if (report.lastExit?.kind !== 'code' || report.lastExit.code !== 78) return false
  return observation.assessment?.wrapped === true || !startupFailed(observation)
}

/** The gateway gave up on its configuration: 78, or the 0 that its wrapper makes of it so that launchd leaves it down. */
function failedToConfigure(observation: Observation, report: PrintReport): boolean {
  if (report.lastExit?.kind !== 'code' || !startupFailed(observation)) return false
  return report.lastExit.code === 0 || report.lastExit.code === 78
}

function startupFailed(observation: Observation): boolean {
  const { state } = observation.gateway
  return state.seen === 'state' && state.state.gatewayState === 'startup_failed'
}

function crashLooping(observation: Observation, report: PrintReport): Verdict {
  const runs = report.runs === undefined ? 'Several runs' : `${report.runs} runs`
  return {
    id: 'crash-looping',
    reason: `${runs} since it was loaded, the last one ended with ${exitText(report.lastExit)}${because(observation)}.`,
  }
}

function waiting(observation: Observation, report: PrintReport): Verdict {
  const throttle = (report.minimumRuntimeSeconds ?? 10) * 1000
  const latest = observation.gateway.recentStarts.at(-1)
  const left = latest === undefined ? undefined : latest + throttle - observation.at
  const when =
    left !== undefined && left > 0 && left <= throttle
      ? `in about ${duration(left)}`
      : `within ${duration(throttle)}, the pause that its definition asks for`
  return { id: 'waiting', reason: `It ended with ${exitText(report.lastExit)}; launchd starts it again ${when}.` }
}

function disabled(observation: Observation): Verdict {
  return {
    id: 'disabled',
    reason: `A disabled override is set for ${observation.service.label}: launchd will not load it until it is enabled.`,
  }
}

/** A stop that somebody meant is never a failure; what will need mending at the next start is said all the same. */
function stopped(observation: Observation): Verdict {
  const broken = brokenDefinition(observation)
  const but = broken === undefined ? '' : ` Before the next start: ${broken.reason}`
  return { id: 'stopped', reason: `It was stopped on purpose and stays down.${but}` }
}

/** What ails a gateway that runs. */
function troubles(observation: Observation): readonly string[] {
  const { gateway } = observation
  if (gateway.state.seen !== 'state' || !gateway.state.state.current) return []
  const { platforms, gatewayState } = gateway.state.state
  const failing = platforms
    .filter((platform) => platform.needsAttention || platform.state === 'fatal' || platform.state === 'retrying')
    .map(
      (platform) =>
        `${platform.name} is ${platform.state}${platform.error === undefined ? '' : ` (${platform.error})`}`,
    )
  if (failing.length > 0) return failing
  return gatewayState === 'degraded' ? ['the gateway calls itself degraded'] : []
}

function because(observation: Observation): string {
  const { state, lastErrorLine } = observation.gateway
  const reason = state.seen === 'state' ? state.state.exitReason : undefined
  const said = reason ?? lastErrorLine
  return said === undefined ? '' : `; it last said: ${said}`
}

/** Begins with a capital and ends with one full stop, however the text came. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`
}
