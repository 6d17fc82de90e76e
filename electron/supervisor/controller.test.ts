import { describe, expect, it } from 'vitest'
import type { Intent } from '../contract/service-status.ts'
import { type ControllerOptions, createController } from './controller.ts'
import { minute, second, service } from './fixtures/observations.ts'
import { definitionText, World, type WorldOptions } from './fixtures/world.ts'
import type { Memory } from './observation.ts'
import type { Goal } from './plan.ts'
import type { ServiceMemory } from './service-memory.ts'

const start: Goal = { kind: 'start', by: 'person' }
const stop: Goal = { kind: 'stop', by: 'person' }
const automatic: Goal = { kind: 'repair', by: 'automatic' }
const options = { timeoutMs: minute }

/** A controller of one world, with a memory and a lock that the test can see. */
async function controllerOf(worldOptions: WorldOptions = {}, differences: Partial<ControllerOptions> = {}) {
  const world = await World.create(worldOptions)
  const memory = rememberingIn({ intent: worldOptions.intent ?? 'running' })
  const locks: string[] = []
  const controller = createController({
    ...world.actors(),
    memory,
    activityLog: { record: async (entry) => void world.recorded.push(entry) },
    flags: '',
    hold: async (what) => {
      locks.push(`${what} holds`)
      return { lost: new AbortController().signal, release: async () => void locks.push(`${what} releases`) }
    },
    ...differences,
  })
  return { world, controller, memory, locks }
}

function rememberingIn(first: { readonly intent: Intent; readonly intentSince?: number }): ServiceMemory & {
  readonly held: () => Memory
} {
  let held: Memory = { ...first, failedRuns: [] }
  return {
    held: () => held,
    recall: async () => held,
    want: async (intent, at) => {
      held = { ...held, intent, intentSince: at }
    },
    noteBlocked: async (at) => {
      const { blockedAt: _, ...rest } = held
      held = at === undefined ? rest : { ...rest, blockedAt: at }
    },
  }
}

describe('status', () => {
  it('tells what was seen, and what of it', async () => {
    const { controller, world } = await controllerOf({ begins: 'running' })
    expect(await controller.status(second)).toEqual({
      label: service.label,
      profile: 'default',
      home: service.home,
      definition: service.plistPath,
      domain: 'gui/501',
      condition: expect.objectContaining({ id: 'running', light: 'ok' }),
      intent: 'running',
      pid: 500,
      gatewayPid: 500,
      uptimeSeconds: 3600,
      runs: 1,
      observedAt: expect.stringMatching(/^2026-11-22T13:00:0/),
    })
    expect(world.mutations).toEqual([])
  })

  it('takes no longer than it may when launchd does not answer', async () => {
    const { controller, world } = await controllerOf({ begins: 'running', hangs: ['print', 'print-disabled'] })
    const before = world.clock.now()
    expect(await controller.status(second)).toMatchObject({ condition: { id: 'unknown' } })
    expect(world.clock.now() - before).toBeLessThanOrEqual(second)
  })

  it('remembers failed runs from look to look', async () => {
    const crash = { upAfter: minute, exits: { after: 400, code: 1 } }
    const { controller, world } = await controllerOf({ runs: [crash, crash, crash, crash, crash] })
    const launchd = world.actors().launchdUntil(Number.POSITIVE_INFINITY)
    await launchd.bootstrap(service.plistPath)
    const seen: string[] = []
    for (let looks = 0; looks < 60; looks += 1) {
      await world.clock.sleep(500)
      seen.push((await controller.status(second)).condition.id)
    }
    expect(seen[0]).toBe('waiting')
    expect(seen.at(-1)).toBe('crash-looping')
  })

  it('takes a gateway that somebody started elsewhere after a stop as wanted, for good', async () => {
    const { controller, world, memory } = await controllerOf({ begins: 'running' })
    await controller.request(stop, options)
    expect(memory.held().intent).toBe('stopped')
    await world.clock.sleep(second)
    world.reload()
    await world.clock.sleep(second)
    expect(await controller.status(second)).toMatchObject({ intent: 'running' })
    world.vanish()
    expect(await controller.status(second)).toMatchObject({ intent: 'running', condition: { id: 'unloaded' } })
  })

  it('does not take what is about to be stopped as wanted', async () => {
    const { controller, memory } = await controllerOf({ begins: 'running' })
    await memory.want('stopped', Number.MAX_SAFE_INTEGER)
    await controller.status(second)
    expect(memory.held().intent).toBe('stopped')
  })
})

