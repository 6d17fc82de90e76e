import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createWorld, run, target, type World } from './world.ts'

/** How a person meets Caduceus in a terminal: words, exit codes, two at once, Ctrl-C, secrets. */

const root = resolve(import.meta.dirname, '..')
const cli = join(root, 'dist', 'cli', 'caduceus.js')

let world: World

beforeEach(async () => {
  world = createWorld()
  await world.switches('K-TIMESCALE=0.05')
})

afterEach(() => world.dispose())

function environment(): NodeJS.ProcessEnv {
  return world.environment
}

describe('words', () => {
  test('the story of the README, read line by line', async () => {
    const first = await world.caduceus('start')
    expect(first.code).toBe(0)
    expect(first.stdout).toMatch(/Restored the definition from the template/)
    const stop = await world.caduceus('stop')
    expect(stop.stdout).toMatch(/✓ Stopped: launchd let go of the job and no process is left\./)
    rmSync(world.plist)
    const again = await world.caduceus('start')
    const lines = again.stdout.trim().split('\n')
    expect(lines.find((line) => line.startsWith('● Restored'))).toContain(world.plist)
    expect(lines.find((line) => line.startsWith('● Loaded'))).toContain('launchctl bootstrap gui/')
    const started = lines.find((line) => line.startsWith('● Started'))
    expect(lines.at(-1)).toMatch(/^✓ Running with pid \d+\.$/)
    const pid = /pid (\d+)/.exec(lines.at(-1) ?? '')?.[1] ?? ''
    expect(started).toContain(`pid ${pid}`)
    const ps = await run('ps', ['-o', 'pid=', '-p', pid], environment())
    expect(ps.stdout.trim()).toBe(pid)
  })

  test('status says what, why, on what evidence, and what can be done', async () => {
    const status = await world.caduceus('status')
    expect(status.code).toBe(3)
    expect(status.stdout).toContain('✗ ai.hermes.gateway  Definition missing')
    expect(status.stdout).toContain(`is not loaded`)
    expect(status.stdout).toContain('Start: caduceus start')
    expect(status.stdout).toContain(`Sandbox: ${world.sandbox}`)
    await world.caduceus('start')
    const running = await world.caduceus('status')
    expect(running.code).toBe(0)
    expect(running.stdout).toMatch(/● ai\.hermes\.gateway {2}Running\n/)
    expect(running.stdout).toMatch(/pid \d+, gateway pid \d+, up \d+ s, started once/)
  })

  const mistakes = [
    { words: ['strat'], says: /start/ },
    { words: ['start', '--frobnicate'], says: /--frobnicate/ },
    { words: ['start', '--timeout', 'soon'], says: /number of seconds/ },
    { words: ['status', '--profile', 'nobody'], says: /no profile "nobody".*Known: default/ },
    { words: ['start', '--profile', '../x'], says: /profile/ },
    { words: [], says: /Usage/ },
  ]
  test.each(mistakes)('a mistake is named, and nothing is done: $words', async ({ words, says }) => {
    const done = await world.caduceus(...words)
    expect(done.code).toBe(2)
    expect(done.stderr).toMatch(says)
    expect(existsSync(world.plist)).toBe(false)
  })

  test('a relative state folder is refused, naming the variable', async () => {
    const done = await run(process.execPath, [cli, 'status'], { ...environment(), CADUCEUS_STATE_DIR: 'here' })
    expect(done.code).toBe(1)
    expect(done.stderr).toContain('CADUCEUS_STATE_DIR must be an absolute path')
  })

  test('help and version are no mistakes', async () => {
    expect((await world.caduceus('--help')).code).toBe(0)
    expect(await world.caduceus('--version')).toMatchObject({ code: 0, stdout: '0.1.0\n' })
  })

  test('npm exec caduceus works from the clone', async () => {
    const done = await run('npm', ['exec', 'caduceus', '--', 'status', '--json'], {
      ...environment(),
      npm_config_update_notifier: 'false',
    })
    expect(JSON.parse(done.stdout)).toMatchObject([{ label: 'ai.hermes.gateway' }])
    expect(done.code).toBe(3)
  })

  test('whoever stops reading has read enough', async () => {
    const done = await run('/bin/sh', ['-c', `'${process.execPath}' '${cli}' status | true`], environment())
    expect(done.stderr).toBe('')
  })
})

describe('a reader that goes away', () => {
  test('does not keep a stop from being carried out', async () => {
    await world.caduceus('start')
    await run('/bin/sh', ['-c', `'${process.execPath}' '${cli}' stop | true`], environment())
    expect(await world.gateways()).toEqual([])
  })
})

