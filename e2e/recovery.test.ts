import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildHost } from '../electron/host/build-host.ts'
import { createLaunchctlExecutable } from '../electron/launchd/launchctl-executable.ts'
import type { Controller } from '../electron/supervisor/controller.ts'
import { startDetachedGateway } from './detached-gateway.ts'
import { createWorld, sha256, target, type World } from './world.ts'

/** What a person meets when they run `caduceus` after launchd's state has drifted, with nothing faked below it. */

const domain = target().replace(/\/ai.*/, '')

let world: World

beforeEach(async () => {
  world = createWorld()
  // Throttles and exit timeouts of half a minute pass in a second and a half; processes stay real.
  await world.switches('K-TIMESCALE=0.05')
  const first = await world.operate('start')
  expect(first).toMatchObject({ outcome: 'done', exit: 0 })
})

afterEach(() => world.dispose())

/** The end of every recovery: one gateway, fresh, that launchd runs, by launchd's word and by the process table's. */
async function expectOneFreshGateway(before: readonly number[] = []): Promise<void> {
  const status = await world.status()
  expect(status.condition.id).toBe('running')
  const gateways = await world.gateways()
  expect(gateways).toEqual([status.gatewayPid])
  expect(before).not.toContain(status.gatewayPid)
  const printed = await world.launchctl('print', target())
  expect(printed.stdout).toContain(`\n\tpid = ${status.pid}\n`)
}

