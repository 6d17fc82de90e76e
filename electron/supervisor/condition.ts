import type { Action, Condition } from '../contract/condition.ts'
import { errorLogPath } from '../hermes/error-log.ts'
import { conditionTable } from './condition-table.ts'
import { evidenceOf } from './evidence.ts'
import { judgeAlive } from './judge-alive.ts'
import { judgeIdle } from './judge-idle.ts'
import { judgeUnloaded } from './judge-unloaded.ts'
import { isParked, jobPid, type Memory, type Observation } from './observation.ts'
import type { Verdict } from './verdict.ts'

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
    actions: actions.map((action) => filled(action, observation)),
  }
}

function filled(action: Action, { service }: Observation): Action {
  if (action.command === undefined) return action
  const command = action.command.replace('{profile}', service.profile).replace('{log}', errorLogPath(service.home))
  return { ...action, command }
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
  if (gateway.reload.stage === 'at-work' && jobPid(observation) === undefined) {
    return { id: 'reloading', reason: `Hermes is loading a new definition by itself: ${gateway.reload.line}` }
  }
  if (job.seen === 'absent') return judgeUnloaded(observation, memory)
  return job.report.pid === undefined
    ? judgeIdle(observation, memory, job.report)
    : judgeAlive(observation, memory, job.report, job.report.pid)
}
