import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { buildHost } from '../../electron/host/build-host.ts'
import { emulatorOf } from '../../electron/host/open-host.ts'
import { prepareSandbox, type SandboxPrograms, sandboxIn } from '../../electron/host/sandbox.ts'
import type { LaunchctlResult } from '../../electron/launchd/launchctl.ts'
import { createLaunchctlExecutable } from '../../electron/launchd/launchctl-executable.ts'
import type { Controller } from '../../electron/supervisor/controller.ts'

/**
 * Measures what is promised, each beside its baseline in the same run, so that the machine's mood cancels out. Prints
 * medians; a number is for people to read and no test.
 */

const run = promisify(execFile)
const dist = dirname(dirname(process.argv[1] ?? ''))
const programs: SandboxPrograms = {
  node: process.execPath,
  launchd: join(dist, 'launchd-emulator', 'launchd.js'),
  standIn: join(dist, 'stand-in-gateway', 'hermes.js'),
}
const launchctl = join(dist, 'launchd-emulator', 'launchctl')
const rounds = 21

async function main(): Promise<void> {
  const state = mkdtempSync(join(tmpdir(), 'caduceus-bench-'))
  const sandbox = sandboxIn(state)
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: state,
    CADUCEUS_STATE_DIR: state,
    LAUNCHD_EMULATOR_ROOT: sandbox.launchdRoot,
    LAUNCHD_EMULATOR_HOME: sandbox.accountHome,
  }
  const emulator = emulatorOf(state, programs)
  try {
    await prepareSandbox(sandbox, programs)
    // The gateway's own protection against storms would sleep through the sixth start in two minutes.
    writeFileSync(join(sandbox.accountHome, '.hermes', 'stand-in.json'), '{"stormBreaker":false}')
    const executable = createLaunchctlExecutable({ path: launchctl, env: environment })
    const host = buildHost({
      stateDirectory: sandbox.root,
      accountHome: sandbox.accountHome,
      uid: userInfo().uid,
      loginShell: { shell: '/bin/sh', accountHome: sandbox.accountHome, user: userInfo().username },
      run: executable,
      flags: [],
    })
    const controller = host.controller(host.service('default'))
    await operate(controller, 'start')

    const start = await startFromMissingPlist(controller, executable)
    row('start from a missing plist, in process', start.ours, 'the same verbs, bare', start.bare, 1.1)

    const node = () => run(process.execPath, ['-e', '0'], { env: environment })
    const print = () => run(launchctl, ['print', `gui/${userInfo().uid}/ai.hermes.gateway`], { env: environment })
    const status = await interleaved({
      ours: () => run(process.execPath, [join(dist, 'cli', 'caduceus.js'), 'status', '--json'], { env: environment }),
      node,
      print,
    })
    row('caduceus status --json, cold', status.ours, 'node -e 0 and launchctl print', status.node + status.print, 1.25)

    const call = await interleaved({ ours: print, node, inside: () => emulator.run(['version'], { timeoutMs: 5_000 }) })
    row('launchctl print, a process', call.ours, 'node -e 0', call.node)
    process.stdout.write(
      `\nOf a client call ${ms(call.ours - call.node)} are its own (in process ${ms(call.inside)}).\n`,
    )
  } finally {
    await emulator.stop()
    rmSync(state, { recursive: true, force: true })
  }
}

async function startFromMissingPlist(
  controller: Controller,
  executable: (args: readonly string[], options: { timeoutMs: number }) => Promise<LaunchctlResult>,
): Promise<{ readonly ours: number; readonly bare: number }> {
  const { label, plistPath, home } = controller.service
  const domain = `gui/${userInfo().uid}`
  const bytes = readFileSync(plistPath)
  const call = (...args: string[]) => executable(args, { timeoutMs: 30_000 })
  const stopped = async () => {
    await operate(controller, 'stop')
    rmSync(plistPath)
  }
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    await stopped()
    ours.push(await timed(() => operate(controller, 'start')))
    await stopped()
    bare.push(
      await timed(async () => {
        await Promise.all([call('print', `${domain}/${label}`), call('print-disabled', domain)])
        writeFileSync(plistPath, bytes)
        await call('print', `${domain}/${label}`)
        await call('bootstrap', domain, plistPath)
        for (;;) {
          const printed = await call('print', `${domain}/${label}`)
          if (printed.ended === 'exited' && /\n\tpid = /.test(printed.stdout) && isUp(home)) return
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }),
    )
  }
  return { ours: median(ours), bare: median(bare) }
}

function isUp(home: string): boolean {
  try {
    return readFileSync(join(home, 'gateway_state.json'), 'utf8').includes('"gateway_state":"running"')
  } catch {
    return false
  }
}

async function operate(controller: Controller, kind: 'start' | 'stop'): Promise<void> {
  const result = await controller.request({ kind, by: 'person' }, { timeoutMs: 60_000 })
  if (result.outcome !== 'done') throw new Error(`${kind}: ${result.message}`)
}

/** Medians of several things in milliseconds, measured in turns so that all meet the same machine. */
async function interleaved<Name extends string>(
  things: Record<Name, () => Promise<unknown>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(things) as Name[]
  const times = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) times.get(name)?.push(await timed(things[name]))
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>
}

async function timed(thing: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await thing()
  return performance.now() - began
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function row(what: string, ours: number, baseline: string, theirs: number, bound?: number): void {
  const ratio = ours / theirs
  const verdict = bound === undefined ? '' : `, bound ${bound.toFixed(2)}: ${ratio <= bound ? 'holds' : 'EXCEEDED'}`
  process.stdout.write(`${what}: ${ms(ours)} over ${baseline}: ${ms(theirs)} = ${ratio.toFixed(2)}${verdict}\n`)
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`
}

// `npm run bench | head -2`: what was started is ended all the same.
process.stdout.on('error', () => undefined)

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = 1
})