describe('the definition', () => {
  test('start recreates a missing plist, loads it and starts the service', async () => {
    const before = await world.gateways()
    const bytes = readFileSync(world.plist)
    expect((await world.operate('stop')).exit).toBe(0)
    expect(await world.gateways()).toEqual([])
    rmSync(world.plist)
    // What Hermes runs into: launchd does not know the label, and says so by a bare exit status 3.
    expect(await world.launchctl('start', 'ai.hermes.gateway')).toMatchObject({ code: 3, stdout: '', stderr: '' })

    const result = await world.operate('start')

    expect(result).toMatchObject({ outcome: 'done', exit: 0 })
    expect(result.steps.filter(({ outcome }) => outcome === 'done').map(({ step }) => step)).toEqual([
      'write-definition',
      'bootstrap',
      'started',
    ])
    expect(result.durationMs).toBeLessThan(2_000)
    expect(readFileSync(world.plist).equals(bytes)).toBe(true)
    await expectOneFreshGateway(before)
  })

  test('a user’s own edit survives the loss of the file, byte for byte', async () => {
    world.editPlist((text) =>
      text.replace('<dict>', '<dict>\n    <!-- mine -->\n    <key>Nice</key><integer>5</integer>'),
    )
    const edited = readFileSync(world.plist)
    await world.operate('repair')
    await world.operate('stop')
    rmSync(world.plist)
    expect(await world.operate('start')).toMatchObject({ outcome: 'done' })
    expect(readFileSync(world.plist).equals(edited)).toBe(true)
  })

  const broken = [
    { name: 'empty', bytes: () => '', says: /empty/i },
    {
      name: 'truncated',
      bytes: (text: string) => text.slice(0, text.length / 2),
      says: /not closed|ends|truncated|cut/i,
    },
    {
      name: 'with a wrong label',
      bytes: (text: string) => text.replace('ai.hermes.gateway<', 'com.other.thing<'),
      says: /com\.other\.thing/,
    },
    { name: 'not a property list', bytes: () => 'hello', says: /not a property list/i },
    {
      name: 'without a program',
      bytes: (text: string) => text.replace('ProgramArguments', 'Unrelated'),
      says: /Program/,
    },
  ]
  test.each(broken)('a plist that is $name is kept, replaced, loaded and started', async ({ bytes, says }) => {
    await world.operate('stop')
    const text = bytes(readFileSync(world.plist, 'utf8'))
    writeFileSync(world.plist, text)
    expect((await world.status()).condition.reason).toMatch(says)
    expect(await world.operate('start')).toMatchObject({ outcome: 'done', exit: 0 })

    expect(world.keptHashes()).toContain(sha256(text))
    await expectOneFreshGateway()
  })

  test('a plist that is gone while the job runs is put back without touching the gateway', async () => {
    const before = await world.gateways()
    const bytes = readFileSync(world.plist)
    rmSync(world.plist)
    expect((await world.status()).condition).toMatchObject({ id: 'definition-missing-running', light: 'attention' })

    expect(await world.operate('repair')).toMatchObject({ outcome: 'done', exit: 0 })

    expect(readFileSync(world.plist).equals(bytes)).toBe(true)
    expect(await world.gateways()).toEqual(before)
    expect((await world.status()).condition.id).toBe('running')
  })

  test.each([0o664, 0o620])('a plist that others may write (%o) comes back as itself, edits and all', async (mode) => {
    await world.operate('stop')
    world.editPlist((text) => text.replace('<dict>', '<dict>\n    <!-- mine -->'))
    chmodSync(world.plist, mode)
    const bytes = readFileSync(world.plist)
    expect((await world.launchctl('bootstrap', domain, world.plist)).code).toBe(5)
    expect(await world.operate('start')).toMatchObject({ outcome: 'done' })
    expect(readFileSync(world.plist).equals(bytes)).toBe(true)
    expect(statSync(world.plist).mode & 0o777).toBe(0o644)
    await expectOneFreshGateway()
  })

  test('a plist that anybody may write is not believed: a kept copy takes its place', async () => {
    const bytes = readFileSync(world.plist)
    await world.operate('stop')
    world.editPlist((text) => text.replace('<dict>', '<dict>\n    <!-- whose? -->'))
    const edited = readFileSync(world.plist)
    chmodSync(world.plist, 0o666)
    expect(await world.operate('start')).toMatchObject({ outcome: 'done' })
    expect(readFileSync(world.plist).equals(bytes)).toBe(true)
    expect(world.keptHashes()).toContain(sha256(edited))
  })

  test('a symbolic link is replaced by a file, and what it led to is left alone', async () => {
    await world.operate('stop')
    const elsewhere = join(world.home, 'my.plist')
    renameSync(world.plist, elsewhere)
    symlinkSync(elsewhere, world.plist)
    const bytes = readFileSync(elsewhere)
    expect(await world.operate('start')).toMatchObject({ outcome: 'done' })
    expect(readFileSync(elsewhere).equals(bytes)).toBe(true)
    await expectOneFreshGateway()
  })

  test('a folder in its place is left alone, and said', async () => {
    await world.operate('stop')
    rmSync(world.plist)
    mkdirSync(join(world.plist, 'precious'), { recursive: true })
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'refused', exit: 5, condition: { id: 'definition-unsafe' } })
    expect(result.next).toContain(world.plist)
    expect(await world.gateways()).toEqual([])
  })

  test('a definition pinned to another home is nobody’s to replace', async () => {
    await world.operate('stop')
    world.editPlist((text) => text.replaceAll('/.hermes<', '/.other<'))
    const text = readFileSync(world.plist)
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'refused', exit: 5, condition: { id: 'definition-foreign' } })
    expect(result.message).toContain('.other')
    expect(readFileSync(world.plist).equals(text)).toBe(true)
  })

  test('one pinned to another home is nobody’s to replace, whatever its mode', async () => {
    await world.operate('stop')
    world.editPlist((text) => text.replaceAll('/.hermes<', '/.other<'))
    chmodSync(world.plist, 0o664)
    const text = readFileSync(world.plist)
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'refused', condition: { id: 'definition-foreign' } })
    expect(readFileSync(world.plist).equals(text)).toBe(true)
  })

  test('nothing to recreate it from: refused, naming Hermes', async () => {
    await world.operate('stop')
    rmSync(world.plist)
    rmSync(join(world.sandbox, 'definitions'), { recursive: true })
    // The command line puts the stand-in back at each call; without it there is no Hermes here.
    rmSync(join(world.hermesHome, 'hermes-agent'), { recursive: true })
    const controller = controllerWithoutStandIn(world)
    const result = await controller.request({ kind: 'start', by: 'person' }, { timeoutMs: 5_000 })
    expect(result).toMatchObject({ outcome: 'refused', condition: { id: 'not-installed' }, steps: [] })
    expect(result.next).toContain('Install Hermes')
    expect(await world.gateways()).toEqual([])
  })

  test('the folder of its logs gone: made again, and the definition left as it is', async () => {
    await world.operate('stop')
    world.editPlist((text) => text.replace('<dict>', '<dict>\n    <!-- mine -->'))
    const bytes = readFileSync(world.plist)
    rmSync(join(world.hermesHome, 'logs'), { recursive: true })
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'done' })
    expect(result.steps.map(({ step }) => step)).toContain('make-log-folders')
    expect(readFileSync(world.plist).equals(bytes)).toBe(true)
  })
})

