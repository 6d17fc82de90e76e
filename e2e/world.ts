import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { OperationResult, PlannedOperation } from '../electron/contract/operation.ts'
import type { ServiceStatus } from '../electron/contract/service-status.ts'

const dist = resolve(import.meta.dirname, '..', 'dist')

export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
}

/** A person's machine of its own: an empty home, the built `caduceus`, and the embedded launchd that it brings. */
export interface World {
  readonly home: string
  readonly sandbox: string
  readonly plist: string
  readonly hermesHome: string
  /** The environment in which programs of this world run. */
  readonly environment: Readonly<Record<string, string>>
  /** The embedded launchd's `launchctl`. */
  readonly launchctlPath: string
  caduceus(...words: string[]): Promise<Run>
  status(): Promise<ServiceStatus>
  operate(goal: string, ...words: string[]): Promise<OperationResult & { readonly exit: number }>
  foresee(goal: string): Promise<PlannedOperation>
  /** The embedded launchd, as any other program would drive it. */
  launchctl(...words: string[]): Promise<Run>
  /** Sets switches of the embedded launchd: `K-NOGUI=125`, `HANG=print`. */
  switches(...assignments: string[]): Promise<void>
  /** Faults and intervals of the stand-in gateway. */
  standIn(settings: object): void
  /** Changes the definition at its place by plain text replacement. */
  editPlist(change: (text: string) => string): void
  /** Pids of all gateways of this home that live now; more than one would be the worst of outcomes. */
  gateways(): Promise<readonly number[]>
  /** Hashes of all bytes that are kept or in place, to show that none was lost. */
  keptHashes(): ReadonlySet<string>
  dispose(): Promise<void>
}

export const target = (label = 'ai.hermes.gateway') => `gui/${process.getuid?.() ?? 501}/${label}`

export function createWorld(): World {
  const home = mkdtempSync(join(tmpdir(), 'cw-'))
  const state = join(home, 'state')
  const sandbox = join(state, 'sandbox')
  const hermesHome = join(sandbox, 'home', '.hermes')
  const plist = join(sandbox, 'home', 'Library', 'LaunchAgents', 'ai.hermes.gateway.plist')
  const environment = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: home,
    CADUCEUS_STATE_DIR: state,
    // Also on a Mac: these tests must never reach the gateway of whoever runs them.
    CADUCEUS_SANDBOX: '1',
    LAUNCHD_EMULATOR_ROOT: join(sandbox, 'launchd'),
    LAUNCHD_EMULATOR_HOME: join(sandbox, 'home'),
  }
  const launchctlPath = join(dist, 'launchd-emulator', 'launchctl')
  const caduceus = (...words: string[]) =>
    run(process.execPath, [join(dist, 'cli', 'caduceus.js'), ...words], environment)
  const launchctl = (...words: string[]) => run(launchctlPath, words, environment)
  const json = async <T>(words: string[]): Promise<T & { readonly exit: number }> => {
    const done = await caduceus(...words, '--json')
    try {
      return { ...(JSON.parse(done.stdout) as T), exit: done.code }
    } catch {
      throw new Error(`caduceus ${words.join(' ')} → ${done.code}\n${done.stdout}\n${done.stderr}`)
    }
  }
  return {
    home,
    sandbox,
    plist,
    hermesHome,
    environment,
    launchctlPath,
    caduceus,
    launchctl,
    async status() {
      const statuses = await json<{ readonly [index: number]: ServiceStatus }>(['status'])
      const first = statuses[0]
      if (first === undefined) throw new Error('no service')
      return first
    },
    operate: (goal, ...words) => json<OperationResult>([goal, ...words]),
    foresee: (goal) => json<PlannedOperation>([goal, '--dry-run']),
    async switches(...assignments) {
      for (const assignment of assignments) {
        const done = await launchctl('emulator', 'switch', assignment)
        if (done.code !== 0) throw new Error(`switch ${assignment}: ${done.stderr}`)
      }
    },
    standIn(settings) {
      mkdirSync(hermesHome, { recursive: true })
      writeFileSync(join(hermesHome, 'stand-in.json'), JSON.stringify(settings))
    },
    editPlist: (change) => writeFileSync(plist, change(readFileSync(plist, 'utf8'))),
    gateways: () => gatewaysOf(hermesHome),
    keptHashes: () => new Set([...hashesBelow(join(sandbox, 'definitions')), ...hashesBelow(join(plist, '..'))]),
    async dispose() {
      await launchctl('emulator', 'switch', 'HANG=')
      await caduceus('sandbox', 'reset')
      rmSync(home, { recursive: true, force: true })
    },
  }
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Runs a program to its end; the output is whole, the status its own. */
export function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  return new Promise((done, reject) => {
    const began = performance.now()
    const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) =>
      done({ code: code ?? (signal === null ? -1 : 128), stdout, stderr, durationMs: performance.now() - began }),
    )
  })
}

/** Every process whose command line is a gateway and whose environment names this home, wrappers left out. */
async function gatewaysOf(hermesHome: string): Promise<readonly number[]> {
  const processes = process.platform === 'linux' ? processesInProc() : await processesByPs()
  return processes
    .filter(({ command }) => command.includes('hermes_cli.main') && command.includes('gateway run'))
    .filter(({ command }) => !command.includes('stderr_timestamp'))
    .filter(({ environment }) => environment.includes(`HERMES_HOME=${hermesHome}`))
    .map(({ pid }) => pid)
}

interface SeenProcess {
  readonly pid: number
  readonly command: string
  readonly environment: readonly string[]
}

function processesInProc(): readonly SeenProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.flatMap((pid) => {
    try {
      const [command, environment] = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'))
      // A zombie has neither.
      return [
        {
          pid: Number(pid),
          command: (command ?? '').replaceAll('\0', ' '),
          environment: (environment ?? '').split('\0'),
        },
      ]
    } catch {
      return []
    }
  })
}

/** `ps -E` appends the environment to the command line, for one's own processes. */
async function processesByPs(): Promise<readonly SeenProcess[]> {
  const { stdout } = await run('/bin/ps', ['-axwwE', '-o', 'pid=,command='], { PATH: '/usr/bin:/bin' })
  return stdout.split('\n').map((line) => {
    const [, pid = '0', command = ''] = /^\s*(\d+)\s(.*)$/.exec(line) ?? []
    return { pid: Number(pid), command, environment: command.split(' ') }
  })
}

function hashesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => sha256(readFileSync(join(entry.parentPath, entry.name))))
}
