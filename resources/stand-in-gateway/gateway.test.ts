import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replaceFile } from './atomic-file.ts'
import { isAlive, json, state, supervised, until, useStandIn } from './stand-in-processes.ts'

const standIn = useStandIn()
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/

/** What comes out of a UNIX socket until it is closed. */
function readSocket(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = ''
    connect(path)
      .on('data', (data) => {
        words += data
      })
      .on('error', reject)
      .on('close', () => resolve(words))
  })
}

function markStop(home: string, pid: number, change: object = {}, name = '.gateway-planned-stop.json'): void {
  const marker = {
    target_pid: pid,
    target_start_time: json(home, 'gateway.lock')['start_time'],
    stopper_pid: process.pid,
    written_at: new Date().toISOString(),
    ...change,
  }
  replaceFile(join(home, name), JSON.stringify(marker))
}

describe('a clean start', () => {
  it('prints the banner first and says what it connected', async () => {
    const gateway = await standIn.startRunning(standIn.newHome())
    const lines = gateway.stdout().split('\n')
    expect(lines[0]).toMatch(/^┌─+┐$/)
    expect(lines[1]).toContain('☤ Hermes Gateway Starting...')
    expect(lines.at(-3)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO gateway\.run: ✓ telegram connected$/)
    expect(lines.at(-2)).toMatch(/INFO gateway\.run: Gateway running with 1 platform\(s\)$/)
    expect(gateway.stderr()).toBe('')
  })

  it('leaves the files of the current era', async () => {
    const home = standIn.newHome()
    const before = Date.now()
    const gateway = await standIn.startRunning(home)
    const identity = json(home, 'gateway.pid')
    expect(identity).toEqual({
      pid: gateway.pid,
      kind: 'hermes-gateway',
      argv: [`${home}/hermes-agent/hermes_cli/main.py`, 'gateway', 'run', '--external-supervisor'],
      start_time: expect.any(Number),
      hermes_home: home,
    })
    expect(Math.abs(Number(identity['start_time']) * 10 - before)).toBeLessThan(3000)
    expect(json(home, 'gateway.lock')).toEqual(identity)
    expect(state(home)).toEqual({
      ...identity,
      gateway_state: 'running',
      exit_reason: null,
      restart_requested: false,
      active_agents: 0,
      active_work: [],
      platforms: {
        telegram: {
          state: 'connected',
          error_code: null,
          error_message: null,
          needs_attention: false,
          retrying_since: null,
          updated_at: expect.stringMatching(timeForm),
          writer_pid: gateway.pid,
          writer_start_time: identity['start_time'],
        },
      },
      served_profiles: ['default'],
      session_store: { status: 'ok' },
      updated_at: expect.stringMatching(timeForm),
      code_sha: '0'.repeat(40),
      code_version: '0.21.5',
    })
    expect(json(home, 'state/gateway.heartbeat')).toEqual({
      pid: gateway.pid,
      updated_at: expect.stringMatching(timeForm),
      monotonic: expect.any(Number),
      start_time: Number(identity['start_time']) / 100,
      loop_tick_socket: true,
      loop_tick_tcp_port: null,
    })
    expect(await readSocket(join(home, `state/gateway.loop-tick.${gateway.pid}.sock`))).toBe('1')
    expect(Math.abs(Number(readFileSync(join(home, 'gateway-starts.log'), 'utf8')) * 1000 - before)).toBeLessThan(3000)
    expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([])
    // No token is configured, so nothing may be written outside the home.
    expect(existsSync(join(home, 'locks'))).toBe(false)
  })

  it('leaves the files of era M, and never touches an idle state again', async () => {
    const home = standIn.newHome({ era: 'M', timeScale: 0.001 })
    const gateway = await standIn.startRunning(home)
    const content = state(home)
    expect(content).toMatchObject({ hermes_home: home, code_version: '0.20.5', active_work: [] })
    expect(content).not.toHaveProperty('served_profiles')
    // In this scale the current era would have stamped the state twice within four beats.
    const firstBeat = Number(json(home, 'state/gateway.heartbeat')['monotonic'])
    await until('four beats', () => Number(json(home, 'state/gateway.heartbeat')['monotonic']) > firstBeat + 0.12)
    expect(state(home)).toEqual(content)
    expect(existsSync(join(home, `state/gateway.loop-tick.${gateway.pid}.sock`))).toBe(true)
  })

  it('leaves the files of era E: no start time, no home, no heartbeat, few keys', async () => {
    const home = standIn.newHome({ era: 'E', timeScale: 0.001 })
    const gateway = await standIn.startRunning(home)
    const identity = json(home, 'gateway.pid')
    expect(Object.keys(identity)).toEqual(['pid', 'kind', 'argv', 'start_time'])
    expect(identity).toMatchObject({ pid: gateway.pid, start_time: null })
    expect(Object.keys(state(home)['platforms'] as object)).toEqual(['telegram'])
    expect(Object.keys((state(home)['platforms'] as Record<string, object>)['telegram'] ?? {})).toEqual([
      'state',
      'error_code',
      'error_message',
      'updated_at',
    ])
    expect(readdirSync(join(home, 'state'))).toEqual([])
  })

  it('stamps the idle state and the heartbeat again, as often as the scale says', async () => {
    const home = standIn.newHome({ timeScale: 0.001 })
    await standIn.startRunning(home)
    const { updated_at: first } = state(home)
    const { updated_at: beat } = json(home, 'state/gateway.heartbeat')
    await until('both are newer', () => {
      return state(home)['updated_at'] !== first && json(home, 'state/gateway.heartbeat')['updated_at'] !== beat
    })
  })

  it('keeps the platforms that an earlier gateway left', async () => {
    const home = standIn.newHome()
    writeFileSync(join(home, 'gateway_state.json'), '{"platforms":{"slack":{"state":"retrying","writer_pid":1}}}')
    await standIn.startRunning(home)
    expect(state(home)['platforms']).toMatchObject({ slack: { writer_pid: 1 }, telegram: { state: 'connected' } })
  })

  it('serves a profile: its own home, the profile off the arguments', async () => {
    const root = standIn.newHome()
    const home = join(root, 'profiles', 'work')
    mkdirSync(home, { recursive: true })
    await standIn.startRunning(root, ['-m', 'hermes_cli.main', '-p', 'work', 'gateway', 'run'])
    expect(json(home, 'gateway.pid')).toMatchObject({
      argv: [`${root}/hermes-agent/hermes_cli/main.py`, 'gateway', 'run'],
      hermes_home: home,
    })
    expect(state(home)['served_profiles']).toEqual(['work'])
  })

  it('is what its settings say: platforms, served profiles, version', async () => {
    const home = standIn.newHome({
      platforms: { telegram: 'connected', 'work:slack': 'retrying', discord: 'fatal' },
      servedProfiles: ['default', 'work'],
      codeVersion: '0.22.0',
      codeSha: 'f'.repeat(40),
    })
    const gateway = await standIn.startRunning(home)
    expect(state(home)).toMatchObject({
      gateway_state: 'degraded',
      platforms: {
        telegram: { state: 'connected' },
        'work:slack': {
          state: 'retrying',
          error_message: 'timed out',
          retrying_since: expect.stringMatching(timeForm),
        },
        discord: { state: 'fatal', needs_attention: true },
      },
      served_profiles: ['default', 'work'],
      code_version: '0.22.0',
      code_sha: 'f'.repeat(40),
    })
    await until('the problems are told', () => gateway.stderr().split('\n').length === 3)
    expect(gateway.stderr()).toMatch(/^WARNING gateway\.run: ✗ work:slack failed to connect: timed out$/m)
  })

  it('stays up without any platform, except in era E', async () => {
    const platforms = { telegram: 'retrying' }
    const gateway = await standIn.startRunning(standIn.newHome({ era: 'M', platforms }))
    expect(isAlive(gateway.pid)).toBe(true)
    const home = standIn.newHome({ era: 'E', platforms })
    expect(await standIn.start(home).ended).toEqual({ code: 1, signal: null })
    expect(state(home)).toMatchObject({ gateway_state: 'startup_failed', exit_reason: expect.stringContaining('all') })
  })

  it('sleeps when starts storm', async () => {
    const home = standIn.newHome({ timeScale: 0.01 })
    // Dated ahead, so that they are within the scaled window of 1.2 s however slowly Node starts.
    writeFileSync(join(home, 'gateway-starts.log'), `${Date.now() / 1000 + 60}\n`.repeat(5))
    const gateway = await standIn.startRunning(home)
    expect(gateway.stderr()).toContain('Too many recent starts — sleeping 10s')
  })

  it('goes on without the flock where there is none, and says so', async () => {
    if (process.platform !== 'linux') return
    const gateway = await standIn.startRunning(standIn.newHome(), supervised, { PATH: '/nonexistent' })
    expect(gateway.stderr()).toContain('No flock on this machine')
  })

  it('answers /health where a port is given', async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo
        server.close(() => resolve(port))
      })
    })
    await standIn.startRunning(standIn.newHome({ apiPort: port }))
    const ask = async (path: string): Promise<Response> => {
      for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined)
        if (answer) return answer
      }
    }
    expect(await (await ask('/health')).json()).toEqual({ status: 'ok', platform: 'hermes-agent', version: '0.21.5' })
    expect((await ask('/health/detailed')).status).toBe(401)
  })
})

