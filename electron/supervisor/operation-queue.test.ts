import { describe, expect, it } from 'vitest'
import type { OperationResult, StepReport } from '../contract/operation.ts'
import { judge } from './condition.ts'
import { observed, remembering, service } from './fixtures/observations.ts'
import { createOperationQueue } from './operation-queue.ts'
import type { Goal } from './plan.ts'
import type { OperationOptions } from './reconciler.ts'

const start: Goal = { kind: 'start', by: 'person' }
const stop: Goal = { kind: 'stop', by: 'person' }
const automatic: Goal = { kind: 'repair', by: 'automatic' }
const options: OperationOptions = { timeoutMs: 1000 }

interface Running {
  readonly goal: Goal
  readonly options: OperationOptions
  /** Ends the operation; `cancelled` where it was told to end. */
  end(): void
  fail(error: Error): void
}

/** A queue whose operations run until the test ends them. */
function queueUnderTest() {
  const running: Running[] = []
  const queue = createOperationQueue(
    (goal, options) =>
      new Promise((resolve, reject) => {
        const end = () => resolve(result(goal, options.signal?.aborted ? 'cancelled' : 'done'))
        running.push({ goal, options, end, fail: reject })
      }),
  )
  /** The operation that began as the n-th, once it has begun. */
  const begun = async (n: number): Promise<Running> => {
    await settle()
    const operation = running[n]
    if (operation === undefined) throw new Error(`operation ${n} has not begun`)
    return operation
  }
  return { queue, running, begun }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

function result(goal: Goal, outcome: OperationResult['outcome']): OperationResult {
  const condition = judge(observed(), remembering())
  return { label: service.label, goal: goal.kind, outcome, message: 'x', condition, steps: [], durationMs: 1 }
}

const step: StepReport = { at: '', label: service.label, step: 'bootstrap', outcome: 'done', text: 'Loaded' }

describe('createOperationQueue', () => {
  it('runs one operation at a time', async () => {
    const { queue, running, begun } = queueUnderTest()
    const first = queue.request(start, options)
    const second = queue.request(stop, options)
    await settle()
    expect(running).toHaveLength(1)
    const before = await begun(0)
    before.end()
    await first
    const after = await begun(1)
    expect(after.goal).toBe(stop)
    after.end()
    expect(await second).toMatchObject({ outcome: 'done', goal: 'stop' })
  })

  it('lets the newest goal win: what is under way is cancelled between two steps', async () => {
    const { queue, begun } = queueUnderTest()
    const first = queue.request(start, options)
    const operation = await begun(0)
    const second = queue.request(stop, options)
    expect(operation.options.signal?.aborted).toBe(true)
    operation.end()
    expect(await first).toMatchObject({ outcome: 'cancelled' })
    const after = await begun(1)
    expect(after.options.signal?.aborted).toBe(false)
    after.end()
    await second
  })

  it('passes over a goal that was displaced before it began: it only learns that', async () => {
    const { queue, begun } = queueUnderTest()
    const first = queue.request(start, options)
    const displaced = queue.request(stop, options)
    const last = queue.request(start, options)
    const operation = await begun(0)
    operation.end()
    await first
    const second = await begun(1)
    expect(second.options.signal?.aborted).toBe(true)
    second.end()
    expect(await displaced).toMatchObject({ outcome: 'cancelled' })
    const third = await begun(2)
    third.end()
    expect(await last).toMatchObject({ outcome: 'done', goal: 'start' })
  })

  it('shares one operation among equal requests: each hears the steps and gets the result', async () => {
    const { queue, running, begun } = queueUnderTest()
    const heard: string[] = []
    const one = queue.request(start, { ...options, onStep: () => heard.push('one') })
    const other = queue.request(start, { ...options, onStep: () => heard.push('other') })
    const operation = await begun(0)
    operation.options.onStep?.(step)
    operation.end()
    expect(await one).toBe(await other)
    expect(heard).toEqual(['one', 'other'])
    expect(running).toHaveLength(1)
  })

  it('begins anew for an equal request after the end', async () => {
    const { queue, running, begun } = queueUnderTest()
    const first = queue.request(start, options)
    const operation = await begun(0)
    operation.end()
    await first
    const second = queue.request(start, options)
    const again = await begun(1)
    again.end()
    await second
    expect(running).toHaveLength(2)
  })

  it('cancels a shared operation only when the last of its callers gives up', async () => {
    const { queue, begun } = queueUnderTest()
    const one = new AbortController()
    const other = new AbortController()
    const first = queue.request(start, { ...options, signal: one.signal })
    const second = queue.request(start, { ...options, signal: other.signal })
    const operation = await begun(0)
    one.abort()
    expect(operation.options.signal?.aborted).toBe(false)
    other.abort()
    expect(operation.options.signal?.aborted).toBe(true)
    operation.end()
    await Promise.all([first, second])
  })

  it('does not let a caller who gives up on one operation cancel the one after it', async () => {
    const { queue, begun } = queueUnderTest()
    const cancel = new AbortController()
    const first = queue.request(start, options)
    const joined = queue.request(start, { ...options, signal: cancel.signal })
    const operation = await begun(0)
    const later = queue.request(stop, options)
    operation.end()
    await Promise.all([first, joined])
    const after = await begun(1)
    cancel.abort()
    expect(after.options.signal?.aborted).toBe(false)
    after.end()
    expect(await later).toMatchObject({ outcome: 'done' })
  })

  it('tells an operation whose caller had given up before it began', async () => {
    const { queue, begun } = queueUnderTest()
    const request = queue.request(start, { ...options, signal: AbortSignal.abort() })
    const operation = await begun(0)
    expect(operation.options.signal?.aborted).toBe(true)
    operation.end()
    expect(await request).toMatchObject({ outcome: 'cancelled' })
  })

  it('never lets a repair by itself displace what a person asked for', async () => {
    const { queue, running, begun } = queueUnderTest()
    const person = queue.request(stop, options)
    const operation = await begun(0)
    const repair = queue.request(automatic, options)
    expect(operation.options.signal?.aborted).toBe(false)
    operation.end()
    expect(await repair).toBe(await person)
    expect(running).toHaveLength(1)
  })

  it('lets a person displace a repair by itself', async () => {
    const { queue, begun } = queueUnderTest()
    const repair = queue.request(automatic, options)
    const operation = await begun(0)
    const person = queue.request({ kind: 'repair', by: 'person' }, options)
    expect(operation.options.signal?.aborted).toBe(true)
    operation.end()
    await repair
    const after = await begun(1)
    after.end()
    expect(await person).toMatchObject({ outcome: 'done' })
  })

  it('goes on after an operation that failed in its own way', async () => {
    const { queue, begun } = queueUnderTest()
    const first = queue.request(start, options)
    const second = queue.request(stop, options)
    const operation = await begun(0)
    operation.fail(new Error('the state folder cannot be written'))
    await expect(first).rejects.toThrow('state folder')
    const after = await begun(1)
    after.end()
    expect(await second).toMatchObject({ outcome: 'done' })
  })
})
