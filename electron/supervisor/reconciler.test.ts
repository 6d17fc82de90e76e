import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GoalKind, OperationResult, StepReport } from '../contract/operation.ts'
import { minute, second, service } from './fixtures/observations.ts'
import { definitionText, gatewayProgram, type Run, World, type WorldOptions } from './fixtures/world.ts'
import type { Goal } from './plan.ts'
import { type OperationOptions, reconcile } from './reconciler.ts'

const automatic: Goal = { kind: 'repair', by: 'automatic' }

/** Works towards a goal in a world, and sees to it that what must never happen did not. */
async function bring(
  world: World,
  goal: GoalKind | Goal,
  options: Partial<OperationOptions> = {},
): Promise<OperationResult> {
  const wanted: Goal = typeof goal === 'string' ? { kind: goal, by: 'person' } : goal
  const { timeoutMs = 2 * minute } = options
  const result = await reconcile(wanted, world.actors(), { ...options, timeoutMs })
  expectSound(world, result, timeoutMs)
  return result
}

function expectSound(world: World, result: OperationResult, timeoutMs: number): void {
  expect(world.violations).toEqual([])
  expect(world.lost).toEqual([])
  expect(world.mutations.length).toBeLessThanOrEqual(20)
  expect(result.durationMs).toBeLessThanOrEqual(timeoutMs + 3 * second)
  expect(result.message).not.toBe('')
  expect(JSON.stringify([result, world.recorded])).not.toContain('secret-of-')
  expect(world.recorded.at(-1)).toBe(result)
  expect(world.recorded.slice(0, -1)).toEqual(result.steps)
  if (result.outcome !== 'done') expect(result.next ?? '').not.toBe('')
  else if (result.goal === 'stop') expect([world.job, world.alive]).toEqual([undefined, []])
  else expect([world.alive, world.job?.pid]).toEqual([[result.pid], result.pid])
}

const stepsOf = ({ steps }: OperationResult) => steps.filter(({ step }) => step !== 'wait').map(({ step }) => step)

