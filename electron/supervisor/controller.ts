import type { Condition } from '../contract/condition.ts'
import type { OperationResult, PlannedOperation, StepReport } from '../contract/operation.ts'
import type { ServiceStatus } from '../contract/service-status.ts'
import type { GatewayService } from '../hermes/service.ts'
import type { Launchd } from '../launchd/launchd.ts'
import type { ActivityLog } from './activity-log.ts'
import { addressCondition, addressPlanned, addressResult } from './address.ts'
import type { Acts } from './carry-out.ts'
import { judge } from './condition.ts'
import { foreseen } from './foreseen.ts'
import type { Memory, Observation } from './observation.ts'
import { jobPid } from './observation.ts'
import { observe } from './observe.ts'
import type { Holder, OperationLock } from './operation-lock.ts'
import { createOperationQueue } from './operation-queue.ts'
import type { Goal } from './plan.ts'
import type { OperationOptions } from './reconciler.ts'
import { remember } from './run-history.ts'
import { adopt, memoryFor, type ServiceMemory, startedSince } from './service-memory.ts'
import { serviceStatus } from './service-status.ts'

/** The launchd controller of one service: the only way anything here observes, explains or changes a gateway. */
export interface Controller {
  readonly service: GatewayService
  /** One look, judged, in at most `timeoutMs` for launchd's part. Never throws for what launchd or the gateway do. */
  status(timeoutMs: number): Promise<ServiceStatus>
  /** What a request would do now; nothing is changed. */
  foresee(goal: Goal): Promise<PlannedOperation>
  /** Brings the service to the goal. */
  request(goal: Goal, options: OperationOptions): Promise<OperationResult>
}

export interface ControllerOptions extends Omit<Acts, 'launchd'> {
  readonly launchdUntil: (deadline: number, lookGraceMs?: number) => Launchd
  readonly memory: ServiceMemory
  readonly activityLog: ActivityLog
  /** What has a command mean this service, with a space before each word: ` --profile work`. */
  readonly flags: string
  /** Keeps other processes of Caduceus away from the service; undefined = another one is still at work. */
  readonly hold: (
    what: string,
    options: { timeoutMs: number; signal?: AbortSignal; onWait: (holder: Holder | undefined) => void },
  ) => Promise<OperationLock | undefined>
}

/** How long launchd may take to answer a look that nobody set a limit for, in milliseconds. */
const lookMs = 10_000

