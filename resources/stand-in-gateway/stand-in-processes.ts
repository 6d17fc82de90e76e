import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

/** Tests start the real program, bundled as users get it, in homes of their own. */
interface StandIn {
  /** The bundled program. */
  readonly script: string
  /** A new home. Its path is short: macOS cuts the path of a socket at 103 bytes. */
  newHome(switches?: object): string
  /** Starts it with these words after the script. */
  start(home: string, words?: readonly string[], environment?: NodeJS.ProcessEnv): StandInProcess
  /** Starts it and waits for `running`. */
  startRunning(home: string, words?: readonly string[], environment?: NodeJS.ProcessEnv): Promise<StandInProcess>
}

interface StandInProcess {
  readonly pid: number
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  readonly stdout: () => string
  readonly stderr: () => string
  kill(signal: NodeJS.Signals): void
}

/** As launchd starts it below a wrapper. */
export const supervised = ['-m', 'hermes_cli.main', 'gateway', 'run', '--external-supervisor'] as const

/** Patience for something that takes milliseconds on an idle machine. */
const patienceMs = 8000

/** Builds the program before the tests of a file; after each test and at the end nothing of it is left. */
export function useStandIn(): StandIn {
  let folder = ''
  const homes: string[] = []
  const groups: number[] = []
  const newFolder = (): string => realpathSync(mkdtempSync('/tmp/si-'))
  const script = (): string => join(folder, 'hermes.js')

  const start: StandIn['start'] = (home, words = supervised, environment = {}) => {
    const { HERMES_STAND_IN: _a, HERMES_SUPERVISED_CHILD: _b, XPC_SERVICE_NAME: _c, ...inherited } = process.env
    const child = spawn(process.execPath, [script(), ...words], {
      env: { ...inherited, HERMES_HOME: home, HERMES_GATEWAY_LOCK_DIR: join(home, 'locks'), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // The head of a process group, by which its children are found even when it is dead.
      detached: true,
    })
    if (child.pid !== undefined) groups.push(child.pid)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (words: string) => {
      stdout += words
    })
    child.stderr.setEncoding('utf8').on('data', (words: string) => {
      stderr += words
    })
    return {
      pid: child.pid ?? 0,
      ended: new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal }))),
      stdout: () => stdout,
      stderr: () => stderr,
      kill: (signal) => child.kill(signal),
    }
  }

  beforeAll(async () => {
    folder = newFolder()
    await build({
      root: fileURLToPath(new URL('../..', import.meta.url)),
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true, target: 'node' },
      build: {
        ssr: 'resources/stand-in-gateway/main.ts',
        target: 'node20',
        outDir: folder,
        rollupOptions: { output: { entryFileNames: 'hermes.js', format: 'cjs', codeSplitting: false } },
      },
    })
  })
  afterEach(async () => {
    if (homes.length === 0) return
    for (const group of groups.splice(0)) kill(-group)
    for (const home of homes) killNamed(join(home, 'stand-in-child.pid'))
    await until('no process is left', () => {
      // The script has a path of its own: whatever names it was started by these tests, or by what they started.
      const left = processesNaming(script())
      for (const pid of left) kill(pid)
      return left.length === 0
    })
    for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  return {
    get script() {
      return script()
    },
    newHome(switches) {
      const home = newFolder()
      homes.push(home)
      if (switches) writeFileSync(join(home, 'stand-in.json'), JSON.stringify(switches))
      return home
    },
    start,
    async startRunning(home, words, environment) {
      const gateway = start(home, words, environment)
      await until('it runs', () => /running with/.test(gateway.stdout()))
      return gateway
    },
  }
}

/** Polls until something holds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!holds()) {
    if (performance.now() > deadline) expect.fail(`still waiting until ${what}`)
    await pause(5)
  }
}

/** One of the JSON files of a home, or what was there while it cannot be read. */
export function json(home: string, name: string): Record<string, unknown> {
  const path = join(home, name)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}
}

export function state(home: string): Record<string, unknown> {
  return json(home, 'gateway_state.json')
}

export function isAlive(pid: number): boolean {
  return execFileSync('ps', ['-axo', 'pid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .some((line) => new RegExp(`^\\s*${pid}\\s+[^Z]`).test(line))
}

function processesNaming(path: string): readonly number[] {
  return execFileSync('ps', ['-axwwo', 'pid=,stat=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(path) && !/^\s*\d+\s+Z/.test(line))
    .map((line) => Number.parseInt(line, 10))
}

function killNamed(path: string): void {
  if (existsSync(path)) kill(Number(readFileSync(path, 'utf8')))
}

/** Kills a process, or with a negative number a group. It may have ended by itself a moment ago. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
}