describe('reconcile', () => {
  it('start recreates a missing plist, loads it and starts the service', async () => {
    const proven = definitionText({ note: 'edited by hand' })
    const world = await World.create({ definition: null, kept: [proven] })
    const result = await bring(world, 'start')
    expect(result).toMatchObject({ goal: 'start', outcome: 'done', condition: { id: 'running' } })
    expect(stepsOf(result)).toEqual(['write-definition', 'bootstrap', 'started'])
    expect(world.file).toBe(proven)
    expect(world.mutations).toEqual(['bootstrap'])
    expect(result.durationMs).toBeLessThan(2 * second)
  })

  it('start writes the definition anew where no copy was kept', async () => {
    const world = await World.create({ definition: null })
    expect(await bring(world, 'start')).toMatchObject({ outcome: 'done' })
    expect(world.file).toBe(definitionText({ note: 'template' }))
  })

  it('start keeps a broken definition before it replaces it', async () => {
    const world = await World.create({ definition: '<plist><dict>' })
    expect(await bring(world, 'start')).toMatchObject({ outcome: 'done' })
    expect(world.vault.map(({ text }) => text)).toContain('<plist><dict>')
  })

  it('changes nothing for a start of what runs', async () => {
    const world = await World.create({ begins: 'running' })
    expect(await bring(world, 'start')).toMatchObject({
      outcome: 'done',
      message: 'Already running with pid 500.',
      steps: [],
    })
    expect(world.mutations).toEqual([])
  })

  it('puts a plist back under a gateway that runs, and lets it run', async () => {
    const world = await World.create({ begins: 'running' })
    const [pid] = world.alive
    world.vault.push({ text: definitionText(), valid: true, at: 0, proven: false })
    world.file = undefined
    expect(await bring(world, automatic)).toMatchObject({ outcome: 'done', pid })
    expect(world.mutations).toEqual([])
  })

  describe('bootstrap', () => {
    it('says 5 once while launchd lets go of the label, and then works (E-MASK-7)', async () => {
      const world = await World.create({ bootstraps: [5] })
      const result = await bring(world, 'start')
      expect(result).toMatchObject({ outcome: 'done' })
      expect(stepsOf(result)).toEqual(['bootstrap', 'bootstrap', 'started'])
      expect(result.steps[0]).toMatchObject({ outcome: 'failed', evidence: expect.stringContaining('→ 5') })
    })

    it('says 5 every time: blocked, with what to do', async () => {
      const world = await World.create({ everyBootstrap: 5 })
      const result = await bring(world, 'start')
      expect(result).toMatchObject({ outcome: 'refused', condition: { id: 'blocked', light: 'failed' } })
      expect(result.next).toContain('Login Items')
      expect(world.mutations).toHaveLength(7)
    })

    it('says 0 and the label is not there, twice: blocked (R-BTM-3)', async () => {
      const world = await World.create({ everyBootstrap: '0 and gone' })
      const result = await bring(world, 'start')
      expect(result).toMatchObject({ outcome: 'refused', condition: { id: 'blocked' } })
      expect(world.mutations).toEqual(['bootstrap', 'bootstrap'])
    })

    it('says 0 and the label is not there, once: it is tried again', async () => {
      const world = await World.create({ bootstraps: ['0 and gone'] })
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'done' })
    })

    it('says 119: the override is cleared for a person, not for a repair', async () => {
      const forPerson = await World.create({ bootstraps: [119] })
      expect(await bring(forPerson, 'start')).toMatchObject({ outcome: 'done' })
      expect(forPerson.mutations).toEqual(['bootstrap', 'enable', 'bootstrap'])
      const forRepair = await World.create({ bootstraps: [119] })
      expect(await bring(forRepair, automatic)).toMatchObject({ outcome: 'refused', condition: { id: 'disabled' } })
    })

    it('says that this user may not: failed at once', async () => {
      const world = await World.create({ everyBootstrap: 1 })
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'failed' })
      expect(world.mutations).toEqual(['bootstrap'])
    })
  })

  describe('launchctl', () => {
    it.each(['start', 'stop', 'restart', 'repair'] as const)(
      'never answers print: %s is unknown and nothing is changed (C-TRUST-1)',
      async (goal) => {
        const world = await World.create({ begins: 'running', hangs: ['print'] })
        const result = await bring(world, goal)
        expect(result).toMatchObject({ outcome: 'unknown', condition: { id: 'unknown', light: 'unknown' } })
        expect(world.mutations).toEqual([])
        expect(world.alive).toHaveLength(1)
      },
    )

    it('never answers bootstrap: the deadline ends it, with what is true', async () => {
      const world = await World.create({ hangs: ['bootstrap'] })
      const result = await bring(world, 'start', { timeoutMs: 40 * second })
      expect(result).toMatchObject({ outcome: 'failed', condition: { id: 'unloaded' } })
      expect(result.next).toBe('Run `caduceus start`.')
    })

    it('never answers print-disabled: the start succeeds all the same', async () => {
      const world = await World.create({ hangs: ['print-disabled'] })
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'done' })
    })

    it.each(['start', 'stop', 'restart', 'repair'] as const)('knows no session: %s is refused', async (goal) => {
      const world = await World.create({ noSession: true })
      expect(await bring(world, goal)).toMatchObject({ outcome: 'refused', condition: { id: 'no-session' } })
      expect(world.mutations).toEqual([])
    })

    it.each(['start', 'restart', 'repair'] as const)(
      'says 0 to everything and does nothing: %s is never done',
      async (goal) => {
        const world = await World.create({ everyBootstrap: '0 and gone', enableIsInVain: true, override: 'disabled' })
        const { outcome } = await bring(world, goal)
        expect(['refused', 'failed']).toContain(outcome)
      },
    )
  })

  describe('a disabled override', () => {
    it('is cleared by a start of a person', async () => {
      const world = await World.create({ override: 'disabled' })
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'done' })
      expect(world.mutations).toEqual(['enable', 'bootstrap'])
    })

    it.each<[string, Goal]>([
      ['a repair of a person', { kind: 'repair', by: 'person' }],
      ['a repair by itself', automatic],
    ])('is left alone by %s, and nothing else is changed either', async (_, goal) => {
      const world = await World.create({ override: 'disabled', definition: null, kept: [definitionText()] })
      expect(await bring(world, goal)).toMatchObject({ outcome: 'refused', condition: { id: 'disabled' } })
      expect([world.mutations, world.file]).toEqual([[], undefined])
    })

    it('stays although it was cleared: failed, and tried once', async () => {
      const world = await World.create({ override: 'disabled', enableIsInVain: true })
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'failed', condition: { id: 'disabled' } })
      expect(world.mutations).toEqual(['enable'])
    })

    it('stays although it was cleared, in a restart: the process that runs is not given up', async () => {
      const world = await World.create({
        begins: 'running',
        loaded: definitionText({ throttle: 30 }),
        override: 'disabled',
        enableIsInVain: true,
      })
      expect(await bring(world, 'restart')).toMatchObject({ outcome: 'failed' })
      expect(world.alive).toEqual([500])
    })
  })

  describe('a gateway that does not stay up', () => {
    it('crashes after each start: failed as a crash loop, and not for ever', async () => {
      const crash: Run = { upAfter: 60 * second, exits: { after: 400, code: 1 } }
      const world = await World.create({ runs: Array.from({ length: 50 }, () => crash) })
      const result = await bring(world, 'start')
      expect(result).toMatchObject({ outcome: 'failed', condition: { id: 'crash-looping', light: 'failed' } })
      expect(world.mutations).toEqual(['bootstrap'])
    })

    it('crashes once and is then up: done, with the pid of the second run', async () => {
      const world = await World.create({ runs: [{ upAfter: 60 * second, exits: { after: 400, code: 1 } }] })
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'done', pid: 501 })
    })

    it('cannot be executed: failed as such', async () => {
      const world = await World.create({ runs: Array.from({ length: 50 }, () => ({ neverExecuted: true })) })
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'failed', condition: { id: 'cannot-execute' } })
    })

    it('ends with 0 because of its configuration: failed as such', async () => {
      const world = await World.create({
        runs: [{ upAfter: 60 * second, failsToConfigure: true, exits: { after: 300, code: 0 } }],
      })
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'failed', condition: { id: 'configuration-error' } })
    })

    it('takes minutes to start: unknown at the deadline, and let alone', async () => {
      const world = await World.create({ runs: [{ upAfter: 10 * minute }] })
      const result = await bring(world, 'start')
      expect(result).toMatchObject({ outcome: 'unknown', condition: { id: 'starting' } })
      expect([world.mutations, world.alive]).toEqual([['bootstrap'], [500]])
    })

    it('never reports itself: neither done nor failed, for nobody can tell', async () => {
      const world = await World.create({ begins: 'running', runs: [{}, { isSilent: true }] })
      world.vanish()
      const result = await bring(world, 'start', { timeoutMs: 7 * minute })
      expect(result).toMatchObject({ outcome: 'unknown', condition: { light: 'ok' } })
      expect(world.mutations).toEqual(['bootstrap'])
    })

    it('is held back by launchd: one kickstart frees it (R-PEND-2)', async () => {
      const world = await World.create({ pends: true })
      const result = await bring(world, 'start')
      expect(result).toMatchObject({ outcome: 'done' })
      expect(world.mutations).toEqual(['bootstrap', 'kickstart'])
    })

    it('was loaded and ended: one kickstart starts it', async () => {
      const world = await World.create({ begins: 'loaded' })
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'done' })
      expect(world.mutations).toEqual(['kickstart'])
    })
  })

  describe('stop', () => {
    it('announces the stop before it unloads the job, and waits until both are gone (C-STOP-1)', async () => {
      const world = await World.create({ begins: 'running', runs: [{ term: 3 * second }] })
      const result = await bring(world, 'stop')
      expect(result).toMatchObject({ outcome: 'done', condition: { id: 'stopped', light: 'stopped' } })
      expect(stepsOf(result)).toEqual(['announce-stop', 'bootout'])
      expect(result.durationMs).toBeGreaterThan(3 * second)
    })

    it('lets launchd kill what does not end within the exit timeout', async () => {
      const world = await World.create({ begins: 'running', runs: [{ term: 10 * minute }] })
      expect(await bring(world, 'stop')).toMatchObject({ outcome: 'done' })
    })

    it('asks a process that outlives its job once more by itself', async () => {
      const world = await World.create({ begins: 'running', runs: [{ outlivesJob: true }] })
      const result = await bring(world, 'stop')
      expect(result).toMatchObject({ outcome: 'done' })
      expect(stepsOf(result)).toEqual(['announce-stop', 'bootout', 'end'])
    })

    it('is not done while a process lives, whatever launchd says', async () => {
      const world = await World.create({ begins: 'running', runs: [{ outlivesJob: true, term: 10 * minute }] })
      const result = await bring(world, 'stop', { timeoutMs: 30 * second })
      expect(result.outcome).not.toBe('done')
      expect(world.alive).toEqual([500])
    })

    it('ends a gateway outside launchd', async () => {
      const world = await World.create({ begins: 'detached' })
      expect(await bring(world, 'stop')).toMatchObject({ outcome: 'done' })
      expect(world.mutations).toEqual([])
    })

    it('unloads it once more when Hermes has loaded it again meanwhile', async () => {
      const world = await World.create({ begins: 'running' })
      let isReloaded = false
      world.intrude = ([verb]) => {
        if (verb !== 'print' || world.job !== undefined || isReloaded) return
        isReloaded = true
        world.reload()
      }
      expect(await bring(world, 'stop')).toMatchObject({ outcome: 'done' })
      expect(world.mutations).toEqual(['bootout', 'bootout'])
    })

    it('of what does not run changes nothing', async () => {
      const world = await World.create()
      expect(await bring(world, 'stop')).toMatchObject({ outcome: 'done', message: 'It was not running.' })
      expect(world.mutations).toEqual([])
    })

    it('keeps the definition', async () => {
      const world = await World.create({ begins: 'running' })
      await bring(world, 'stop')
      expect(world.file).toBe(definitionText())
    })
  })

  describe('restart', () => {
    it('ends the process with kickstart -k, once, where the definition is unchanged (C-RESTART-1)', async () => {
      const world = await World.create({ begins: 'running' })
      expect(await bring(world, 'restart')).toMatchObject({ outcome: 'done', pid: 501 })
      expect(world.mutations).toEqual(['kickstart -k'])
    })

    it('unloads and loads where the definition has changed (V-KICKSTART-5)', async () => {
      const world = await World.create({ begins: 'running', loaded: definitionText({ throttle: 30 }) })
      expect(await bring(world, 'restart')).toMatchObject({ outcome: 'done', pid: 501 })
      expect(world.mutations).toEqual(['bootout', 'bootstrap'])
      expect(world.job?.definition.throttleIntervalSeconds).toBe(10)
    })

    it('lets a busy gateway finish its work', async () => {
      const world = await World.create({ begins: 'running', runs: [{ activeAgents: 2, drain: 25 * second }] })
      const result = await bring(world, 'restart')
      expect(result).toMatchObject({ outcome: 'done', pid: 501 })
      expect(stepsOf(result)).toEqual(['drain', 'started'])
      expect(result.durationMs).toBeGreaterThan(25 * second)
      expect(world.mutations).toEqual([])
    })

    it('lets a busy gateway finish its work and then loads the definition that has changed', async () => {
      const world = await World.create({
        begins: 'running',
        loaded: definitionText({ throttle: 30 }),
        runs: [{ activeAgents: 1, drain: 5 * second }],
      })
      const result = await bring(world, 'restart')
      expect(result).toMatchObject({ outcome: 'done', condition: { id: 'running' } })
      expect(stepsOf(result)[0]).toBe('drain')
      expect(world.job?.definition.throttleIntervalSeconds).toBe(10)
    })

    it('waits for a drain that is longer than its deadline, and says that it may still succeed', async () => {
      const world = await World.create({ begins: 'running', runs: [{ activeAgents: 1, drain: 30 * minute }] })
      expect(await bring(world, 'restart')).toMatchObject({ outcome: 'unknown', condition: { id: 'draining' } })
      expect(world.alive).toEqual([500])
    })

    it('restores a missing plist before the process is given up, and never without one', async () => {
      const world = await World.create({ begins: 'running', kept: [definitionText()] })
      world.file = undefined
      const result = await bring(world, 'restart')
      expect(result).toMatchObject({ outcome: 'done' })
      expect(stepsOf(result)[0]).toBe('write-definition')
    })

    it('is a start where nothing is loaded', async () => {
      const world = await World.create({ definition: null })
      expect(await bring(world, 'restart')).toMatchObject({ outcome: 'done' })
      expect(world.mutations).toEqual(['bootstrap'])
    })

    it('loads an idle job anew', async () => {
      const world = await World.create({ begins: 'loaded' })
      expect(await bring(world, 'restart')).toMatchObject({ outcome: 'done' })
      expect(world.mutations).toEqual(['bootout', 'bootstrap'])
    })

    it('does not give up a process for a definition that cannot run', async () => {
      const world = await World.create({
        begins: 'running',
        definition: definitionText({ program: '/gone' }),
        loaded: definitionText(),
        missing: ['/gone'],
      })
      expect(await bring(world, 'restart')).toMatchObject({ outcome: 'refused', condition: { id: 'cannot-execute' } })
      expect(world.alive).toEqual([500])
    })

    it('asks a process that outlives its job by itself, and then loads the new definition', async () => {
      const world = await World.create({
        begins: 'running',
        loaded: definitionText({ throttle: 30 }),
        runs: [{ outlivesJob: true }],
      })
      const result = await bring(world, 'restart')
      expect(result).toMatchObject({ outcome: 'done', pid: 501 })
      expect(stepsOf(result)).toEqual(['announce-stop', 'bootout', 'end', 'bootstrap', 'started'])
    })

    it('is not done while the fresh process may be one more of a crash loop', async () => {
      const crash: Run = { exits: { after: 2 * second, code: 1 } }
      const world = await World.create({ begins: 'running', runs: [{}, crash, crash, crash, crash] })
      const result = await bring(world, 'restart')
      expect(result.outcome === 'done' && result.condition.id === 'crash-looping').toBe(false)
    })

    it('waits out the exit timeout of a process that does not end, and never runs two', async () => {
      const world = await World.create({ begins: 'running', runs: [{ term: 10 * minute }] })
      expect(await bring(world, 'restart')).toMatchObject({ outcome: 'done', pid: 501 })
    })
  })

  describe('a gateway outside launchd', () => {
    it.each(['start', 'restart'] as const)('refuses %s, for a second one would only die', async (goal) => {
      const world = await World.create({ begins: 'detached' })
      const result = await bring(world, goal)
      expect(result).toMatchObject({ outcome: 'refused', condition: { id: 'detached' } })
      expect(result.next).toContain('caduceus repair')
      expect([world.mutations, world.alive]).toEqual([[], [500]])
    })

    it('is adopted by a repair: ended, then run by launchd', async () => {
      const world = await World.create({ begins: 'detached', runs: [{ term: 2 * second }] })
      const result = await bring(world, 'repair')
      expect(result).toMatchObject({ outcome: 'done', pid: 501, condition: { id: 'running' } })
      expect(stepsOf(result)).toEqual(['announce-stop', 'end', 'bootstrap', 'started'])
    })

    it('is adopted with a definition that is restored first', async () => {
      const world = await World.create({ begins: 'detached', definition: null })
      const result = await bring(world, 'repair')
      expect(result).toMatchObject({ outcome: 'done' })
      expect(stepsOf(result)).toEqual(['write-definition', 'announce-stop', 'end', 'bootstrap', 'started'])
    })

    it('is left alone where launchd could not take over', async () => {
      const without = await World.create({ begins: 'detached', definition: null, hermes: false })
      expect(await bring(without, 'repair')).toMatchObject({ outcome: 'refused' })
      const forbidden = await World.create({ begins: 'detached', override: 'disabled' })
      expect(await bring(forbidden, 'repair')).toMatchObject({ outcome: 'refused', condition: { id: 'disabled' } })
      expect([without.alive, forbidden.alive]).toEqual([[500], [500]])
    })

    it('is never ended by a repair by itself', async () => {
      const world = await World.create({ begins: 'detached' })
      expect(await bring(world, automatic)).toMatchObject({ outcome: 'refused', condition: { id: 'detached' } })
    })
  })

  describe('a repair by itself', () => {
    it('loads what drifted away', async () => {
      const world = await World.create({ definition: null, kept: [definitionText()] })
      expect(await bring(world, automatic)).toMatchObject({ outcome: 'done' })
    })

    it('does not undo a stop that somebody meant', async () => {
      const world = await World.create({ intent: 'stopped' })
      expect(await bring(world, automatic)).toMatchObject({ outcome: 'refused', condition: { id: 'stopped' } })
      expect(world.mutations).toEqual([])
    })

    it('does not end what runs for a definition that is out of date', async () => {
      const world = await World.create({ begins: 'running', loaded: definitionText({ throttle: 30 }) })
      expect(await bring(world, automatic)).toMatchObject({ outcome: 'refused', condition: { id: 'definition-stale' } })
      expect(world.alive).toEqual([500])
    })
  })

  describe('a definition that cannot be written', () => {
    it('fails with the cause, and the old bytes are untouched', async () => {
      const world = await World.create({
        definition: 'not a property list',
        writeFails: 'ENOSPC: no space left on device',
      })
      const result = await bring(world, 'start')
      expect(result).toMatchObject({ outcome: 'failed', condition: { id: 'definition-invalid' } })
      expect(result.message).toContain('no space left on device')
      expect([world.file, world.mutations]).toEqual(['not a property list', []])
      expect(stepsOf(result)).toEqual(['write-definition'])
    })

    it('does not stand in the way of a restart: launchd still has what it loaded', async () => {
      const world = await World.create({ begins: 'running', writeFails: 'EACCES: permission denied', definition: null })
      const result = await bring(world, 'restart')
      expect(result).toMatchObject({ outcome: 'done', pid: 501, condition: { id: 'definition-missing-running' } })
      expect(result.steps[0]).toMatchObject({ step: 'write-definition', outcome: 'failed' })
    })
  })

  describe('an end from outside', () => {
    it('is heard between two steps; the step that has begun is finished', async () => {
      const world = await World.create({ definition: null })
      const cancel = new AbortController()
      const heard: StepReport[] = []
      const result = await bring(world, 'start', {
        signal: cancel.signal,
        onStep: (step) => {
          heard.push(step)
          cancel.abort()
        },
      })
      expect(result).toMatchObject({ outcome: 'cancelled', condition: { id: 'unloaded' } })
      expect(heard).toEqual(result.steps)
      expect(stepsOf(result)).toEqual(['write-definition'])
      expect([world.file, world.mutations]).toEqual([definitionText({ note: 'template' }), []])
    })

    it('comes too late for what is met already', async () => {
      const world = await World.create({ begins: 'running' })
      expect(await bring(world, 'start', { signal: AbortSignal.abort() })).toMatchObject({ outcome: 'done' })
    })

    it('of the deadline is told with what is true then', async () => {
      const world = await World.create({ everyBootstrap: 5 })
      const result = await bring(world, 'start', { timeoutMs: 3 * second })
      expect(result).toMatchObject({ outcome: 'failed', condition: { id: 'unloaded' } })
      expect(result.message).toMatch(/^Waited 3 s until launchd accepts the definition\. The definition is in order/)
    })
  })

  describe('somebody else at work', () => {
    it('unloads the job in the middle of a start: it converges', async () => {
      const world = await World.create({ runs: [{ upAfter: 2 * second }] })
      let looks = 0
      world.intrude = ([verb]) => {
        if (verb === 'print' && world.job !== undefined && ++looks === 3) world.vanish()
      }
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'done' })
      expect(world.mutations).toEqual(['bootstrap', 'bootstrap'])
    })

    it('loads the job first: launchd says 5, and that is well', async () => {
      const world = await World.create()
      world.intrude = ([verb]) => {
        if (verb === 'bootstrap') world.reload()
      }
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'done' })
      expect(world.mutations).toEqual(['bootstrap'])
    })

    it('writes the plist first: those bytes are kept and loaded', async () => {
      const theirs = definitionText({ note: 'written by Hermes' })
      const world = await World.create({ definition: null })
      let isWritten = false
      world.intrude = () => {
        if (!isWritten) world.file = theirs
        isWritten = true
      }
      expect(await bring(world, 'start')).toMatchObject({ outcome: 'done' })
      expect(world.file).toBe(theirs)
    })

    it('breaks the plist each time it is restored: failed, not for ever', async () => {
      const world = await World.create({ definition: 'broken' })
      let times = 0
      world.intrude = () => {
        if (world.file?.includes('template')) world.file = `broken again, ${++times}`
      }
      const result = await bring(world, 'start')
      expect(result).toMatchObject({ outcome: 'failed', condition: { id: 'definition-invalid' } })
      expect(times).toBe(2)
    })

    it('loads the job again and again after our stop: the stop fails at its deadline', async () => {
      const world = await World.create({ begins: 'running' })
      world.intrude = ([verb]) => {
        if (verb === 'print' && world.job === undefined) world.reload()
      }
      expect((await bring(world, 'stop')).outcome).not.toBe('done')
      expect(world.mutations.length).toBeLessThanOrEqual(3)
    })
  })
})

