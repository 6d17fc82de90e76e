import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isRunning, until, useBuiltEmulator, useEmulator } from '../test-emulator.ts'

const emulator = useEmulator(useBuiltEmulator())

/** Each test has a label of its own, so that one daemon serves them all. */
let count = 0
let label = ''
let path = ''
const sleeper = { ProgramArguments: ['/bin/sleep', '1000'], RunAtLoad: true, ThrottleInterval: 1 }
beforeEach(() => {
  count += 1
  label = `com.example.verb${count}`
  path = emulator.plist(label, sleeper)
})
/** Switches that a test sets are set back. */
const touched = new Set<string>()
afterEach(async () => {
  if (touched.size > 0) await emulator.client.setSwitches(Object.fromEntries([...touched].map((key) => [key, ''])))
  touched.clear()
  await run('bootout', '--wait', T())
})

const run = async (...args: readonly string[]) => await emulator.run(args)
const T = (name = label) => emulator.target(name)
const gui = () => emulator.target()
const domainWords = () => `user gui: ${emulator.uid}`
const silent = [0, '', '']
const masked = [
  5,
  '',
  'Bootstrap failed: 5: Input/output error\nTry re-running the command as root for richer errors.\n',
]

async function set(switches: Readonly<Record<string, string>>): Promise<void> {
  for (const key of Object.keys(switches)) touched.add(key)
  await emulator.client.setSwitches(switches)
}

async function running(): Promise<number> {
  return Number(await until(async () => (await emulator.facts(label))['pid']))
}

function usage(verb: string, operands: string): string {
  return [
    `Usage: launchctl ${verb} ${operands}`,
    '<service-target> takes a form of <domain-target>/<service-id>.',
    'Please refer to `man launchctl` for explanation of the <domain-target> specifiers.',
    '',
  ].join('\n')
}
const bootoutUsage = usage('bootout', '<domain-target> [service-path1, service-path2, ...] | <service-target>')

test('V-BOOTSTRAP-1 bootstrap is silent, and what runs at load runs soon after', async () => {
  expect(await run('bootstrap', gui(), path)).toEqual(silent)
  expect(isRunning(await running())).toBe(true)
})

test('V-BOOTSTRAP-7 bootstrap of a loaded label → masked 5, and the loaded definition stays', async () => {
  await run('bootstrap', gui(), path)
  expect(await run('bootstrap', gui(), path)).toEqual(masked)
  const other = emulator.plist(`${label}.other`, { Label: label, ProgramArguments: ['/bin/false'] })
  expect(await run('bootstrap', gui(), other)).toEqual(masked)
  expect((await emulator.facts(label))['path']).toBe(path)
})

test.each(['37', '17'])('K-LOADED bootstrap of a loaded label → %s, without the hint', async (code) => {
  await set({ 'K-LOADED': code })
  await run('bootstrap', gui(), path)
  const [exit, , stderr] = await run('bootstrap', gui(), path)
  expect([exit, stderr]).toEqual([
    Number(code),
    `Bootstrap failed: ${code}: ${code === '37' ? 'Operation already in progress' : 'File exists'}\n`,
  ])
})

test('E-MASK-4 every trouble with a file → masked 5', async () => {
  const [empty, directory, wrongName] = ['empty.plist', 'folder.plist', 'agent.xml'].map((name) =>
    join(emulator.folder, name),
  ) as [string, string, string]
  writeFileSync(empty, '')
  mkdirSync(directory)
  writeFileSync(join(directory, 'broken.plist'), '<plist>')
  writeFileSync(wrongName, '<plist version="1.0"><dict/></plist>')
  const open = emulator.plist(`${label}.open`, sleeper)
  const { chmodSync } = await import('node:fs')
  chmodSync(open, 0o666)
  for (const bad of [join(emulator.folder, 'missing.plist'), empty, directory, wrongName, open]) {
    expect(await run('bootstrap', gui(), bad)).toEqual(masked)
  }
})