describe('a dry run', () => {
  test('says what would be done, and does nothing', async () => {
    const planned = await world.caduceus('repair', '--dry-run')
    expect(planned.code).toBe(0)
    expect(planned.stdout).toMatch(/1\. Restore .*\n2\. Load the definition into launchd\n3\. Wait until/)
    expect(existsSync(world.plist)).toBe(false)
    expect(await world.foresee('repair')).toMatchObject({ verdict: 'steps', condition: 'definition-missing' })
  })
})

describe('profiles', () => {
  test('a profile has a gateway of its own, beside the default one', async () => {
    mkdirSync(join(world.hermesHome, 'profiles', 'work'), { recursive: true })
    expect((await world.caduceus('start')).code).toBe(0)
    expect((await world.status()).condition.id).toBe('running')
    const before = JSON.parse((await world.caduceus('status', '--json', '--profile', 'work')).stdout)
    expect(before).toMatchObject([{ label: 'ai.hermes.gateway-work', condition: { id: 'not-installed' } }])

    const text = await world.caduceus('status', '--profile', 'work')
    expect(text.stdout).toContain('`caduceus start --profile work` would give it one')
    expect((await world.caduceus('status')).code).toBe(0)

    expect((await world.caduceus('start', '--profile', 'work')).code).toBe(0)

    const all = JSON.parse((await world.caduceus('status', '--json')).stdout)
    expect(all).toMatchObject([
      { profile: 'default', condition: { id: 'running' } },
      { profile: 'work', condition: { id: 'running' }, home: join(world.hermesHome, 'profiles', 'work') },
    ])
    expect((await world.caduceus('stop', '--profile', 'work')).code).toBe(0)
    expect((await world.status()).condition.id).toBe('running')
  })
})

describe('secrets', () => {
  test('values of environment variables appear nowhere but in the definition and its kept copy', async () => {
    await world.caduceus('start')
    world.editPlist((text) =>
      text.replace(
        '<key>HERMES_HOME</key>',
        '<key>TELEGRAM_TOKEN</key><string>hunter2hunter2</string><key>HERMES_HOME</key>',
      ),
    )
    const outputs = [
      await world.caduceus('status'),
      await world.caduceus('status', '--json'),
      await world.caduceus('repair', '--dry-run', '--json'),
      await world.caduceus('repair', '--json'),
      await world.caduceus('status', '--json'),
      await world.caduceus('stop', '--json'),
      await world.caduceus('start'),
    ]
    expect(outputs.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain('hunter2')
    const holding = filesBelow(world.sandbox).filter((file) => readFileSync(file).includes('hunter2'))
    expect(holding.map((file) => file.slice(world.sandbox.length + 1)).filter((file) => !allowed(file))).toEqual([])
    for (const file of filesBelow(join(world.sandbox, 'definitions'))) expect(statSync(file).mode & 0o077).toBe(0)
    for (const file of ['activity.jsonl', 'launchd/state.json']) {
      expect(statSync(join(world.sandbox, file)).mode & 0o077).toBe(0)
    }

    /** The definition itself, its kept copy, and what the embedded launchd has loaded. */
    function allowed(file: string): boolean {
      return file.endsWith('.plist') || file.startsWith('definitions/') || file === 'launchd/state.json'
    }
  })
})

describe('two at once', () => {
  test('the second says who is at work, waits, and finds it done', async () => {
    world.standIn({ faults: { 'start-late': 1.5 } })
    const first = world.caduceus('start')
    await expect.poll(() => existsSync(join(world.sandbox, 'operations', 'ai.hermes.gateway.lock'))).toBe(true)
    const second = await world.caduceus('start')
    expect(second.stdout).toMatch(/Waiting until `caduceus start` \(pid \d+, since .*\) has finished/)
    expect(second.stdout).toMatch(/Already running with pid/)
    expect((await first).code).toBe(0)
    expect(await world.gateways()).toHaveLength(1)
  })

  test('eight at once make one gateway', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => world.caduceus('start')))
    expect(all.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, () => 0))
    expect(await world.gateways()).toHaveLength(1)
  })

  test('one that was killed outright does not keep the next one out', async () => {
    world.standIn({ faults: { 'start-late': 30 } })
    const child = spawn(process.execPath, [cli, 'start'], { env: environment(), stdio: 'ignore' })
    await expect.poll(async () => (await world.launchctl('print', target())).code).toBe(0)
    child.kill('SIGKILL')
    world.standIn({})
    expect((await world.caduceus('restart')).code).toBe(0)
    expect(await world.gateways()).toHaveLength(1)
  })
})