describe('launchd', () => {
  test('a job that was unloaded behind our back is loaded and started', async () => {
    const before = await world.gateways()
    await world.launchctl('bootout', target())
    await expect.poll(async () => (await world.launchctl('print', target())).code).toBe(113)
    expect((await world.status()).condition).toMatchObject({ id: 'unloaded', light: 'failed' })
    expect(await world.operate('start')).toMatchObject({ outcome: 'done', exit: 0 })
    await expectOneFreshGateway(before)
  })

  test('a disabled override is cleared by start, and only by start', async () => {
    await world.operate('stop')
    await world.launchctl('disable', target())
    expect((await world.status()).condition.id).toBe('disabled')
    expect(await world.operate('repair')).toMatchObject({ outcome: 'refused', exit: 5, condition: { id: 'disabled' } })
    expect(await world.gateways()).toEqual([])
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'done', exit: 0 })
    expect(result.steps.map(({ step }) => step)).toContain('enable')
    await expectOneFreshGateway()
  })

  test('a missing plist and a disabled override together', async () => {
    await world.operate('stop')
    await world.launchctl('disable', target())
    rmSync(world.plist)
    expect(await world.operate('start')).toMatchObject({ outcome: 'done', exit: 0 })
    await expectOneFreshGateway()
  })

  test('a launchctl that hangs is unknown, never down, and nothing is changed', async () => {
    const before = await world.gateways()
    await world.switches('HANG=print')
    const status = await world.caduceus('status', '--json', '--timeout', '1')
    expect(status.code).toBe(4)
    expect(JSON.parse(status.stdout)[0].condition).toMatchObject({ id: 'unknown', light: 'unknown' })
    const result = await world.operate('start', '--timeout', '8')
    expect(result).toMatchObject({ outcome: 'unknown', exit: 4, condition: { id: 'unknown' }, steps: [] })
    await world.switches('HANG=')
    expect(await world.gateways()).toEqual(before)
    await expectOneFreshGateway()
  })

  test('a verb that hangs leaves time for one more look, and the next start finds its way', async () => {
    await world.operate('stop')
    await world.switches('HANG=bootstrap')
    const result = await world.operate('start', '--timeout', '3')
    expect(result).toMatchObject({ outcome: 'failed', exit: 1, condition: { id: 'unloaded' } })
    expect(result.steps.map(({ evidence }) => evidence).join()).toMatch(/bootstrap .* did not answer within/)
    await world.switches('HANG=')
    expect(await world.operate('start')).toMatchObject({ outcome: 'done' })
    await expectOneFreshGateway()
  })

  test('a launchctl that talks nonsense is unknown', async () => {
    await world.switches('GARBLE=print')
    expect((await world.status()).condition.id).toBe('unknown')
    expect(await world.operate('stop')).toMatchObject({ outcome: 'unknown', exit: 4 })
    await world.switches('GARBLE=')
    await expectOneFreshGateway()
  })

  test.each(['125', '112'])('no GUI session (%s) is refused with what to do', async (code) => {
    await world.operate('stop')
    await world.switches(`K-NOGUI=${code}`)
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'refused', exit: 5, condition: { id: 'no-session' } })
    expect(result.next).toMatch(/log in/i)
    await world.switches('K-NOGUI=off')
    expect(await world.operate('start')).toMatchObject({ outcome: 'done' })
  })

  test('one Input/output error is met by patience', async () => {
    await world.operate('stop')
    await world.switches('K-EIOONCE=2')
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'done', exit: 0 })
    expect(result.steps.filter(({ step, outcome }) => step === 'bootstrap' && outcome === 'failed')).toHaveLength(2)
    await expectOneFreshGateway()
  })

  test.each(['vanish', '5'])('denied in Login Items (%s) is blocked, with the way there', async (way) => {
    await world.operate('stop')
    await world.switches(`K-BTM=${way}`)
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'refused', exit: 5, condition: { id: 'blocked' } })
    expect(result.next).toContain('Login Items')
    expect((await world.status()).condition.id).toBe('blocked')
    await world.switches('K-BTM=allow')
    expect(await world.operate('start')).toMatchObject({ outcome: 'done' })
    expect((await world.status()).condition.id).toBe('running')
  })

  test('a start that launchd holds back is asked for once', async () => {
    await world.operate('stop')
    await world.switches('K-PENDED=speculative')
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'done', exit: 0 })
    expect(result.steps.filter(({ step }) => step === 'kickstart')).toHaveLength(1)
    await expectOneFreshGateway()
  })

  test('a slow unload is waited for before the next load', async () => {
    const before = await world.gateways()
    await world.switches('K-SLOWBOOTOUT=700')
    world.editPlist((text) => text.replace('<integer>30</integer>', '<integer>20</integer>'))
    expect(await world.operate('repair')).toMatchObject({ outcome: 'done' })
    await expectOneFreshGateway(before)
  })
})

