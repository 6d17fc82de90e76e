import { closeSync, openSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exchange } from './connection.ts'

/** Where a caller's daemon lives and how it is started when none runs. */
export interface DaemonStart {
  /** The emulator's own directory; created when it is first needed. */
  readonly root: string
  /** The daemon's program, `launchd.js`. */
  readonly daemonPath: string
  /** HOME of the jobs; the caller's own where absent. Only told to a daemon that this client starts. */
  readonly home?: string
  /** Node's executable; this process's own where absent. */
  readonly nodePath?: string
  /** How long a daemon that this client starts stays with nothing loaded and nobody asking. */
  readonly idleSeconds?: number
  /**
   * Starts the daemon in another way than as a program of its own, for a host that cannot run Node: for example by
   * `startDaemon` in a process of the host's. Resolves when it has been set going.
   */
  readonly startDaemon?: () => Promise<void>
}

/** How long a daemon may take until it answers. */
const startTimeoutMs = 15_000
/** Daemons of several callers may race; the winner answers soon. A caller tries again when nobody has by then. */
const startAgainMs = 5000
const startPollMs = 10
const longestLog = 1024 * 1024

/** Starts the daemon and waits until somebody answers, be it this daemon or one that another caller has started. */
export async function startAndAwaitDaemon(root: string, socket: string, options: DaemonStart): Promise<void> {
  const deadline = performance.now() + startTimeoutMs
  let again = 0
  let failure: string | undefined
  while (performance.now() < deadline) {
    if (performance.now() >= again) {
      again = performance.now() + startAgainMs
      if (options.startDaemon !== undefined) await options.startDaemon()
      else {
        await spawnDaemon(root, options, (cause) => {
          failure = cause
          // It found another daemon, which either answers by now or has ended meanwhile.
          if (cause === undefined) again = 0
        })
      }
    }
    await sleep(startPollMs)
    const result = await exchange<'status'>(socket, { ask: 'status' })
    if (result.ended !== 'absent') return
    if (failure !== undefined) break
  }
  throw new Error(`launchd could not be started: ${failure ?? 'it does not answer'}; see ${logPath(root)}`)
}

async function spawnDaemon(root: string, options: DaemonStart, onEnd: (failure?: string) => void): Promise<void> {
  // Loaded only when needed: nearly every call finds a daemon.
  const { spawn } = await import('node:child_process')
  const log = openLog(root)
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...environment } = process.env
  const child = spawn(options.nodePath ?? process.execPath, [options.daemonPath], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      ...environment,
      LAUNCHD_EMULATOR_ROOT: root,
      LAUNCHD_EMULATOR_REQUESTED_AT: String(Date.now()),
      ...(options.home === undefined ? {} : { LAUNCHD_EMULATOR_HOME: options.home }),
      ...(options.idleSeconds === undefined ? {} : { LAUNCHD_EMULATOR_IDLE_SECONDS: String(options.idleSeconds) }),
      ...(process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }),
    },
  })
  closeSync(log)
  child.once('error', (cause) => onEnd(cause.message))
  child.once('exit', (code, signal) => onEnd(code === 0 ? undefined : `it ended with ${signal ?? code}`))
  child.unref()
}

function openLog(root: string): number {
  const path = logPath(root)
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > longestLog) renameSync(path, `${path}.old`)
  return openSync(path, 'a', 0o600)
}

function logPath(root: string): string {
  return join(root, 'launchd.log')
}
