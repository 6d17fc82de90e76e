import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { isAlive, json, state, supervised, until, useStandIn } from '../stand-in-processes.ts'

const standIn = useStandIn()

/** Whether the tick socket sends its byte within a moment in which a live loop always does. */
function ticks(home: string, pid: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(join(home, `state/gateway.loop-tick.${pid}.sock`))
    const answer = (answered: boolean): void => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('data', () => answer(true)).once('error', () => answer(false))
    socket.once('connect', () => socket.setTimeout(300, () => answer(false)))
  })
}

function heartbeatAge(home: string): number {
  return Date.now() - statSync(join(home, 'state/gateway.heartbeat')).mtimeMs
}

describe('crash-at-start', () => {
  it('exits before it writes anything', async () => {
    const home = standIn.newHome({ faults: { 'crash-at-start': 3 } })
    const gateway = standIn.start(home)
    expect(await gateway.ended).toEqual({ code: 3, signal: null })
    expect(readdirSync(home)).toEqual(['stand-in.json'])
    expect(gateway.stderr()).toContain('Traceback')
  })

  it('with `after`: runs first, and leaves its files behind', async () => {
    const home = standIn.newHome({ faults: { 'crash-at-start': 1, after: 0.05 } })
    const gateway = await standIn.startRunning(home)
    expect((await gateway.ended).code).toBe(1)
    expect(json(home, 'gateway.pid')['pid']).toBe(gateway.pid)
    expect(state(home)['gateway_state']).toBe('running')
    expect(readdirSync(join(home, 'state'))).toHaveLength(2)
  })

  it('with `after`: can still be stopped before', async () => {
    const gateway = await standIn.startRunning(standIn.newHome({ faults: { 'crash-at-start': 3, after: 60 } }))
    gateway.kill('SIGINT')
    expect((await gateway.ended).code).toBe(0)
  })
})

it.each([
  [true, 'telegram: no bot token configured'],
  ['bad config', 'bad config'],
])('fatal-config %s ends with 78 and its reason', async (value, reason) => {
  const home = standIn.newHome({ faults: { 'fatal-config': value } })
  const gateway = standIn.start(home)
  expect((await gateway.ended).code).toBe(78)
  expect(state(home)).toMatchObject({ gateway_state: 'startup_failed', exit_reason: reason })
  expect(gateway.stderr()).toContain(`non-retryable startup conflict: ${reason}`)
})

describe('wedge', () => {
  it('is alive, and serves neither socket nor heartbeat nor signals', async () => {
    const home = standIn.newHome({ timeScale: 0.001, faults: { wedge: true, 'heartbeat-age': 200 } })
    const gateway = await standIn.startRunning(home)
    await until('the heartbeat is old', () => heartbeatAge(home) > 190_000)
    expect(Date.now() - Date.parse(String(json(home, 'state/gateway.heartbeat')['updated_at']))).toBeGreaterThan(
      190_000,
    )
    expect(json(home, 'state/gateway.heartbeat')['loop_tick_socket']).toBe(true)
    gateway.kill('SIGTERM')
    expect(await ticks(home, gateway.pid)).toBe(false)
    expect(isAlive(gateway.pid)).toBe(true)
    expect(heartbeatAge(home)).toBeGreaterThan(190_000)
    expect(state(home)['gateway_state']).toBe('running')
    gateway.kill('SIGKILL')
    expect((await gateway.ended).signal).toBe('SIGKILL')
  })

  it('works until `after`', async () => {
    const home = standIn.newHome({ faults: { wedge: true, after: 0.3 } })
    const gateway = await standIn.startRunning(home)
    expect(await ticks(home, gateway.pid)).toBe(true)
    while (await ticks(home, gateway.pid)) await pause(5)
    expect(isAlive(gateway.pid)).toBe(true)
  })

  it('is ended by its watchdog with 75', async () => {
    const home = standIn.newHome({ faults: { wedge: true, watchdog: 0.1 } })
    const gateway = await standIn.startRunning(home)
    expect((await gateway.ended).code).toBe(75)
    expect(state(home)).toMatchObject({ gateway_state: 'degraded', exit_reason: 'loop_liveness_watchdog' })
    expect(json(home, 'gateway.pid')['pid']).toBe(gateway.pid)
  })

  it('`half`: only the heart stops', async () => {
    const home = standIn.newHome({ timeScale: 0.001, faults: { wedge: true, half: true, 'heartbeat-age': 200 } })
    const gateway = await standIn.startRunning(home)
    await until('the heartbeat is old', () => heartbeatAge(home) > 190_000)
    expect(await ticks(home, gateway.pid)).toBe(true)
    await pause(100)
    expect(heartbeatAge(home)).toBeGreaterThan(190_000)
    gateway.kill('SIGINT')
    expect((await gateway.ended).code).toBe(0)
  })
})