describe('signals', () => {
  it.each(['C', 'M', 'E'])('SIGTERM without a marker ends in order, but with 1 (%s)', async (era) => {
    const home = standIn.newHome({ era })
    const gateway = await standIn.startRunning(home)
    gateway.kill('SIGTERM')
    expect(await gateway.ended).toEqual({ code: 1, signal: null })
    expect(gateway.stdout()).toMatch(
      /Received SIGTERM — initiating shutdown\n.*Gateway stopped \(total teardown 0\.\d\ds\)/,
    )
    expect(state(home)).toMatchObject({ gateway_state: 'stopped', restart_requested: false, exit_reason: null })
    expect(existsSync(join(home, 'gateway.pid'))).toBe(false)
    expect(existsSync(join(home, 'gateway.lock'))).toBe(true)
    expect(readdirSync(join(home, 'state'))).toEqual(era === 'E' ? [] : ['gateway.heartbeat'])
  })

  it.each([
    ['.gateway-planned-stop.json', 'C'],
    ['.gateway-takeover.json', 'C'],
    ['.gateway-planned-stop.json', 'E'],
  ])('SIGTERM with %s ends with 0 and uses the marker up (%s)', async (name, era) => {
    const home = standIn.newHome({ era })
    const gateway = await standIn.startRunning(home)
    markStop(home, gateway.pid, {}, name)
    gateway.kill('SIGTERM')
    expect(await gateway.ended).toEqual({ code: 0, signal: null })
    expect(existsSync(join(home, name))).toBe(false)
    expect(state(home)['gateway_state']).toBe('stopped')
  })

  it.each([
    ['another pid', { target_pid: 1 }, true],
    ['another start time', { target_start_time: 1 }, false],
    ['another time', { written_at: new Date(Date.now() - 61_000).toISOString() }, false],
    ['no time at all', { written_at: 'soon' }, false],
  ])('a marker for %s does not count', async (_, change, stays) => {
    const home = standIn.newHome()
    const gateway = await standIn.startRunning(home)
    markStop(home, gateway.pid, change)
    gateway.kill('SIGTERM')
    expect((await gateway.ended).code).toBe(1)
    expect(existsSync(join(home, '.gateway-planned-stop.json'))).toBe(stays)
  })

  it('a marker alone ends it too, and a SIGTERM that follows does not spoil the verdict', async () => {
    const home = standIn.newHome({ timeScale: 0.01, faults: { 'slow-drain': 0.2 } })
    const gateway = await standIn.startRunning(home)
    markStop(home, gateway.pid)
    await until('it drains', () => state(home)['gateway_state'] === 'draining')
    gateway.kill('SIGTERM')
    expect((await gateway.ended).code).toBe(0)
  })

  it('SIGINT ends with 0', async () => {
    const gateway = await standIn.startRunning(standIn.newHome())
    gateway.kill('SIGINT')
    expect(await gateway.ended).toEqual({ code: 0, signal: null })
  })

  it('SIGUSR1 ends with 75 and leaves the request in the state', async () => {
    const home = standIn.newHome()
    const gateway = await standIn.startRunning(home)
    gateway.kill('SIGUSR1')
    expect(await gateway.ended).toEqual({ code: 75, signal: null })
    expect(gateway.stdout()).toContain('Stopping gateway for restart...')
    expect(state(home)).toMatchObject({ gateway_state: 'stopped', restart_requested: true })
    expect(existsSync(join(home, 'gateway.pid'))).toBe(false)
  })

  it('SIGKILL leaves everything as it is, and the next gateway copes', async () => {
    const home = standIn.newHome()
    const gateway = await standIn.startRunning(home)
    gateway.kill('SIGKILL')
    expect(await gateway.ended).toEqual({ code: null, signal: 'SIGKILL' })
    expect(json(home, 'gateway.pid')['pid']).toBe(gateway.pid)
    expect(state(home)['gateway_state']).toBe('running')
    expect(existsSync(join(home, `state/gateway.loop-tick.${gateway.pid}.sock`))).toBe(true)
    const next = await standIn.startRunning(home)
    expect(json(home, 'gateway.pid')['pid']).toBe(next.pid)
  })
})

