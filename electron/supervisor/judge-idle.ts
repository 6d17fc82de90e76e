import type { PrintReport } from '../launchd/print-report.ts'
import { judgeDefinition, stopped } from './judge-definition.ts'
import { isDetached, isEnding, type Memory, type Observation } from './observation.ts'
import { isCrashLooping, lastRunFailed, restartExit } from './run-history.ts'
import { because, crashLooping, disabled, type Verdict } from './verdict.ts'
import { duration, exitText } from './words.ts'

/** launchd knows the label; no process exists. */
export function judgeIdle(observation: Observation, memory: Memory, report: PrintReport): Verdict {
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
  const broken = judgeDefinition(observation)
  if (broken !== undefined) return broken
  if (neverExecuted(observation, report)) {
    return {
      id: 'cannot-execute',
      reason: `launchd could not run it at all (${exitText(report.lastExit)}): its program, working directory or log file is missing.`,
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
  return judgeEnded(observation, report)
}

/** The last run is over and launchd plans no other. */
function judgeEnded(observation: Observation, report: PrintReport): Verdict {
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
