import type { OperationResult, StepReport } from '../contract/operation.ts'
import type { Goal } from './plan.ts'
import type { OperationOptions } from './reconciler.ts'

export interface OperationQueue {
  /** Resolves with the result of the operation that served this request; never rejects for what launchd does. */
  request(goal: Goal, options: OperationOptions): Promise<OperationResult>
}

interface Running {
  readonly goal: Goal
  readonly result: Promise<OperationResult>
  readonly listeners: Set<(step: StepReport) => void>
  readonly abort: AbortController
  /** Callers that have not given up on it. */
  callers: number
}

/**
 * One operation at a time for a service. The newest goal wins: it cancels what is under way between two steps and takes
 * its place. Equal requests share one operation, and each caller hears its steps and gets its result; it is cancelled
 * when the last of them gives up. A repair by itself never displaces what a person asked for: it gets that result.
 */
export function createOperationQueue(
  run: (goal: Goal, options: OperationOptions) => Promise<OperationResult>,
): OperationQueue {
  let newest: Running | undefined

  return {
    request(goal, options) {
      if (newest !== undefined && !newest.abort.signal.aborted && serves(newest.goal, goal)) {
        if (options.onStep !== undefined) newest.listeners.add(options.onStep)
        follow(newest, options.signal)
        return newest.result
      }
      const before = newest
      before?.abort.abort()
      const abort = new AbortController()
      const listeners = new Set(options.onStep === undefined ? [] : [options.onStep])
      const result = (async () => {
        // The one before may have failed in its own way; that was told to its own caller.
        await before?.result.catch(() => undefined)
        return run(goal, {
          ...options,
          signal: abort.signal,
          onStep: (step) => {
            for (const listener of listeners) listener(step)
          },
        })
      })()
      const running: Running = { goal, result, listeners, abort, callers: 0 }
      follow(running, options.signal)
      newest = running
      const forget = () => {
        if (newest === running) newest = undefined
      }
      result.then(forget, forget)
      return result
    },
  }
}

function serves(running: Goal, asked: Goal): boolean {
  if (asked.by === 'automatic' && running.by === 'person') return true
  return running.kind === asked.kind && running.by === asked.by
}

function follow(running: Running, signal: AbortSignal | undefined): void {
  running.callers += 1
  const giveUp = () => {
    running.callers -= 1
    if (running.callers === 0) running.abort.abort()
  }
  if (signal?.aborted === true) giveUp()
  else signal?.addEventListener('abort', giveUp, { once: true })
}