test('V-BOOTSTRAP-6 a directory is scanned for property lists; relative paths start at the caller’s directory', async () => {
  mkdirSync(join(emulator.folder, label))
  emulator.plist(`${label}/${label}`, { ...sleeper, Label: label })
  writeFileSync(join(emulator.folder, label, 'notes.txt'), 'no property list')
  expect(await emulator.run(['bootstrap', gui(), label], { cwd: emulator.folder })).toEqual(silent)
  expect((await emulator.facts(label))['path']).toBe(join(emulator.folder, label, `${label}.plist`))
})

test('E-MASK-5 K-RICH names the path and the real code, 133 for several', async () => {
  await set({ 'K-RICH': 'on' })
  const missing = join(emulator.folder, 'missing.plist')
  expect(await run('bootstrap', gui(), missing)).toEqual([
    2,
    '',
    `${missing}: No such file or directory\nBootstrap failed: 2: No such file or directory\n`,
  ])
  await run('bootstrap', gui(), path)
  expect(await run('bootstrap', gui(), path)).toEqual([
    37,
    '',
    `${path}: service already bootstrapped\nBootstrap failed: 37: Operation already in progress\n`,
  ])
  const [code, , stderr] = await run('bootstrap', gui(), path, missing)
  expect([code, stderr.split('\n').length]).toEqual([133, 4])
})

test('K-SYMLINK a link to a property list is accepted, or refused', async () => {
  const link = join(emulator.folder, `${label}.link.plist`)
  symlinkSync(path, link)
  await set({ 'K-SYMLINK': 'refuse' })
  expect(await run('bootstrap', gui(), link)).toEqual(masked)
  await set({ 'K-SYMLINK': 'accept' })
  expect(await run('bootstrap', gui(), link)).toEqual(silent)
})

test('K-EIOONCE the next bootstraps fail, then they work', async () => {
  await set({ 'K-EIOONCE': '2' })
  expect(await run('bootstrap', gui(), path)).toEqual(masked)
  expect(await run('bootstrap', gui(), path)).toEqual(masked)
  expect(await run('bootstrap', gui(), path)).toEqual(silent)
})

test('R-SESSION-1 a job for Aqua cannot be loaded into the user domain, one for Background can', async () => {
  const user = `user/${emulator.uid}`
  expect(await run('bootstrap', user, path)).toEqual(masked)
  const background = emulator.plist(`${label}.bg`, { ...sleeper, LimitLoadToSessionType: ['Background'] })
  expect(await run('bootstrap', user, background)).toEqual(silent)
  expect((await run('print', `${user}/${label}.bg`))[1]).toMatch(new RegExp(`^${user}/${label}.bg = {`))
  expect(await run('bootout', '--wait', `${user}/${label}.bg`)).toEqual(silent)
})

test('V-BOOTSTRAP-4 a uid without a domain → 112', async () => {
  expect(await run('bootstrap', 'gui/54321', path)).toEqual([112, '', 'Could not find domain for user gui: 54321\n'])
})

test('V-BOOTSTRAP-5 a service target in place of the domain → 64', async () => {
  expect(await run('bootstrap', T(), path)).toEqual([
    64,
    '',
    `Unrecognized target specifier.\n${usage('bootstrap', '<domain-target> [service-path1, service-path2, ...]')}`,
  ])
})

test.each([
  ['allow', silent, true],
  ['vanish', silent, false],
  ['5', masked, false],
] as const)('R-BTM-3 K-BTM = %s', async (value, answer, isLoaded) => {
  await set({ 'K-BTM': value })
  expect(await run('bootstrap', gui(), path)).toEqual(answer)
  expect((await run('print', T()))[0]).toBe(isLoaded ? 0 : 113)
})

test('K-NOGUI 125: each verb on the gui domain says so', async () => {
  await set({ 'K-NOGUI': '125' })
  const text = '125: Domain does not support specified action\n'
  expect(await run('bootstrap', gui(), path)).toEqual([125, '', `Bootstrap failed: ${text}`])
  expect(await run('bootout', T())).toEqual([125, '', `Boot-out failed: ${text}`])
  expect(await run('kickstart', T())).toEqual([125, '', `Could not kickstart service "${label}": ${text}`])
  expect(await run('enable', T())).toEqual([125, '', `Could not enable service: ${text}`])
  expect(await run('disable', T())).toEqual([125, '', `Could not disable service: ${text}`])
  expect(await run('print', gui())).toEqual([125, '', `Could not print domain: ${text}`])
  expect(await run('managername')).toEqual([0, 'Background\n', ''])
})

