import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { content, isRunning, until, useBuiltEmulator, useEmulator } from './test-emulator.ts'

const emulator = useEmulator(useBuiltEmulator())

let count = 0
let label = ''
let out = ''
beforeEach(() => {
  count += 1
  label = `com.example.spawn${count}`
  out = join(emulator.folder, `${label}.out`)
})
afterEach(async () => {
  await emulator.run(['bootout', '--wait', emulator.target(label)])
  await emulator.client.setSwitches({ 'K-TIMESCALE': '', 'K-STDMKDIR': '' })
})

async function bootstrap(keys: Readonly<Record<string, unknown>>): Promise<void> {
  expect(await emulator.run(['bootstrap', emulator.target(), emulator.plist(label, keys)])).toEqual([0, '', ''])
}

function shell(script: string): { readonly ProgramArguments: readonly string[]; readonly RunAtLoad: true } {
  return { ProgramArguments: ['/bin/sh', '-c', script], RunAtLoad: true }
}

/** The facts of `print`, once `wanted` holds of them. */
async function factsWhen(wanted: (facts: Readonly<Record<string, string>>) => boolean) {
  return await until(async () => {
    const facts = await emulator.facts(label)
    return wanted(facts) ? facts : undefined
  })
}

test('R-ENV-1 a job sees launchd’s minimal environment and its own variables, nothing of the caller’s', async () => {
  await bootstrap({
    ProgramArguments: ['/usr/bin/env'],
    RunAtLoad: true,
    StandardOutPath: out,
    EnvironmentVariables: { Z: '1', TMPDIR: '/x' },
  })
  await factsWhen((facts) => facts['last exit code'] === '0')
  const variables = Object.fromEntries(
    (content(out) ?? '')
      .trim()
      .split('\n')
      .map((line) => line.split('=', 2)),
  )
  expect(Object.keys(variables).sort()).toEqual(
    [
      'HOME',
      'LOGNAME',
      'OSLogRateLimit',
      'PATH',
      'SHELL',
      'SSH_AUTH_SOCK',
      'TMPDIR',
      'USER',
      'XPC_FLAGS',
      'XPC_SERVICE_NAME',
      'Z',
    ].sort(),
  )
  expect(variables).toMatchObject({
    HOME: emulator.home,
    PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
    XPC_SERVICE_NAME: label,
    XPC_FLAGS: '0x0',
    TMPDIR: '/x',
    Z: '1',
  })
})

test('R-CWD-1 the working directory is / or WorkingDirectory', async () => {
  await bootstrap({ ...shell('pwd'), StandardOutPath: out })
  expect(await until(() => content(out))).toBe('/\n')
  await emulator.run(['bootout', '--wait', emulator.target(label)])
  await bootstrap({ ...shell('pwd'), StandardOutPath: `${out}2`, WorkingDirectory: emulator.home })
  expect(await until(() => content(`${out}2`))).toBe(`${emulator.home}\n`)
})

test('R-STDIO-1 logs are appended to, mode 0666 minus the umask of 022; R-STDIO-3 stdin is /dev/null', async () => {
  writeFileSync(`${out}.old`, 'before\n')
  await bootstrap({
    ...shell('cat; echo out; echo err >&2'),
    StandardOutPath: `${out}.old`,
    StandardErrorPath: `${out}.err`,
  })
  await until(() => content(`${out}.err`))
  expect(content(`${out}.old`)).toBe('before\nout\n')
  expect(statSync(`${out}.err`).mode & 0o777).toBe(0o644)
})

test('R-STDIO-3 Umask holds for the logs and for the job; StandardInPath is its stdin', async () => {
  writeFileSync(`${out}.in`, 'read me\n')
  await bootstrap({ ...shell('umask; cat'), Umask: 63, StandardInPath: `${out}.in`, StandardOutPath: out })
  await until(() => content(out)?.includes('read me'))
  expect(content(out)).toMatch(/^0?0077\nread me\n$/)
  expect(statSync(out).mode & 0o777).toBe(0o600)
})

test('R-STDIO-2 K-STDMKDIR parent directories of logs are created, or their absence is a 78', async () => {
  await bootstrap({ ...shell('echo'), StandardOutPath: join(emulator.folder, label, 'deep', 'out') })
  await factsWhen((facts) => facts['last exit code'] === '0')
  await emulator.run(['bootout', '--wait', emulator.target(label)])
  await emulator.client.setSwitches({ 'K-STDMKDIR': 'off' })
  await bootstrap({ ...shell('echo'), StandardOutPath: join(emulator.folder, label, 'other', 'out') })
  await factsWhen((facts) => facts['last exit code'] === '78: EX_CONFIG')
})

test('R-EXIT-1 a job leads a process group of its own, and the rest of the group ends with it', async () => {
  await bootstrap(shell(`sleep 1000 & echo $$ $! > ${out}; wait`))
  const [leader, child] = (await until(() => content(out))).trim().split(' ').map(Number) as [number, number]
  expect([isRunning(leader), isRunning(child)]).toEqual([true, true])
  await emulator.run(['kill', 'KILL', emulator.target(label)])
  await until(() => !isRunning(child))
  expect((await emulator.facts(label))['last terminating signal']).toBe('Killed: 9')
})