describe('slow-drain', () => {
  it.each([
    ['SIGUSR1', true, 75],
    ['SIGTERM', false, 1],
  ] as const)('%s: shows its work while it drains', async (signal, restart, code) => {
    const home = standIn.newHome({ faults: { 'slow-drain': 0.4 } })
    const gateway = await standIn.startRunning(home)
    const begun = performance.now()
    gateway.kill(signal)
    await until('it drains', () => state(home)['gateway_state'] === 'draining')
    expect(state(home)).toMatchObject({
      restart_requested: restart,
      active_agents: 1,
      active_work: [{ kind: 'cron', job_id: 'daily-report', elapsed_s: 0, current_tool: 'terminal' }],
    })
    // A drain may be long: nobody must take it for wedged.
    expect(await ticks(home, gateway.pid)).toBe(true)
    expect((await gateway.ended).code).toBe(code)
    expect(performance.now() - begun).toBeGreaterThan(390)
    expect(state(home)).toMatchObject({ gateway_state: 'stopped', active_agents: 0, active_work: [] })
  })

  it('a stop overrules the restart that drains', async () => {
    const home = standIn.newHome({ faults: { 'slow-drain': 0.3 } })
    const gateway = await standIn.startRunning(home)
    gateway.kill('SIGUSR1')
    await until('it drains', () => state(home)['gateway_state'] === 'draining')
    gateway.kill('SIGTERM')
    expect((await gateway.ended).code).toBe(1)
  })
})

it('flap alternates, and asks for attention from the third loss on', async () => {
  const home = standIn.newHome({ faults: { flap: 'telegram:0.03' } })
  await standIn.startRunning(home)
  const seen: string[] = []
  await until('the third loss', () => {
    const entry = (state(home)['platforms'] as Record<string, Record<string, unknown>>)['telegram'] ?? {}
    const word = `${entry['state']}${entry['needs_attention'] ? '!' : ''}`
    if (seen.at(-1) !== word) seen.push(word)
    return word === 'connected!'
  })
  expect(new Set(seen)).toEqual(new Set(['connected', 'retrying', 'retrying!', 'connected!']))
  expect(seen.filter((word) => word === 'retrying').length).toBeLessThanOrEqual(2)
})

it('ignore-sigterm survives SIGTERM and markers', async () => {
  const home = standIn.newHome({ faults: { 'ignore-sigterm': true } })
  const gateway = await standIn.startRunning(home)
  gateway.kill('SIGTERM')
  await until('it heard', () => gateway.stdout().includes('Received SIGTERM'))
  gateway.kill('SIGTERM')
  await until('it heard again', () => gateway.stdout().split('Received SIGTERM').length === 3)
  expect(isAlive(gateway.pid)).toBe(true)
  expect(state(home)['gateway_state']).toBe('running')
  gateway.kill('SIGKILL')
  expect((await gateway.ended).signal).toBe('SIGKILL')
})

it.each([false, true])('fork-child leaves a child (setsid: %s)', async (setsid) => {
  const home = standIn.newHome({ faults: { 'fork-child': true, ...(setsid ? { setsid } : {}) } })
  const gateway = await standIn.startRunning(home)
  await until('the child is known', () => existsSync(join(home, 'stand-in-child.pid')))
  const child = Number(readFileSync(join(home, 'stand-in-child.pid'), 'utf8'))
  gateway.kill('SIGTERM')
  expect((await gateway.ended).code).toBe(1)
  expect(isAlive(child)).toBe(true)
  if (process.platform === 'linux') {
    const group = Number(readFileSync(`/proc/${child}/stat`, 'utf8').split(') ')[1]?.split(' ')[2])
    expect(group === child).toBe(setsid)
  }
})

it('spam-log writes about as many lines a second as it says, and rotates the python logs', async () => {
  const home = standIn.newHome({ logMaxBytes: 2000, faults: { 'spam-log': 2000 } })
  const gateway = await standIn.startRunning(home)
  await until('400 lines', () => gateway.stderr().split('\n').length > 400)
  expect(gateway.stderr()).toMatch(/^WARNING gateway\.run: telegram: poll 400 failed: timed out$/m)
  const logs = (): readonly string[] => readdirSync(join(home, 'logs')).filter((name) => name.startsWith('errors.log'))
  await until('three backups', () => logs().includes('errors.log.3'))
  expect(logs().filter((name) => !/^errors\.log(\.[123])?$/.test(name))).toEqual([])
})