test('K-NOGUI 112: each verb on the gui domain says so', async () => {
  await set({ 'K-NOGUI': '112' })
  const missing = `Could not find domain for ${domainWords()}\n`
  expect(await run('bootstrap', gui(), path)).toEqual([112, '', missing])
  expect(await run('kickstart', T())).toEqual([112, '', missing])
  expect(await run('print', T())).toEqual([112, '', `Bad request.\n${missing}`])
})

test('V-BOOTOUT-1 bootout answers at once; R-DRAIN-1 the label drains, refuses, and goes', async () => {
  const stubborn = emulator.plist(label, {
    ProgramArguments: ['/bin/sh', '-c', "trap '' TERM; while :; do sleep 0.05; done"],
    RunAtLoad: true,
    ExitTimeOut: 1,
  })
  await run('bootstrap', gui(), stubborn)
  const pid = await running()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await run('bootout', T())).toEqual(silent)
  expect(await emulator.facts(label)).toMatchObject({ state: 'SIGTERMed', pid: String(pid), 'active count': '1' })
  expect(await run('bootstrap', gui(), stubborn)).toEqual(masked)
  expect(await run('kickstart', '-k', T())).toEqual([37, '', ''])
  // V-BOOTOUT-3
  expect(await run('bootout', T())).toEqual(silent)
  await until(async () => (await run('print', T()))[0] === 113)
  expect(isRunning(pid)).toBe(false)
})

test('V-BOOTOUT-2 K-BOOTOUT-RUNNING 36 is said of a running job, which goes all the same', async () => {
  await set({ 'K-BOOTOUT-RUNNING': '36' })
  await run('bootstrap', gui(), path)
  await running()
  expect(await run('bootout', T())).toEqual([36, '', 'Boot-out failed: 36: Operation now in progress\n'])
  await until(async () => (await run('print', T()))[0] === 113)
})

test('V-BOOTOUT-4 bootout of a label that is not loaded → 3, or 113', async () => {
  expect(await run('bootout', T())).toEqual([3, '', 'Boot-out failed: 3: No such process\n'])
  await set({ 'K-BOOTOUT-MISSING': '113' })
  expect(await run('bootout', T())).toEqual([113, '', 'Boot-out failed: 113: Could not find specified service\n'])
})

test('V-BOOTOUT-6 --wait blocks until the label is gone, or is a usage error', async () => {
  await run('bootstrap', gui(), path)
  const pid = await running()
  await set({ 'K-WAITFLAG': 'no' })
  expect(await run('bootout', '--wait', T())).toEqual([64, '', `Unrecognized target specifier.\n${bootoutUsage}`])
  await set({ 'K-WAITFLAG': 'yes' })
  expect(await run('bootout', '--wait', T())).toEqual(silent)
  expect([isRunning(pid), (await run('print', T()))[0]]).toEqual([false, 113])
})

test('V-BOOTOUT-7 bootout by path: the file names the label; missing, unparsable or not loaded → 5', async () => {
  const refused = [
    5,
    '',
    'Boot-out failed: 5: Input/output error\nTry re-running the command as root for richer errors.\n',
  ]
  expect(await run('bootout', gui(), path)).toEqual(refused)
  expect(await run('bootout', gui(), '/no/such.plist')).toEqual(refused)
  await run('bootstrap', gui(), path)
  expect(await run('bootout', gui(), path)).toEqual(silent)
  await until(async () => (await run('print', T()))[0] === 113)
})

test('V-BOOTOUT-8 bootout of the whole domain is refused', async () => {
  await run('bootstrap', gui(), path)
  expect((await run('bootout', gui()))[0]).toBe(1)
  expect((await run('print', T()))[0]).toBe(0)
})

