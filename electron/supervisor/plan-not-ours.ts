import type { ConditionId } from '../contract/condition.ts'
import { isEnding, isParked, jobPid } from './observation.ts'
import type { Plan, Situation } from './plan.ts'
import { refused, wait } from './plan-ends.ts'

/** How long a label may stay registered beyond its exit timeout after an unload, in milliseconds (C-INSTALL-1). */
const unloadGraceMs = 10_000

/** What is repaired without being asked: drift alone. Everything else that is not well is a person's decision. */
const repairedByItself = new Set<ConditionId>([
  'unloaded',
  'definition-missing',
  'definition-missing-running',
  'definition-unsafe',
  'held-back',
])

export function planHandsOff(situation: Situation): Plan | undefined {
  const { goal, condition, progress } = situation
  if (goal.by === 'person' || progress.done.length > 0) return undefined
  const isWell = condition.light === 'ok' || condition.light === 'busy' || condition.id === 'degraded'
  if (isWell || condition.light === 'unknown' || repairedByItself.has(condition.id)) return undefined
  return refused(situation, 'This is left to you: `caduceus status` says what can be done.')
}

/** What is not ours to start, or is being done by somebody else this moment. */
export function planNotOurs(situation: Situation): Plan | undefined {
  const { observation } = situation
  const { gateway, job, service } = observation
  if (job.seen === 'no-session')
    return refused(situation, 'Log in at the screen of this Mac, then run `caduceus start` again.')
  if (isParked(observation))
    return refused(situation, `Run \`hermes -p ${service.profile} gateway start\`: its host takes it up again.`)
  if (gateway.servedBy !== undefined && job.seen === 'absent') {
    return refused(situation, 'Run `caduceus status --profile default`: the host gateway is the one to start.')
  }
  if (gateway.reload.stage === 'at-work' && jobPid(observation) === undefined)
    return wait('Hermes has finished its own reload')
  if (isEnding(observation)) return wait('the process that is ending is gone')
  if (isLettingGo(situation)) return wait('launchd has let go of the job')
  if (observation.assessment?.foreign !== undefined) {
    return refused(
      situation,
      `If it is not meant, move ${service.plistPath} out of that folder and run \`caduceus start\`: a definition of this home is then restored.`,
      { condition: 'definition-foreign' },
    )
  }
  return undefined
}

/** An override is a person's word: a start takes it back, a repair does not, and changes nothing else either. */
export function planDisabled(situation: Situation): Plan | undefined {
  const { observation, goal } = situation
  if (observation.override !== 'disabled' || (goal.by === 'person' && goal.kind !== 'repair')) return undefined
  if (jobPid(observation) !== undefined) return undefined
  const next =
    observation.gateway.process.seen === 'alive'
      ? 'Run `caduceus stop`, then `caduceus start`: that ends the process, clears the override and lets launchd run the gateway.'
      : 'Run `caduceus start`: it clears the override and starts the gateway.'
  return refused(situation, next, { condition: 'disabled' })
}

/**
 * Between our unload and the label's end launchd may still show the job, idle and as if it could be started. A process
 * that is younger than the unload is another load's: somebody else was faster.
 */
function isLettingGo({ observation, progress }: Situation): boolean {
  const { process } = observation.gateway
  const last = progress.done.findLast(({ kind }) => kind === 'bootout' || kind === 'bootstrap')
  if (observation.job.seen !== 'job' || last?.kind !== 'bootout') return false
  if (process.seen === 'alive' && process.supervised === 'yes' && process.identity.startedAt > last.at) return false
  const exitTimeoutMs = (observation.job.report.exitTimeoutSeconds ?? 0) * 1000
  return observation.at - last.at < exitTimeoutMs + unloadGraceMs
}