export function createController(options: ControllerOptions): Controller {
  const { gateway, memory, clock, activityLog } = options
  const { service } = gateway
  let previous: Observation | undefined
  let failedRuns: Memory['failedRuns'] = []
  const queue = createOperationQueue(run)

  /** One look and what it means; runs that failed are remembered from look to look while this controller lives. */
  async function look(timeoutMs = lookMs): Promise<{ observation: Observation; memory: Memory; condition: Condition }> {
    const [observation, recalled] = await Promise.all([
      observe({ ...options, launchd: options.launchdUntil(clock.now() + timeoutMs) }),
      memory.recall(),
    ])
    const now = adopt(remember({ ...recalled, failedRuns }, previous, observation), observation)
    previous = observation
    failedRuns = now.failedRuns
    if (recalled.intent !== now.intent && startedSince(recalled, observation)) {
      // Somebody started it elsewhere: from now on a gateway that is down is an outage again.
      await memory.want(now.intent, observation.at).catch(() => undefined)
    }
    if (recalled.blockedAt !== undefined && now.blockedAt === undefined) {
      await memory.noteBlocked(undefined).catch(() => undefined)
    }
    return { observation, memory: now, condition: judge(observation, now) }
  }

  async function run(goal: Goal, operation: OperationOptions): Promise<OperationResult> {
    const beganAt = clock.now()
    const lock = await options.hold(`caduceus ${goal.kind}`, {
      timeoutMs: operation.timeoutMs,
      ...(operation.signal === undefined ? {} : { signal: operation.signal }),
      onWait: (holder) => operation.onStep?.(waitingFor(holder)),
    })
    if (lock === undefined) return notHeld(goal, beganAt, operation)
    try {
      const left = operation.timeoutMs - (clock.now() - beganAt)
      const signals = [lock.lost, ...(operation.signal === undefined ? [] : [operation.signal])]
      const before = await memory.recall()
      const intent = goal.kind === 'stop' ? 'stopped' : 'running'
      const wanted = goal.by === 'person' ? remembering(memory.want(intent, clock.now())) : undefined
      // Loaded only now, as planning is below: a look should not wait for what it never calls.
      const { reconcile } = await import('./reconciler.ts')
      const result = await reconcile(
        goal,
        { ...options, recall: memory.recall, record: activityLog.record },
        { ...operation, timeoutMs: left, signal: AbortSignal.any(signals) },
      )
      await wanted
      if (result.outcome !== 'done' && result.steps.every(({ outcome }) => outcome === 'waiting')) {
        // Nothing was done, so nothing is wanted otherwise than before.
        await remembering(memory.want(before.intent, before.intentSince ?? clock.now()))
      }
      if (result.condition.id === 'blocked') await remembering(memory.noteBlocked(clock.now()))
      else if (result.outcome === 'done') await remembering(memory.noteBlocked(undefined))
      return addressResult(lock.lost.aborted ? overtaken(result) : result, options.flags)
    } finally {
      // A lock that was lost meanwhile belongs to another process now.
      if (!lock.lost.aborted) await lock.release().catch(() => undefined)
    }
  }

  function waitingFor(holder: Holder | undefined): StepReport {
    const who =
      holder === undefined ? 'another process' : `\`${holder.what}\` (pid ${holder.pid}, since ${holder.since})`
    return {
      at: new Date(clock.now()).toISOString(),
      label: service.label,
      step: 'wait',
      outcome: 'waiting',
      text: `Waiting until ${who} has finished with ${service.label}`,
    }
  }

  async function notHeld(goal: Goal, beganAt: number, operation: OperationOptions): Promise<OperationResult> {
    const { condition } = await look()
    const cancelled = operation.signal?.aborted === true
    return {
      label: service.label,
      goal: goal.kind,
      outcome: cancelled ? 'cancelled' : 'refused',
      message: cancelled ? 'Cancelled; nothing was changed.' : 'Another command is still at work on this gateway.',
      next: 'Wait for it to end, then run the same command again.',
      condition: addressCondition(condition, options.flags),
      steps: [],
      durationMs: clock.now() - beganAt,
    }
  }

  return {
    service,
    async status(timeoutMs) {
      const seen = await look(timeoutMs)
      return serviceStatus(seen.observation, seen.memory, addressCondition(seen.condition, options.flags))
    },
    async foresee(goal) {
      const { observation, condition, memory: now } = await look()
      const { plan } = await import('./plan.ts')
      const next = plan({
        goal,
        observation,
        condition: judge(observation, memoryFor(goal, now)),
        progress: { beganAt: observation.at, ...replaced(goal), done: [] },
      })
      return addressPlanned(
        { label: service.label, goal: goal.kind, ...foreseen(next, condition, service.plistPath) },
        options.flags,
      )

      function replaced({ kind }: Goal) {
        const pid = jobPid(observation)
        return kind === 'restart' && pid !== undefined ? { replacedPid: pid } : {}
      }
    },
    request: (goal, operation) => queue.request(goal, operation),
  }
}

/** A memory that cannot be written must not undo what was done. */
async function remembering(write: Promise<void>): Promise<void> {
  await write.catch(() => undefined)
}

/** This process slept for so long that another one took the service over: nobody pressed Ctrl-C. */
function overtaken(result: OperationResult): OperationResult {
  if (result.outcome !== 'cancelled') return result
  return {
    ...result,
    outcome: 'failed',
    message: `Another Caduceus took over while this one was paused. ${result.condition.reason}`,
    next: 'Look at it with `caduceus status`.',
  }
}