describe('the gateway', () => {
  test('its program gone: cannot be executed, refused with the path; repair and start once it is back', async () => {
    await world.operate('stop')
    world.editPlist((text) => text.replaceAll('/venv/bin/python', '/gone/bin/python'))
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'refused', exit: 5, condition: { id: 'cannot-execute' } })
    expect(result.message).toContain('/gone/bin/python')
    expect(result.next).toContain('caduceus repair')
    const edited = readFileSync(world.plist)
    expect(await world.operate('repair')).toMatchObject({ outcome: 'done', exit: 0 })
    expect(world.keptHashes()).toContain(sha256(edited))
    await expectOneFreshGateway()
  })

  test('78 from launchd itself, with a job that was loaded by hand', async () => {
    await world.operate('stop')
    world.editPlist((text) => text.replaceAll('/venv/bin/python', '/gone/bin/python'))
    await world.launchctl('bootstrap', domain, world.plist)
    await expect
      .poll(async () => (await world.launchctl('print', target())).stdout)
      .toContain('last exit code = 78: EX_CONFIG')
    expect((await world.status()).condition.id).toBe('cannot-execute')
    expect(await world.operate('repair')).toMatchObject({ outcome: 'done' })
    await expectOneFreshGateway()
  })

  test('a crash loop is named with its last words and not fed', async () => {
    await world.operate('stop')
    world.standIn({ faults: { 'crash-at-start': 1 } })
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'failed', exit: 1, condition: { id: 'crash-looping' } })
    expect(result.message).toContain('exit 1')
    await expect
      .poll(async () => (await world.status()).condition.id, { timeout: 10_000, interval: 300 })
      .toBe('crash-looping')
    const again = await world.operate('start')
    expect(again).toMatchObject({ outcome: 'refused', exit: 5, steps: [] })
    world.standIn({})
    expect(await world.operate('restart')).toMatchObject({ outcome: 'done', exit: 0 })
    await expectOneFreshGateway()
  })

  test('a configuration error is told as such, and launchd leaves it down', async () => {
    await world.operate('stop')
    world.standIn({ faults: { 'fatal-config': 'telegram token already in use (PID 4711)' } })
    const result = await world.operate('start')
    expect(result).toMatchObject({ outcome: 'failed', exit: 1, condition: { id: 'configuration-error' } })
    expect(result.message).toContain('already in use')
    expect((await world.status()).condition.id).toBe('configuration-error')
    world.standIn({})
    expect(await world.operate('start')).toMatchObject({ outcome: 'done', exit: 0 })
    await expectOneFreshGateway()
  })

  test('a clean stop is proven: label gone, process dead, definition and meaning kept', async () => {
    const bytes = readFileSync(world.plist)
    expect(await world.operate('stop')).toMatchObject({ outcome: 'done', exit: 0 })
    expect((await world.launchctl('print', target())).code).toBe(113)
    expect(await world.gateways()).toEqual([])
    expect(readFileSync(world.plist).equals(bytes)).toBe(true)
    expect((await world.status()).condition).toMatchObject({ id: 'stopped', light: 'stopped' })
    // The announced stop was understood: the gateway ended as planned and not as struck down.
    expect(readFileSync(join(world.hermesHome, 'gateway_state.json'), 'utf8')).toContain('"stopped"')
    expect(await world.operate('stop')).toMatchObject({ outcome: 'done', message: 'It was not running.' })
  })

  test('killed outright, launchd brings it back, and start finds one that runs', async () => {
    const before = await world.gateways()
    for (const pid of before) process.kill(pid, 'SIGKILL')
    await expect.poll(() => world.gateways(), { timeout: 10_000 }).not.toEqual(before)
    expect(await world.operate('start')).toMatchObject({ outcome: 'done' })
    await expectOneFreshGateway(before)
  })

  test('a restart gives a fresh process and leaves one', async () => {
    const before = await world.gateways()
    expect(await world.operate('restart')).toMatchObject({ outcome: 'done', exit: 0 })
    await expectOneFreshGateway(before)
  })

  test('restarts in a row are no crash loop', async () => {
    for (const _ of [1, 2, 3]) expect(await world.operate('restart')).toMatchObject({ outcome: 'done', exit: 0 })
    await expectOneFreshGateway()
  })

  test('outside launchd: start refuses to make a second one, repair adopts it', async () => {
    await world.operate('stop')
    const detached = await startDetachedGateway(world)
    expect((await world.status()).condition.id).toBe('detached')
    expect(await world.operate('start')).toMatchObject({ outcome: 'refused', exit: 5, condition: { id: 'detached' } })
    expect(await world.gateways()).toEqual([detached])
    expect(await world.operate('repair')).toMatchObject({ outcome: 'done', exit: 0 })
    await expectOneFreshGateway([detached])
  })

  test('the log that cannot be opened is named', async () => {
    await world.operate('stop')
    const log = join(world.hermesHome, 'logs', 'gateway.log')
    rmSync(log, { force: true })
    mkdirSync(log)
    const result = await world.operate('start', '--timeout', '10')
    expect(result.exit).not.toBe(0)
    expect(result.condition.id).toBe('cannot-execute')
  })
})

/** The controller as the command line builds it, over a sandbox that nobody prepares. */
function controllerWithoutStandIn({ sandbox, launchctlPath, environment }: World): Controller {
  const accountHome = join(sandbox, 'home')
  const host = buildHost({
    stateDirectory: sandbox,
    accountHome,
    uid: userInfo().uid,
    loginShell: { shell: '/bin/sh', accountHome, user: userInfo().username },
    run: createLaunchctlExecutable({ path: launchctlPath, env: environment }),
    flags: [],
  })
  return host.controller(host.service('default'))
}
