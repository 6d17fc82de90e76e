import { judgeDefinition, stopped } from './judge-definition.ts'
import { isDetached, type Memory, type Observation } from './observation.ts'
import { disabled, type Verdict } from './verdict.ts'
import { ago } from './words.ts'

/** launchd does not know the label. */
export function judgeUnloaded(observation: Observation, memory: Memory): Verdict {
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
  const broken = judgeDefinition(observation)
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