test('V-GEN-8 an unusable target → 64; V-GEN-9 a bare label gets a hint on 26', async () => {
  expect(await run('bootout', 'gui')).toEqual([64, '', `Unrecognized target specifier.\n${bootoutUsage}`])
  expect(await run('kickstart', gui())).toEqual([
    64,
    '',
    `Unrecognized target specifier.\n${usage('kickstart', '[-k] [-p] [-s] <service-target>')}`,
  ])
  expect(await run('enable', label)).toEqual([64, '', `Unrecognized target specifier, did you mean ${T()}\n`])
  await set({ 'K-BADTARGET': 'usage' })
  expect(await run('enable', label)).toEqual([
    64,
    '',
    `Unrecognized target specifier.\n${usage('enable', '<service-target>')}`,
  ])
})

test('V-KICKSTART-1 kickstart starts a job that waits for it, -p prints the pid', async () => {
  await run('bootstrap', gui(), emulator.plist(label, { ProgramArguments: ['/bin/sleep', '1000'] }))
  expect(await emulator.facts(label)).toMatchObject({ state: 'not running', runs: '0' })
  const [code, stdout] = await run('kickstart', '-p', T())
  expect(code).toBe(0)
  expect(await emulator.facts(label)).toMatchObject({ pid: stdout.trim(), 'immediate reason': 'non-ipc demand' })
  // V-KICKSTART-2, V-KICKSTART-3
  expect(await run('kickstart', T())).toEqual(silent)
  expect(await emulator.run(['kickstart', '-p', T()], { tty: true })).toEqual([
    0,
    `service spawned with pid: ${stdout}`,
    '',
  ])
  await set({ 'K-KICKRUNNING': '37' })
  expect(await run('kickstart', T())).toEqual([37, '', ''])
})

test('V-KICKSTART-5 -k ends the process and blocks until the next one is spawned; the file is not read again', async () => {
  await run('bootstrap', gui(), path)
  const before = await running()
  emulator.plist(label, { ProgramArguments: ['/bin/false'] })
  const [code, stdout] = await run('kickstart', '-kp', T())
  expect([code, isRunning(before), isRunning(Number(stdout))]).toEqual([0, false, true])
  expect(await emulator.facts(label)).toMatchObject({
    program: '/bin/sleep',
    runs: '2',
    'last terminating signal': 'Terminated: 15',
  })
})

test('V-KICKSTART-6 kickstart of a label that is not loaded → 113', async () => {
  expect(await run('kickstart', T())).toEqual([
    113,
    '',
    `Could not find service "${label}" in domain for ${domainWords()}\n`,
  ])
})

test('V-ENABLE-1 overrides are for any label, start and stop nothing, and are listed', async () => {
  expect(await run('disable', T())).toEqual(silent)
  expect((await run('print-disabled', gui()))[1]).toContain(`\t\t"${label}" => disabled\n`)
  // R-DISABLED-2
  expect(await run('bootstrap', gui(), path)).toEqual(masked)
  await set({ 'K-DISABLEDCODE': '119' })
  expect(await run('bootstrap', gui(), path)).toEqual([119, '', 'Bootstrap failed: 119: Service is disabled\n'])
  expect(await run('enable', `user/${emulator.uid}/${label}`)).toEqual(silent)
  expect((await run('print-disabled', gui()))[1]).toContain(`\t\t"${label}" => enabled\n`)
  expect(await run('bootstrap', gui(), path)).toEqual(silent)
  const pid = await running()
  await run('disable', T())
  expect(isRunning(pid)).toBe(true)
  await run('enable', T())
})

test('V-ENABLE-3 a target without a label → 64', async () => {
  expect((await run('disable', gui()))[0]).toBe(64)
})

test('V-PRINT-2 print of an unknown label → 113 in two lines, or one', async () => {
  const line = `Could not find service "${label}" in domain for ${domainWords()}\n`
  expect(await run('print', T())).toEqual([113, '', `Bad request.\n${line}`])
  await set({ 'K-BADREQ': 'off' })
  expect(await run('print', T())).toEqual([113, '', line])
})