describe('Ctrl-C', () => {
  test('ends an operation between two steps; the same command goes on from there', async () => {
    world.standIn({ faults: { 'start-late': 20 } })
    const child = spawn(process.execPath, [cli, 'start'], { env: environment(), stdio: ['ignore', 'pipe', 'ignore'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    await expect.poll(() => output).toContain('Started: launchd runs it')
    child.kill('SIGINT')
    const code = await new Promise((done) => child.on('close', done))
    expect(code).toBe(130)
    expect(output).toContain('Cancelled between two steps')
    world.standIn({})
    expect((await world.caduceus('restart')).code).toBe(0)
    expect(await world.gateways()).toHaveLength(1)
  })
})

describe('live', () => {
  test('npm start without a terminal prints the steps and the final status, and ends with 0', async () => {
    const done = await run(process.execPath, [cli, 'start', '--watch'], environment())
    expect(done.code).toBe(0)
    expect(done.stdout).toMatch(/Restored.*Loaded.*Started.*✓ Running with pid.*● ai\.hermes\.gateway {2}Running/s)
  })

  test.runIf(process.platform === 'linux')(
    'on a terminal the picture is drawn anew in place until Ctrl-C',
    async () => {
      const command = `'${process.execPath}' '${cli}' start --watch`
      // `script` gives it a terminal; -e hands its exit code on.
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        env: { ...environment(), TERM: 'xterm' },
        stdio: ['pipe', 'pipe', 'ignore'],
      })
      let output = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
      await expect.poll(() => output, { timeout: 15_000 }).toMatch(/Ctrl-C ends the view/)
      const [gateway] = await world.gateways()
      if (gateway === undefined) throw new Error('no gateway')
      process.kill(gateway, 'SIGKILL')
      await expect.poll(() => output, { timeout: 15_000 }).toContain('A\u001b[J')
      child.stdin.write('\u0003')
      await new Promise((done) => child.on('close', done))
      expect(output).toContain('\u001b[32m●')
    },
  )

  test('status --watch --json writes a line for every change', async () => {
    await world.caduceus('start')
    const child = spawn(process.execPath, [cli, 'status', '--watch', '--json'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    await expect.poll(() => output).toContain('"running"')
    await world.caduceus('stop')
    await expect.poll(() => output, { timeout: 8_000 }).toContain('"stopped"')
    child.kill('SIGINT')
    const code = await new Promise((done) => child.on('close', done))
    expect(code).toBe(3)
    for (const line of output.trim().split('\n')) expect(JSON.parse(line)).toHaveLength(1)
  })
})

describe('the sandbox', () => {
  test('never removes a folder that it did not make', async () => {
    await world.launchctl('emulator', 'stop')
    rmSync(world.sandbox, { recursive: true, force: true })
    mkdirSync(join(world.sandbox, 'thesis'), { recursive: true })
    const done = await world.caduceus('sandbox', 'reset')
    expect(done.code).toBe(5)
    expect(done.stderr).toContain('was not made by Caduceus')
    expect(existsSync(join(world.sandbox, 'thesis'))).toBe(true)
  })

  test('start --watch --json writes JSON only', async () => {
    const done = await world.caduceus('start', '--watch', '--json')
    const [result, statuses] = done.stdout.split('\n}\n')
    expect(JSON.parse(`${result}\n}`)).toMatchObject({ outcome: 'done' })
    expect(JSON.parse(statuses ?? '')).toMatchObject([{ condition: { id: 'running' } }])
  })

  test('says where it lives, stops everything, and goes without a trace', async () => {
    await world.caduceus('start')
    const status = await world.caduceus('sandbox', 'status')
    expect(status.stdout).toContain(world.sandbox)
    expect(status.stdout).toContain(target())
    expect((await world.caduceus('sandbox', 'stop')).code).toBe(0)
    expect(await world.gateways()).toEqual([])
    expect(existsSync(world.plist)).toBe(true)
    expect((await world.caduceus('sandbox', 'status')).stdout).toContain('not running')
    expect((await world.caduceus('sandbox', 'reset')).code).toBe(0)
    expect(existsSync(world.sandbox)).toBe(false)
    expect((await world.caduceus('sandbox', 'reset')).code).toBe(0)
  })

  test('its launchd ends by itself when nothing is loaded and nobody asks', async () => {
    const idle = { ...environment(), LAUNCHD_EMULATOR_IDLE_SECONDS: '1' }
    await world.launchctl('emulator', 'stop')
    await run(process.execPath, [cli, 'status'], idle)
    const daemon = async () => (await world.caduceus('sandbox', 'status')).stdout
    expect(await daemon()).toContain('Its launchd runs with pid')
    await expect.poll(daemon, { timeout: 10_000, interval: 1_500 }).toContain('not running')
  })

  test('nothing outside the state folder is touched', async () => {
    await world.caduceus('start')
    await world.caduceus('stop')
    expect(readdirSync(world.home).sort()).toEqual(['state'])
  })
})

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