describe('one gateway per home', () => {
  it('holds a real flock for as long as it lives', async () => {
    const home = standIn.newHome()
    const gateway = await standIn.startRunning(home)
    const lock = join(home, 'gateway.lock')
    const tryLock = (): number | null => spawnSync('flock', ['-n', lock, 'true']).status
    if (process.platform === 'linux') expect(tryLock()).toBe(1)
    expect(await standIn.start(home).ended).toEqual({ code: 1, signal: null })
    gateway.kill('SIGKILL')
    await gateway.ended
    if (process.platform === 'linux') expect(tryLock()).toBe(0)
  })

  it('says so when the flock is taken though no pid file tells by whom', async () => {
    const home = standIn.newHome()
    await standIn.startRunning(home)
    writeFileSync(join(home, 'gateway.pid'), '')
    const second = standIn.start(home)
    expect((await second.ended).code).toBe(1)
    expect(second.stderr()).toContain('runtime lock is already held')
  })

  it('says which one runs when nobody supervises the second', async () => {
    const home = standIn.newHome()
    const gateway = await standIn.startRunning(home)
    const second = standIn.start(home, ['-m', 'hermes_cli.main', 'gateway', 'run'], { XPC_SERVICE_NAME: '0' })
    expect((await second.ended).code).toBe(1)
    expect(second.stdout()).toContain(`A gateway is already running (PID ${gateway.pid})`)
    const job = standIn.start(home, ['gateway', 'run'], { XPC_SERVICE_NAME: 'ai.hermes.gateway' })
    expect((await job.ended).code).toBe(1)
    expect(job.stdout()).not.toContain('already running')
  })

  it.each(['C', 'E'])('--replace ends the other one in order (%s)', async (era) => {
    const home = standIn.newHome({ era })
    const gateway = await standIn.startRunning(home, ['-m', 'hermes_cli.main', 'gateway', 'run'])
    const second = await standIn.startRunning(home, ['-m', 'hermes_cli.main', 'gateway', 'run', '--replace'])
    expect(await gateway.ended).toEqual({ code: 0, signal: null })
    expect(json(home, 'gateway.pid')['pid']).toBe(second.pid)
    expect(existsSync(join(home, '.gateway-takeover.json'))).toBe(false)
  })

  it('--replace kills one that does not end', async () => {
    const home = standIn.newHome({ timeScale: 0.01, faults: { 'ignore-sigterm': true } })
    const gateway = await standIn.startRunning(home)
    await standIn.startRunning(home, [...supervised, '--replace'])
    expect((await gateway.ended).signal).toBe('SIGKILL')
  })
})

