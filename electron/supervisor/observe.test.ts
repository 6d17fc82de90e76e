import { describe, expect, it } from 'vitest'
import { minute, second, service } from './fixtures/observations.ts'
import { definitionText, World, type WorldOptions } from './fixtures/world.ts'
import { type Eyes, type Known, observe } from './observe.ts'

async function look(options: WorldOptions, differences: Partial<Eyes> = {}, known: Known = {}) {
  const world = await World.create(options)
  const actors = world.actors()
  const launchd = actors.launchdUntil(world.clock.now() + minute)
  const eyes: Eyes = { ...actors, launchd, ...differences }
  return { world, eyes, observation: await observe(eyes, known) }
}

const foreign = { wrapped: true, logFolders: [], missing: [], foreign: 'it belongs to another home' }

describe('observe', () => {
  it('sees a gateway that launchd runs, its definition and its own word', async () => {
    const { observation } = await look({ begins: 'running' })
    expect(observation).toMatchObject({
      service,
      domain: 'gui/501',
      job: { seen: 'job', report: { pid: 500, runs: 1 } },
      override: 'none',
      definition: { seen: 'valid' },
      assessment: { missing: [] },
      drift: [],
      sources: [],
      gateway: {
        process: { seen: 'alive', supervised: 'yes' },
        state: { state: { gatewayState: 'running', current: true } },
      },
    })
  })

  it('tells a gateway outside launchd where launchd has no job', async () => {
    const { observation } = await look({ begins: 'detached' })
    expect(observation.gateway.process).toMatchObject({ seen: 'alive', supervised: 'no' })
  })

  it('does not know whose a gateway is when launchd does not answer', async () => {
    const { observation } = await look({ begins: 'running', hangs: ['print'] })
    expect(observation).toMatchObject({ job: { seen: 'unknown' }, gateway: { process: { supervised: 'unknown' } } })
  })

  it.each<[string, WorldOptions, string]>([
    ['an override', { override: 'disabled' }, 'disabled'],
    ['an entry that says enabled', { override: 'enabled' }, 'enabled'],
    ['no entry', {}, 'none'],
    ['no answer', { hangs: ['print-disabled'] }, 'unknown'],
    ['no session', { noSession: true }, 'unknown'],
  ])('of %s says what it is', async (_, options, override) => {
    expect((await look(options)).observation.override).toBe(override)
  })

  it('does not ask again for what is known', async () => {
    const { world, observation } = await look({ override: 'disabled' }, {}, { override: 'none' })
    expect(observation.override).toBe('none')
    expect(world.calls.map(([verb]) => verb)).toEqual(['print'])
  })

  it('compares what is loaded with what stands on disk', async () => {
    const { observation } = await look({ begins: 'running', loaded: definitionText({ throttle: 30 }) })
    expect(observation.drift).toEqual([expect.stringContaining('ThrottleInterval')])
  })

  it.each<[string, WorldOptions, number]>([
    ['that is in order', {}, 0],
    ['that is missing', { definition: null }, 1],
    ['that is broken', { definition: 'broken' }, 1],
    ['that cannot run', { missing: ['/gone'], definition: definitionText({ program: '/gone' }) }, 1],
  ])('looks for sources only for a definition %s', async (_, options, sources) => {
    expect((await look(options)).observation.sources.length > 0 ? 1 : 0).toBe(sources)
  })

  describe('keeps on the way', () => {
    it('a valid definition, proven once a gateway has been well under it for a minute', async () => {
      const { world } = await look({ begins: 'running' })
      expect(world.vault).toMatchObject([{ text: definitionText(), valid: true, proven: true }])
    })

    it('a valid definition, not proven while the gateway is young', async () => {
      const { world, eyes } = await look({ definition: null })
      world.file = definitionText()
      await eyes.launchd.bootstrap(service.plistPath)
      await world.clock.sleep(30 * second)
      await observe(eyes)
      expect(world.vault).toMatchObject([{ text: definitionText(), valid: true, proven: false }])
    })

    it('a valid definition, not proven by a gateway that runs another one', async () => {
      const { world } = await look({ begins: 'running', loaded: definitionText({ throttle: 30 }) })
      expect(world.vault).toMatchObject([{ proven: false }])
    })

    it('nothing that is broken, and nothing that is somebody else’s', async () => {
      const { world } = await look({ definition: 'broken' })
      expect(world.vault).toEqual([])
      const { world: other } = await look({}, { gateway: { ...world.actors().gateway, assess: async () => foreign } })
      expect([...world.vault, ...other.vault]).toEqual([])
    })
  })

  it('sees all there is to see where nothing can be kept', async () => {
    const { gateway } = (await World.create()).actors()
    const keep = () => Promise.reject(new Error('ENOSPC: no space left on device'))
    const { observation } = await look({}, { gateway: { ...gateway, keep } })
    expect(observation.definition.seen).toBe('valid')
  })
})