test('V-PRINT-3 print of an unknown domain → 112', async () => {
  expect(await run('print', 'gui/54321/x')).toEqual([
    112,
    '',
    'Bad request.\nCould not find domain for user gui: 54321\n',
  ])
  expect((await run('print', 'user/54321'))[2]).toContain('Could not find domain for uid: 54321\n')
  await set({ 'K-UIDWORD': 'user:' })
  expect((await run('print', 'user/54321'))[2]).toContain('Could not find domain for user: 54321\n')
})

test('V-PRINT-5 print of something that is no target → 64', async () => {
  expect(await run('print', label)).toEqual([
    64,
    '',
    `Unrecognized target specifier.\n${usage('print', '<domain-target> | <service-target>')}`,
  ])
})

test('F-DOMAIN-2 print of the domain has a row for each job', async () => {
  await run('bootstrap', gui(), path)
  const pid = await running()
  const [, stdout] = await run('print', gui())
  expect(stdout.split('\n')[0]).toBe(`${gui()} = {`)
  expect(stdout).toContain(`\t\t${String(pid).padStart(8)}      - \t${label}\n`)
})

test('V-LIST-1 list has a row for each job; V-LIST-2 list of a label; V-LIST-3 of an unknown one → 113', async () => {
  expect(await run('list', label)).toEqual([113, '', `Could not find service "${label}" in domain for port\n`])
  await run('bootstrap', gui(), path)
  const pid = await running()
  expect((await run('list'))[1]).toContain(`${pid}\t0\t${label}\n`)
  expect((await run('list', label))[1]).toContain(`\t"PID" = ${pid};\n`)
  expect((await run('list', T()))[0]).toBe(113)
})

test('F-LISTL-2 list shows the raw wait status', async () => {
  await run(
    'bootstrap',
    gui(),
    emulator.plist(label, { ProgramArguments: ['/bin/sh', '-c', 'exit 75'], RunAtLoad: true }),
  )
  await until(async () => (await run('list', label))[1].includes('"LastExitStatus" = 19200;'))
  expect((await run('list'))[1]).toContain(`-\t75\t${label}\n`)
})

test('V-LOAD-1 load and unload; V-UNLOAD-1 unload -w disables for good; load -w enables again', async () => {
  expect(await run('load', path)).toEqual(silent)
  expect((await run('print', T()))[0]).toBe(0)
  expect(await run('unload', '-w', path)).toEqual(silent)
  await until(async () => (await run('print', T()))[0] === 113)
  expect((await run('print-disabled', gui()))[1]).toContain(`"${label}" => disabled`)
  expect((await run('load', path))[2]).toContain('Load failed')
  expect(await run('load', '-w', path)).toEqual(silent)
  expect((await run('print', T()))[0]).toBe(0)
})

test('V-LOAD-1 -F ignores the key Disabled of the file', async () => {
  const disabled = emulator.plist(label, { ...sleeper, Disabled: true })
  expect((await run('load', disabled))[2]).toContain('Load failed')
  expect(await run('load', '-F', disabled)).toEqual(silent)
})

const loadFailed = 'Load failed: 5: Input/output error\nTry running `launchctl bootstrap` as root for richer errors.\n'

test('V-LOAD-2 a failed load says so and exits 0, or 5, or aborts', async () => {
  expect(await run('load', '/no/such.plist')).toEqual([0, '', loadFailed])
  await set({ 'K-LOADEXIT': '5' })
  expect(await run('load', '/no/such.plist')).toEqual([5, '', loadFailed])
  await set({ 'K-LOADEXIT': 'abort' })
  expect(await emulator.client.run(['load', '/no/such.plist'], { timeoutMs: 5000 })).toMatchObject({
    ended: 'failed',
    cause: 'killed by SIGABRT',
  })
})

test('V-UNLOAD-2 a failed unload says so and exits 0', async () => {
  expect(await run('unload', path)).toEqual([
    0,
    '',
    'Unload failed: 5: Input/output error\nTry running `launchctl bootout` as root for richer errors.\n',
  ])
})