describe('token locks', () => {
  const tokens = { telegram: '123:abc' }

  it('are taken for each token, and given back', async () => {
    const home = standIn.newHome({ tokens })
    const gateway = await standIn.startRunning(home)
    const [name = ''] = readdirSync(join(home, 'locks'))
    expect(name).toMatch(/^telegram-bot-token-[0-9a-f]{16}\.lock$/)
    expect(json(home, `locks/${name}`)).toEqual({
      ...json(home, 'gateway.pid'),
      scope: 'telegram-bot-token',
      identity_hash: name.slice(-21, -5),
      metadata: {},
      updated_at: expect.stringMatching(timeForm),
      profile: 'default',
    })
    gateway.kill('SIGTERM')
    await gateway.ended
    expect(readdirSync(join(home, 'locks'))).toEqual([])
  })

  it('may come from .env, which also says where they are', async () => {
    const home = standIn.newHome()
    const locks = join(home, 'elsewhere')
    writeFileSync(join(home, '.env'), `# bots\nTELEGRAM_BOT_TOKEN="123:abc"\nHERMES_GATEWAY_LOCK_DIR=${locks}\n`)
    await standIn.startRunning(home)
    expect(readdirSync(locks)).toHaveLength(1)
  })

  it.each([
    ['C', 78],
    ['M', 78],
    ['E', 1],
  ])('of a live gateway end the start (%s: %i)', async (era, code) => {
    const holder = standIn.newHome({ tokens })
    const gateway = await standIn.startRunning(holder)
    const home = standIn.newHome({ era, tokens })
    const second = standIn.start(home, supervised, { HERMES_GATEWAY_LOCK_DIR: join(holder, 'locks') })
    expect((await second.ended).code).toBe(code)
    const reason = `telegram: bot token already in use (PID ${gateway.pid}). Stop the other gateway first.`
    expect(second.stderr()).toContain(`ERROR gateway.run: Gateway hit a non-retryable startup conflict: ${reason}`)
    expect(state(home)).toMatchObject({ gateway_state: 'startup_failed', exit_reason: reason })
    expect(existsSync(join(home, 'gateway.pid'))).toBe(false)
    expect(readdirSync(join(holder, 'locks'))).toHaveLength(1)
  })
})
