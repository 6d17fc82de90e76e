import type { OperationResult, StepReport } from '../contract/operation.ts'
import type { Gateway } from '../hermes/gateway.ts'
import type { Launchd } from '../launchd/launchd.ts'
import { type Acts, carryOut, type StepOutcome } from './carry-out.ts'
import { judge } from './condition.ts'
import type { Memory, Observation } from './observation.ts'
import { jobPid } from './observation.ts'
import { type Known, observe } from './observe.ts'
import { type Ending, endOf, interruption } from './operation-ending.ts'
import { type Goal, plan } from './plan.ts'
import { remember } from './run-history.ts'
import { memoryFor } from './service-memory.ts'
import type { DoneStep, Progress, Step } from './step.ts'
import { duration } from './words.ts'

export interface OperationOptions {
  /** One deadline for all steps together, in milliseconds. */
  readonly timeoutMs: number
  /** Ends the operation between two steps; a step that has begun is finished. */
  readonly signal?: AbortSignal
  /** Hears each step as it happens. */
  readonly onStep?: (step: StepReport) => void
}

export interface Actors extends Omit<Acts, 'launchd'> {
  /**
   * launchd, with every call cut short at this time (milliseconds since 1970), looks a little later: one deadline runs
   * through all steps.
   */
  readonly launchdUntil: (deadline: number, lookGraceMs?: number) => Launchd
  /** What the past says, read before each operation. */
  readonly recall: () => Promise<Memory>
  /** Is told every step and every end, for the activity log. */
  readonly record: (entry: StepReport | OperationResult) => Promise<void>
}

/** How soon after an act reality is looked at again, and the longest pause between two looks, in milliseconds. */
const firstPauseMs = 20
const longestPauseMs = 500
/** How long the last look may take past the deadline, in milliseconds: the verdict must rest on what is, not on haste. */
const lastLookMs = 2_000

/**
 * Brings one service to a goal: observe, plan, do the first step, observe again. The next step is always planned from
 * what was seen, never from what a verb claimed, so a step that silently failed is met by another plan, not by belief.
 */
export async function reconcile(goal: Goal, actors: Actors, options: OperationOptions): Promise<OperationResult> {
  const { clock, gateway } = actors
  const { label, plistPath } = gateway.service
  const beganAt = clock.now()
  const deadline = beganAt + options.timeoutMs
  const acts: Acts = { ...actors, launchd: actors.launchdUntil(deadline, lastLookMs) }
  const reports: StepReport[] = []
  let memory = memoryFor(goal, await actors.recall())
  let progress: Progress = { beganAt, done: [] }
  let previous: Observation | undefined
  let pause = firstPauseMs

  for (;;) {
    const news = listen(gateway, options.signal)
    try {
      const observation = await observe(acts, { ...known(previous, progress), news: news.heard })
      memory = remember(memory, previous, observation)
      if (previous === undefined && goal.kind === 'restart') progress = withReplaced(progress, jobPid(observation))
      const condition = judge(observation, memory)
      const fresh = freshPid(observation, previous, progress)
      if (fresh !== undefined) {
        report({ step: 'started', outcome: 'done', text: 'Started: launchd runs it', evidence: `pid ${fresh}` })
      }
      previous = observation

      const next = plan({ goal, observation, condition, progress })
      if (next.verdict !== 'steps') return await conclude(endOf(next, observation, condition))
      const [step] = next.steps
      const ended = interruption({ goal, options, deadline, now: clock.now(), condition, progress, step })
      if (ended !== undefined) return await conclude(ended)

      if (step.kind === 'wait') {
        reportWait(`Waiting until ${step.until}`)
        // The first look after an act may already meet the news; after that the news itself ends the pause.
        const ms = step.announced === true && pause > firstPauseMs ? longestPauseMs : pause
        await clock.sleep(Math.max(0, Math.min(ms, deadline - clock.now())), news.heard)
        pause = Math.min(pause * 2, longestPauseMs)
        continue
      }
      const throttled = step.kind === 'kickstart' ? throttleLeft(observation) : 0
      if (throttled > 1000) reportWait(`Waiting until the pause between two starts is over: ${duration(throttled)}`)
      const outcome = await carryOut(step, acts, plistPath)
      progress = { ...progress, done: [...progress.done, doneStep(step, clock.now(), outcome)] }
      report({
        step: step.kind,
        outcome: outcome.ok ? 'done' : 'failed',
        text: outcome.text,
        ...evidence(outcome),
      })
      pause = firstPauseMs
    } finally {
      news.stop()
    }
  }

  function report(step: Omit<StepReport, 'at' | 'label'>): void {
    const line: StepReport = { at: new Date(clock.now()).toISOString(), label, ...step }
    reports.push(line)
    options.onStep?.(line)
    // Written in order and waited for at the end: a slow disk must not slow down a repair.
    void actors.record(line)
  }

  /** Says what is waited for once, however often it is looked at meanwhile. */
  function reportWait(text: string): void {
    if (reports.at(-1)?.text !== text) report({ step: 'wait', outcome: 'waiting', text })
  }

  async function conclude(ending: Ending): Promise<OperationResult> {
    const result: OperationResult = {
      label,
      goal: goal.kind,
      ...ending,
      steps: reports,
      durationMs: clock.now() - beganAt,
    }
    await actors.record(result)
    return result
  }
}

/** How long launchd will still hold a start back, in milliseconds: a kickstart blocks for so long (V-KICKSTART-4). */
function throttleLeft({ at, job, gateway }: Observation): number {
  const startedAt = gateway.jobStartedAt ?? gateway.recentStarts.at(-1)
  if (job.seen !== 'job' || startedAt === undefined) return 0
  return startedAt + (job.report.minimumRuntimeSeconds ?? 10) * 1000 - at
}

/** Hears news of the gateway from now on, so that none is missed while a look is under way. */
function listen(gateway: Gateway, signal: AbortSignal | undefined): { readonly heard: AbortSignal; stop(): void } {
  const stopped = new AbortController()
  const heard = new AbortController()
  const until = signal === undefined ? stopped.signal : AbortSignal.any([stopped.signal, signal])
  void gateway.nextNews(until).then(() => heard.abort())
  return { heard: heard.signal, stop: () => stopped.abort() }
}

/** The override counts as known until a step has changed it, or launchd has refused a load that it may have forbidden. */
function known(previous: Observation | undefined, { done }: Progress): Known {
  const last = done.at(-1)
  const doubtful = last?.kind === 'enable' || (last?.kind === 'bootstrap' && last.claim !== 'done')
  return previous === undefined || previous.override === 'unknown' || doubtful ? {} : { override: previous.override }
}

/** The pid that launchd shows for the first time after this operation has done something. */
function freshPid(now: Observation, before: Observation | undefined, progress: Progress): number | undefined {
  const pid = jobPid(now)
  if (pid === undefined || before === undefined || progress.done.length === 0) return undefined
  return pid === jobPid(before) || pid === progress.replacedPid ? undefined : pid
}

function withReplaced(progress: Progress, pid: number | undefined): Progress {
  return pid === undefined ? progress : { ...progress, replacedPid: pid }
}

function doneStep(step: Step, at: number, outcome: StepOutcome): DoneStep {
  return {
    kind: step.kind,
    at,
    ...(outcome.claim === undefined ? {} : { claim: outcome.claim }),
    ...(outcome.failure === undefined ? {} : { failure: outcome.failure }),
  }
}

function evidence(outcome: { readonly evidence?: string }): { evidence?: string } {
  return outcome.evidence === undefined ? {} : { evidence: outcome.evidence }
}
