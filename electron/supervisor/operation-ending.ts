import type { Condition } from '../contract/condition.ts'
import type { OperationResult } from '../contract/operation.ts'
import { conditionTable } from './condition-table.ts'
import { jobPid, type Observation } from './observation.ts'
import type { Goal, Plan } from './plan.ts'
import type { OperationOptions } from './reconciler.ts'
import type { Progress, Step } from './step.ts'
import { duration } from './words.ts'

/** How an operation ended, as far as a plan or the clock can tell. */
export type Ending = Pick<OperationResult, 'outcome' | 'message' | 'condition'> & {
  readonly next?: string
  readonly pid?: number
}

/** The end that a plan has come to. */
export function endOf(
  next: Exclude<Plan, { verdict: 'steps' }>,
  observation: Observation,
  condition: Condition,
): Ending {
  switch (next.verdict) {
    case 'met': {
      const pid = jobPid(observation)
      return { outcome: 'done', message: next.message, condition, ...(pid === undefined ? {} : { pid }) }
    }
    case 'refused':
    case 'failed':
    case 'unknown':
      return {
        outcome: next.verdict,
        message: next.cause,
        next: next.next,
        // The plan may know more than a single look: that launchd took a definition twice and kept it neither time.
        condition:
          next.condition === condition.id
            ? condition
            : { ...condition, id: next.condition, reason: next.cause, ...rowOf(next) },
      }
    default:
      return next satisfies never
  }
}

function rowOf(next: Extract<Plan, { condition: unknown }>): Pick<Condition, 'light' | 'headline' | 'actions'> {
  const { light, headline, actions } = conditionTable[next.condition]
  return { light, headline, actions }
}

/** Where an operation stands between two looks. */
interface Moment {
  readonly goal: Goal
  readonly options: OperationOptions
  /** Milliseconds since 1970, as is `now`. */
  readonly deadline: number
  readonly now: number
  readonly condition: Condition
  readonly progress: Progress
  /** What would be done next. */
  readonly step: Step
}

/** More steps than any way to any goal has: beyond them something else undoes each of them. */
const mostSteps = 40

/** Ctrl-C, the deadline and a fight with something else end an operation between two steps, with what is true then. */
export function interruption(moment: Moment): Ending | undefined {
  const { goal, options, deadline, now, condition, progress, step } = moment
  // A stop that was announced is carried out: left alone, the announcement would end the gateway for good.
  const announced = progress.done.at(-1)?.kind === 'announce-stop' && progress.done.at(-1)?.failure === undefined
  if (options.signal?.aborted === true && !announced) {
    return {
      outcome: 'cancelled',
      message: `Cancelled between two steps. ${condition.reason}`,
      next: 'Run the same command again to go on from here.',
      condition,
    }
  }
  if (progress.done.length >= mostSteps) {
    return {
      outcome: 'failed',
      message: `Gave up after ${mostSteps} steps: something else undoes what is done. ${condition.reason}`,
      next: 'Find out what else controls this gateway, then run the same command again.',
      condition,
    }
  }
  if (now < deadline) return undefined
  // A light that is well where the goal was not seen to be met: neither is certain.
  const seemsWell = condition.light === 'ok' && goal.kind !== 'stop'
  const undecided = condition.light === 'busy' || condition.light === 'unknown' || seemsWell
  const awaited = step.kind === 'wait' ? ` until ${step.until}` : ''
  return {
    outcome: undecided ? 'unknown' : 'failed',
    message: `Waited ${duration(options.timeoutMs)}${awaited}. ${condition.reason}`,
    next: undecided ? 'It may still succeed: watch it with `caduceus status --watch`.' : nextAction(goal, condition),
    condition,
  }
}

function nextAction({ kind }: Goal, condition: Condition): string {
  if (kind === 'stop') return 'Run `caduceus stop` again with a longer --timeout; nothing is ever killed outright here.'
  const command = condition.actions.find((action) => action.command !== undefined)?.command
  return command === undefined ? 'Look at it with `caduceus status`.' : `Run \`${command}\`.`
}