describe('foresee', () => {
  it('lists what a start would do, and does nothing', async () => {
    const { controller, world } = await controllerOf({ definition: null, intent: 'stopped' })
    expect(await controller.foresee(start)).toEqual({
      label: service.label,
      goal: 'start',
      verdict: 'steps',
      steps: [
        { step: 'write-definition', text: expect.stringContaining(service.plistPath) },
        { step: 'bootstrap', text: 'Load the definition into launchd' },
        { step: 'wait', text: 'Wait until a fresh process is up' },
      ],
      condition: 'stopped',
    })
    expect([world.mutations, world.file]).toEqual([[], undefined])
  })

  it.each<[string, WorldOptions, Goal, object]>([
    ['that there is nothing to do', { begins: 'running' }, start, { verdict: 'met', steps: [] }],
    ['that it would refuse', { begins: 'detached' }, start, { verdict: 'refused', condition: 'detached' }],
    ['that it cannot tell', { hangs: ['print'] }, start, { verdict: 'unknown', condition: 'unknown' }],
    [
      'that a restart would end the process',
      { begins: 'running' },
      { kind: 'restart', by: 'person' },
      { verdict: 'steps', steps: [{ step: 'kickstart' }] },
    ],
  ])('says %s', async (_, worldOptions, goal, expected) => {
    const { controller } = await controllerOf(worldOptions)
    expect(await controller.foresee(goal)).toMatchObject(expected)
  })

  it('foresees for a stopped gateway what the request will then do', async () => {
    const { controller, world } = await controllerOf({ begins: 'loaded', intent: 'stopped' })
    const foreseen = await controller.foresee(start)
    await controller.request(start, options)
    expect(foreseen.steps.map(({ step }) => step)).toContain(world.mutations[0])
  })
})

describe('request', () => {
  it('holds the service meanwhile, remembers what was asked for, and lets go', async () => {
    const { controller, memory, locks } = await controllerOf({ begins: 'running' })
    expect(await controller.request(stop, options)).toMatchObject({ outcome: 'done' })
    expect(memory.held().intent).toBe('stopped')
    expect(locks).toEqual(['caduceus stop holds', 'caduceus stop releases'])
  })

  it('does not let a repair by itself undo a stop that was meant', async () => {
    const { controller, memory, world } = await controllerOf({ begins: 'running' })
    await controller.request(stop, options)
    expect(await controller.request(automatic, options)).toMatchObject({
      outcome: 'refused',
      condition: { id: 'stopped' },
    })
    expect([memory.held().intent, world.alive]).toEqual(['stopped', []])
  })

  it('remembers that macOS blocks it, until it no longer does', async () => {
    const { controller, memory } = await controllerOf({ bootstraps: ['0 and gone', '0 and gone'] })
    expect(await controller.request(start, options)).toMatchObject({ outcome: 'refused', condition: { id: 'blocked' } })
    expect(await controller.status(second)).toMatchObject({ condition: { id: 'blocked' } })
    expect(await controller.request(start, options)).toMatchObject({ outcome: 'done' })
    expect(memory.held().blockedAt).toBeUndefined()
  })

  it('is refused while another process is at work, and says so meanwhile', async () => {
    const heard: string[] = []
    const { controller, world } = await controllerOf(
      { definition: null },
      {
        hold: async (_, { onWait }) => {
          onWait({ pid: 77, what: 'caduceus restart', since: '2026-11-22T12:00:00.000Z' })
          return undefined
        },
      },
    )
    const result = await controller.request(start, { ...options, onStep: ({ text }) => heard.push(text) })
    expect(result).toMatchObject({ outcome: 'refused', condition: { id: 'definition-missing' }, steps: [] })
    expect(heard).toEqual([expect.stringContaining('`caduceus restart` (pid 77, since 2026-11-22T12:00:00.000Z)')])
    expect([world.mutations, world.file]).toEqual([[], undefined])
  })

  it('names this very gateway in what it offers', async () => {
    const { controller } = await controllerOf(
      { definition: null, kept: [definitionText()] },
      { flags: ' --profile work' },
    )
    const { condition } = await controller.status(minute)
    expect(condition.actions[0]?.command).toBe('caduceus start --profile work')
  })

  it('wants what was wanted before when it is refused without having done anything', async () => {
    const { controller, memory } = await controllerOf({ hangs: ['print'] }, {})
    expect(await controller.request(stop, options)).toMatchObject({ outcome: 'unknown' })
    expect(memory.held().intent).toBe('running')
  })

  it('ends between two steps when the lock is lost, and leaves it to its new holder', async () => {
    const lost = new AbortController()
    const released: string[] = []
    const { controller, world } = await controllerOf(
      { definition: null, kept: [definitionText()] },
      { hold: async () => ({ lost: lost.signal, release: async () => void released.push('released') }) },
    )
    const result = await controller.request(start, { ...options, onStep: () => lost.abort() })
    expect(result).toMatchObject({ outcome: 'failed', message: expect.stringMatching(/^Another Caduceus took over/) })
    expect([world.mutations, released]).toEqual([[], []])
  })
})
