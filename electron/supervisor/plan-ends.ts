import type { ConditionId } from '../contract/condition.ts'
import type { Observation } from './observation.ts'
import type { Plan, Situation } from './plan.ts'
import { latest, type Step } from './step.ts'

/** The ways a plan can end or go on, said once so that every plan says them alike. */

/** How long a process may outlive its job before it is asked once more by itself, in milliseconds. */
export const farewellMs = 10_000

export function steps(first: Step, ...rest: readonly Step[]): Plan {
  return { verdict: 'steps', steps: [first, ...rest] }
}

export function wait(until: string): Plan {
  return steps({ kind: 'wait', until })
}

export function met(message: string): Plan {
  return { verdict: 'met', message }
}

/** The condition's own reason is the cause, unless the plan knows a nearer one. */
interface Why {
  readonly condition?: ConditionId
  readonly cause?: string
}

export function refused(situation: Situation, next: string, why: Why = {}): Plan {
  return end('refused', situation, next, why)
}

export function failed(situation: Situation, next: string, why: Why = {}): Plan {
  return end('failed', situation, next, why)
}

function end(verdict: 'refused' | 'failed', { condition }: Situation, next: string, why: Why): Plan {
  return { verdict, condition: why.condition ?? condition.id, cause: why.cause ?? condition.reason, next }
}

/** How long a process may take to end once it was asked to, unless it says that it finishes its work; milliseconds. */
const endingMs = 30_000

/** After a gateway outside launchd was asked to end: it does, it does not, or it could not even be asked. */
export function waitForEnd(situation: Situation, pid: number): Plan {
  const { observation, progress } = situation
  const asked = latest(progress, 'end')
  const failure = asked?.failure
  const { state } = observation.gateway
  const drains = state.seen === 'state' && state.state.gatewayState === 'draining'
  if (failure === undefined && (asked === undefined || drains || observation.at - asked.at < endingMs)) {
    return wait(`process ${pid} has ended`)
  }
  if (failure === undefined) {
    return failed(situation, `Run \`kill -9 ${pid}\`, then the same command again.`, {
      cause: `Process ${pid} was asked to end and does not. Caduceus kills no gateway outright.`,
    })
  }
  return failed(situation, `End process ${pid} yourself, then run the same command again.`, {
    cause: `Process ${pid} could not be asked to end: ${failure}.`,
  })
}

/**
 * What no goal gets past: launchd or the machine does not say enough to act safely. In the middle of an operation the
 * answer may only be late, so it is asked again until the operation's own time is up.
 */
export function planBlind(situation: Situation): Plan | undefined {
  const { observation, progress } = situation
  const cause = blindness(observation)
  if (cause === undefined) return undefined
  if (progress.done.length > 0) return wait('launchd answers again')
  return {
    verdict: 'unknown',
    condition: 'unknown',
    cause,
    next: 'Nothing was changed. Try again in a moment; if it stays so, log out and in again.',
  }
}

function blindness({ job, gateway }: Observation): string | undefined {
  if (job.seen === 'unknown') return `launchd could not be asked: ${job.cause}.`
  // Without knowing whether a gateway lives, a start could make a second one and a stop could be called done too early.
  if (gateway.process.seen === 'unknown' && !(job.seen === 'job' && job.report.pid !== undefined)) {
    return `Whether a gateway runs could not be seen: ${gateway.process.cause}.`
  }
  return undefined
}