test('F-PRINT-3 Program is executed with the arguments of ProgramArguments, argv[0] included', async () => {
  await bootstrap({
    Program: '/bin/sh',
    ProgramArguments: ['named', '-c', 'echo $0'],
    RunAtLoad: true,
    StandardOutPath: out,
  })
  expect(await until(() => content(out))).toBe('named\n')
})

test.each([
  ['a working directory that is missing', { ...shell('exit 0'), WorkingDirectory: '/no/such' }],
  ['a log that cannot be opened', { ...shell('exit 0'), StandardOutPath: '/dev/null/log' }],
  ['a program that is a directory', { ProgramArguments: ['/usr'], RunAtLoad: true }],
])('R-78-1 %s → 78, and runs grows', async (_what, keys) => {
  await bootstrap(keys)
  expect(await factsWhen((facts) => facts['last exit code'] !== '(never exited)')).toMatchObject({
    'last exit code': '78: EX_CONFIG',
    runs: '1',
  })
})

test('R-78-1 a file that is not executable, or whose interpreter is missing → 78', async () => {
  for (const mode of [0o644, 0o755]) {
    const script = join(emulator.folder, `${label}.script`)
    writeFileSync(script, '#!/no/such/interpreter\n')
    chmodSync(script, mode)
    await bootstrap({ ProgramArguments: [script], RunAtLoad: true })
    await factsWhen((facts) => facts['last exit code'] === '78: EX_CONFIG')
    await emulator.run(['bootout', '--wait', emulator.target(label)])
  }
})

test('R-78-3 a shell that does not find its command is no 78', async () => {
  await bootstrap(shell('/no/such/command'))
  await factsWhen((facts) => facts['last exit code'] === '127')
})

test('R-PENALTY-1 a missing program → 78 and the penalty box; the job starts when the file appears', async () => {
  await emulator.client.setSwitches({ 'K-TIMESCALE': '0.01' })
  const program = join(emulator.folder, label, 'agent')
  await bootstrap({ ProgramArguments: [program], KeepAlive: { SuccessfulExit: false }, RunAtLoad: true })
  const facts = await factsWhen((seen) => seen['last exit code'] === '78: EX_CONFIG')
  expect(facts).toMatchObject({
    state: 'spawn scheduled',
    runs: '1',
    properties: expect.stringContaining('penalty box'),
  })
  expect(await emulator.run(['kickstart', emulator.target(label)])).toEqual([
    139,
    '',
    `Could not kickstart service "${label}": 139: Service cannot presently execute\n`,
  ])
  mkdirSync(join(emulator.folder, label))
  writeFileSync(`${program}.new`, '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 })
  const { renameSync } = await import('node:fs')
  renameSync(`${program}.new`, program)
  const running = await factsWhen((seen) => seen['state'] === 'running')
  expect(running).toMatchObject({ runs: '2' })
  expect(running['properties']).not.toContain('penalty box')
})

test('R-THROTTLE-3 a job that ends at once is started again and again, its interval apart', async () => {
  await emulator.client.setSwitches({ 'K-TIMESCALE': '0.02' })
  await bootstrap({
    ProgramArguments: [process.execPath, '-e', 'console.log(Date.now()); process.exit(1)'],
    StandardOutPath: out,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 20,
  })
  await until(() => (content(out)?.trim().split('\n').length ?? 0) >= 4)
  const starts = (content(out) ?? '')
    .trim()
    .split('\n')
    .map((line) => Number(line))
  // The interval is measured between spawns; a process may take longer than its predecessor to tell the time.
  for (const [index, start] of starts.slice(1).entries()) expect(start - (starts[index] ?? 0)).toBeGreaterThan(300)
  expect(await factsWhen((facts) => facts['state'] === 'spawn scheduled')).toMatchObject({
    'minimum runtime': '20',
    'last exit code': '1',
  })
})

test('R-PLIST-1 a job runs on without its file', async () => {
  await bootstrap(shell('sleep 1000'))
  const { pid } = await factsWhen((facts) => facts['pid'] !== undefined)
  const { rmSync } = await import('node:fs')
  rmSync(join(emulator.folder, `${label}.plist`))
  expect((await emulator.facts(label))['pid']).toBe(pid)
})

test('R-ENV-1 what launchd keeps on disk is for its owner only: it holds the variables of jobs', async () => {
  await bootstrap({ ...shell('sleep 1000'), EnvironmentVariables: { TOKEN: 'secret' } })
  await factsWhen((facts) => facts['state'] === 'running')
  expect(statSync(emulator.root).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(emulator.root))
    expect([name, statSync(join(emulator.root, name)).mode & 0o777]).toEqual([name, 0o600])
})