describe('start-late', () => {
  it('stays `starting`', async () => {
    const home = standIn.newHome({ faults: { 'start-late': 0.4 } })
    const gateway = standIn.start(home)
    await until('it connects', () => 'telegram' in ((state(home)['platforms'] as object) ?? {}))
    expect(state(home)).toMatchObject({ gateway_state: 'starting', platforms: { telegram: { state: 'connecting' } } })
    await until('it runs', () => state(home)['gateway_state'] === 'running')
    gateway.kill('SIGTERM')
    await gateway.ended
  })

  it('can be stopped meanwhile', async () => {
    const home = standIn.newHome({ faults: { 'start-late': 60 } })
    const gateway = standIn.start(home)
    await until('it starts', () => state(home)['gateway_state'] === 'starting')
    gateway.kill('SIGTERM')
    expect((await gateway.ended).code).toBe(1)
    expect(state(home)['gateway_state']).toBe('stopped')
  })

  it('`silent`: writes nothing at all meanwhile', async () => {
    const home = standIn.newHome({ faults: { 'start-late': 0.4, silent: true } })
    const gateway = standIn.start(home)
    const begun = performance.now()
    while (performance.now() - begun < 250) {
      expect(readdirSync(home)).toEqual(['stand-in.json'])
      expect(gateway.stdout()).toBe('')
      await pause(20)
    }
    await until('it runs', () => state(home)['gateway_state'] === 'running')
  })
})

describe('stale-files', () => {
  const tokens = { telegram: '123:abc' }

  it.each(['dead', 'reused'] as const)('leaves the traces of a %s pid', async (kind) => {
    const home = standIn.newHome({ tokens, faults: { 'stale-files': kind, 'crash-at-start': 1 } })
    await standIn.start(home).ended
    const { pid, start_time: startTime } = json(home, 'gateway.pid')
    expect(isAlive(Number(pid))).toBe(kind === 'reused')
    expect(json(home, 'gateway.lock')['pid']).toBe(pid)
    expect(state(home)).toMatchObject({ pid, start_time: startTime, gateway_state: 'running' })
    const [lock] = readdirSync(join(home, 'locks'))
    expect(json(home, `locks/${lock}`)['pid']).toBe(pid)
  })

  it.each([
    ['C', 'reused'],
    ['M', 'reused'],
    ['E', 'dead'],
  ])('era %s sees through a %s pid', async (era, kind) => {
    const home = standIn.newHome({ era, tokens, faults: { 'stale-files': kind } })
    const gateway = await standIn.startRunning(home, [...supervised, '--replace'])
    expect(json(home, 'gateway.pid')['pid']).toBe(gateway.pid)
  })

  it('era E takes a reused pid for the holder of its token', async () => {
    const home = standIn.newHome({ era: 'E', tokens, faults: { 'stale-files': 'reused' } })
    const gateway = standIn.start(home, [...supervised, '--replace'])
    expect((await gateway.ended).code).toBe(1)
    expect(gateway.stderr()).toContain('token already in use (PID 1)')
  })
})

it.each(['E', 'M'])('old-files: a bare integer, no lock, no witnesses (%s)', async (era) => {
  const home = standIn.newHome({ era, timeScale: 0.001, faults: { 'old-files': true } })
  const gateway = await standIn.startRunning(home)
  expect(readFileSync(join(home, 'gateway.pid'), 'utf8')).toBe(String(gateway.pid))
  expect(existsSync(join(home, 'gateway.lock'))).toBe(false)
  expect(readdirSync(join(home, 'state'))).toEqual([])
  const second = standIn.start(home, ['gateway', 'run'])
  expect((await second.ended).code).toBe(1)
  expect(second.stdout()).toContain(`already running (PID ${gateway.pid})`)
  const third = standIn.start(home)
  expect((await third.ended).code).toBe(1)
})

it('exit-zero-on-restart', async () => {
  const gateway = await standIn.startRunning(standIn.newHome({ era: 'E', faults: { 'exit-zero-on-restart': true } }))
  gateway.kill('SIGUSR1')
  expect((await gateway.ended).code).toBe(0)
})

it('second-instance: another gateway has the flock, each start of the job ends with 1', async () => {
  const home = standIn.newHome({ faults: { 'second-instance': true } })
  const first = standIn.start(home)
  expect((await first.ended).code).toBe(1)
  const other = Number(json(home, 'gateway.pid')['pid'])
  expect(other).not.toBe(first.pid)
  expect(isAlive(other)).toBe(true)
  await until('the other runs', () => state(home)['gateway_state'] === 'running')
  expect((await standIn.start(home, [...supervised, '--replace']).ended).code).toBe(1)
  expect(json(home, 'gateway.pid')['pid']).toBe(other)
})