test('V-START-1 start does not wait; V-STOP-1 stop ends the process; V-START-2 unknown labels → a silent 3', async () => {
  for (const verb of ['start', 'stop', 'remove']) expect(await run(verb, label)).toEqual([3, '', ''])
  await run('bootstrap', gui(), emulator.plist(label, { ProgramArguments: ['/bin/sleep', '1000'] }))
  expect(await run('start', label)).toEqual(silent)
  const pid = await running()
  expect(await run('start', label)).toEqual(silent)
  expect(await run('stop', label)).toEqual(silent)
  await until(() => !isRunning(pid))
  expect(await run('stop', label)).toEqual(silent)
  expect(await run('remove', label)).toEqual(silent)
  expect((await run('print', T()))[0]).toBe(113)
})

test('R-THROTTLE-6 start of a throttled job answers at once and leaves the spawn where it is', async () => {
  await run(
    'bootstrap',
    gui(),
    emulator.plist(label, { ProgramArguments: ['/bin/false'], KeepAlive: true, ThrottleInterval: 1000 }),
  )
  await until(async () => (await emulator.facts(label))['last exit code'] === '1')
  expect(await run('start', label)).toEqual(silent)
  expect(await emulator.facts(label)).toMatchObject({ state: 'spawn scheduled', runs: '1' })
})

test('V-KILL-1 kill sends signals by Darwin’s names and numbers; V-KILL-2 without a process → 3', async () => {
  expect((await run('kill', 'TERM', T()))[0]).toBe(113)
  await run('bootstrap', gui(), path)
  const pid = await running()
  expect(await run('kill', 'FOO', T())).toEqual([64, '', 'Invalid signal.\n'])
  expect(await run('kill', '30', T())).toEqual(silent)
  await until(() => !isRunning(pid))
  await until(async () => (await emulator.facts(label))['last terminating signal'] === 'User defined signal 1: 30')
  expect(await run('kill', 'KILL', T())).toEqual([3, '', 'No process to signal.\n'])
})

test('V-BLAME-1 blame tells why the job was spawned', async () => {
  expect((await run('blame', T()))[0]).toBe(113)
  await run('bootstrap', gui(), path)
  await running()
  expect(await run('blame', T())).toEqual([0, 'speculative\n', ''])
})

test('V-ERROR-1, V-VERSION-1, V-MANAGER-1 launchctl about itself', async () => {
  expect(await run('error', '113')).toEqual([0, '113: Could not find specified service\n', ''])
  expect(await run('error', 'posix', '5')).toEqual([0, '5: Input/output error\n', ''])
  expect((await run('error'))[0]).toBe(64)
  expect((await run('version'))[1]).toMatch(/^Darwin Bootstrapper Version [^\n]+\n$/)
  expect(await run('managerpid')).toEqual([0, '1\n', ''])
  expect(await run('manageruid')).toEqual([0, `${emulator.uid}\n`, ''])
  expect(await run('managername')).toEqual([0, 'Aqua\n', ''])
})

test('V-GEN-3 an unknown subcommand → 1 with the help; V-GEN-4 help → 0', async () => {
  const [, help] = await run('help')
  expect(await run()).toEqual([0, help, ''])
  expect(await run('bootstrpa', 'x')).toEqual([1, help, 'Unrecognized subcommand: bootstrpa\n'])
  expect(await run('help', 'enable')).toEqual([0, '', 'Usage: launchctl enable <service-target>\n'])
})

test('K-BASE-1 a verb can hang, be garbled or always fail; other callers notice nothing', async () => {
  await run('bootstrap', gui(), path)
  await running()
  await set({ HANG: 'bootout', GARBLE: 'print', EIO: 'kickstart' })
  expect(await emulator.client.run(['bootout', T()], { timeoutMs: 200 })).toMatchObject({ ended: 'timed-out' })
  const [code, stdout] = await run('print', T())
  expect(code).toBe(0)
  expect(stdout).not.toMatch(/^\tpid = /m)
  expect(await run('kickstart', T())).toEqual([
    5,
    '',
    `Could not kickstart service "${label}": 5: Input/output error\n`,
  ])
  await set({ HANG: '', GARBLE: '', EIO: '' })
  expect((await emulator.facts(label))['state']).toBe('running')
})
