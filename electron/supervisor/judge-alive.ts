import type { GatewayReport, GatewayState } from '../hermes/gateway-report.ts'
import type { PrintReport } from '../launchd/print-report.ts'
import { judgeDefinition } from './judge-definition.ts'
import { isEnding, type Memory, type Observation } from './observation.ts'
import { isCrashLooping } from './run-history.ts'
import { crashLooping, type Verdict } from './verdict.ts'
import { duration, list, sentence } from './words.ts'

/** How long a process may live without the gateway reporting itself before that is called trouble, in milliseconds. */
export const startGraceMs = 5 * 60_000

/** launchd reports a process. */
export function judgeAlive(observation: Observation, memory: Memory, report: PrintReport, pid: number): Verdict {
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
  const broken = judgeDefinition(observation)
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