describe('reconcile, whatever the world is like', () => {
  const anyRun: fc.Arbitrary<Run> = fc.constantFrom<Run>(
    {},
    {},
    { upAfter: 20 * second },
    { upAfter: 60 * second, exits: { after: 400, code: 1 } },
    { exits: { after: 5 * second, code: 1 } },
    { exits: { after: 700, code: 0 } },
    { exits: { after: 20 * second, code: 75 } },
    { neverExecuted: true },
    { upAfter: 60 * second, failsToConfigure: true, exits: { after: 300, code: 0 } },
    { term: 4 * second },
    { term: 10 * minute },
    { outlivesJob: true },
    { activeAgents: 1, drain: 15 * second },
  )
  const anyWorld: fc.Arbitrary<WorldOptions> = fc.record(
    {
      definition: fc.constantFrom<string | null>(
        definitionText(),
        definitionText({ note: 'edited by hand' }),
        definitionText({ program: '/gone' }),
        'broken',
        '',
        null,
      ),
      begins: fc.constantFrom('running' as const, 'loaded' as const, 'unloaded' as const, 'detached' as const),
      // The first run is the one that the world begins with: it lasts.
      runs: fc
        .tuple(
          fc.constantFrom<Run>({}, { term: 4 * second }, { outlivesJob: true }, { activeAgents: 1 }),
          fc.array(anyRun),
        )
        .map(([first, rest]) => [first, ...rest]),
      loaded: fc.constantFrom(definitionText(), definitionText({ throttle: 30 })),
      override: fc.constantFrom('enabled' as const, 'disabled' as const),
      bootstraps: fc.array(fc.constantFrom<number | '0 and gone'>(0, 5, 37, 119, '0 and gone'), { maxLength: 3 }),
      pends: fc.boolean(),
      enableIsInVain: fc.boolean(),
      hermes: fc.boolean(),
      kept: fc.constantFrom<readonly string[]>([], [definitionText({ note: 'kept' })]),
      writeFails: fc.constantFrom('ENOSPC: no space left on device'),
      intent: fc.constantFrom('running' as const, 'stopped' as const),
    },
    { requiredKeys: ['definition', 'begins', 'loaded', 'runs'] },
  )
  const anyGoal: fc.Arbitrary<Goal> = fc.constantFrom<Goal>(
    { kind: 'start', by: 'person' },
    { kind: 'stop', by: 'person' },
    { kind: 'restart', by: 'person' },
    { kind: 'repair', by: 'person' },
    automatic,
  )

  it('ends done, or with the cause and the next action; never two gateways, never a lost byte, never a loop', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, anyGoal, async (options, goal) => {
        const world = await World.create({ missing: ['/gone'], ...options })
        await bring(world, goal)
      }),
      { numRuns: 400 },
    )
  })

  it('does not end a gateway that runs and is well, but for a stop, a restart or a newer definition', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWorld,
        fc.constantFrom<Goal>({ kind: 'start', by: 'person' }, automatic),
        async (options, goal) => {
          const world = await World.create({ missing: ['/gone'], ...options, begins: 'running' })
          const before = world.alive
          await bring(world, goal)
          expect(world.alive).toEqual(before)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('comes to rest: the same goal again, once it is done, changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld, anyGoal, async (options, goal) => {
        const world = await World.create({ missing: ['/gone'], ...options })
        const first = await bring(world, goal)
        if (first.outcome !== 'done' || goal.kind === 'restart') return
        const before = world.mutations.length
        const again = await reconcile(goal, world.actors(), { timeoutMs: minute })
        if (again.outcome === 'done' && again.pid === first.pid) expect(world.mutations.length).toBe(before)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the world', () => {
  it('notices a second gateway', async () => {
    const world = await World.create({ begins: 'detached' })
    const launchd = world.actors().launchdUntil(Number.POSITIVE_INFINITY)
    await launchd.bootstrap(service.plistPath)
    await world.clock.sleep(second)
    expect(world.violations).toEqual(['a second gateway: 501 beside 500'])
  })

  it('notices bytes that are lost', async () => {
    const world = await World.create()
    await world.actors().definitionFile.write(Buffer.from('other'))
    expect(world.lost).toEqual([definitionText()])
  })

  it('runs programs that exist', () => {
    expect(definitionText()).toContain(gatewayProgram)
  })
})
