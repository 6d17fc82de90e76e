import { rmSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { lock } from 'proper-lockfile'
import { type Clock, wallClock } from './clock.ts'
import { answer } from './daemon-answers.ts'
import { ownerIsGone, readOwner, writeOwner } from './daemon-owner.ts'
import { DaemonSocket, isAnswered } from './daemon-socket.ts'
import { Launchd } from './launchd.ts'
import { createRoot, socketPath } from './root-directory.ts'

interface DaemonOptions {
  readonly root: string
  /** HOME of the jobs. */
  readonly home: string
  /** The daemon ends when nothing is loaded and nobody has asked for so long. */
  readonly idleSeconds: number
  readonly log: (line: string) => void
  /**
   * When a caller asked for a daemon, in milliseconds since 1970. If another daemon was told to end after that, the caller
   * has been served, and this one starts for nobody.
   */
  readonly requestedAt?: number
  /** Time of the jobs. The daemon itself lives by the machine's. */
  readonly clock?: Clock
}

interface Daemon {
  /** Boots out every job, waits for them and ends. */
  stop(): Promise<void>
  /** Resolves when the daemon has ended and its socket is gone. */
  readonly ended: Promise<void>
}

/** How often the daemon looks whether it is idle and whether its files still are where it put them. */
const tickMs = 500
const lastAnswersMs = 500
/** A daemon that holds the start lock for longer than this was killed. */
const staleLockMs = 2000

/**
 * Starts launchd for a root. `undefined` = another daemon serves it already. Jobs that an earlier daemon left behind are
 * taken up before the first caller is heard.
 * @throws when another daemon of this root lives but does not answer, or the root cannot be used.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon | undefined> {
  const root = createRoot(options.root)
  const path = socketPath(root)
  if (await isAnswered(path)) return undefined
  const release = await lock(root, {
    realpath: false,
    lockfilePath: join(root, 'start.lock'),
    stale: staleLockMs,
    retries: { retries: 400, factor: 1, minTimeout: 25, maxTimeout: 25 },
    onCompromised: (cause) => options.log(`start lock: ${cause.message}`),
  })
  try {
    if (await isAnswered(path)) return undefined
    if (!(await ownerIsGone(root, path))) return undefined
    if ((readOwner(root)?.endedAt ?? 0) > (options.requestedAt ?? Number.POSITIVE_INFINITY)) return undefined
    rmSync(path, { force: true })
    writeOwner(root, {})
    const launchd = new Launchd({
      root,
      home: options.home,
      uid: process.getuid?.() ?? 0,
      clock: options.clock ?? wallClock,
      log: options.log,
    })
    launchd.recover()
    return await serve(launchd, root, path, options)
  } finally {
    await release()
  }
}

async function serve(
  launchd: Launchd,
  root: string,
  path: string,
  { idleSeconds, log }: DaemonOptions,
): Promise<Daemon> {
  const rootFolder = statSync(root).ino
  const isSameFolder = () => statSync(root, { throwIfNoEntry: false })?.ino === rootFolder
  const sockets = new Set<Socket>()
  let lastAsked = performance.now()
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })

  const leave = (): void => {
    clearInterval(ticking)
    // A root that is gone takes no notes, and one made anew is another daemon's.
    if (isSameFolder()) writeOwner(root, { endedAt: Date.now() })
    daemonSocket.close()
    // Callers of a verb that hangs would keep a host's process; whoever asked to stop has an answer by then.
    setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, lastAnswersMs).unref()
    end()
  }
  const stop = async (graceMs?: number): Promise<void> => {
    if (!launchd.isShuttingDown) {
      await launchd.shutDown(graceMs)
      leave()
    }
    await ended
  }
  const onConnection = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      lastAsked = performance.now()
    })
    void answer(socket, launchd, stop)
  }
  const tick = (): void => {
    if (launchd.isShuttingDown) return
    if (!isSameFolder()) {
      log('the root directory is gone: ending, with every job')
      void stop(0)
    } else if (daemonSocket.isGone) {
      void daemonSocket.renew()
    } else if (launchd.jobs.length === 0 && sockets.size === 0 && performance.now() - lastAsked > idleSeconds * 1000) {
      log('idle')
      void stop()
    }
  }
  const daemonSocket = new DaemonSocket(path, onConnection, log)
  await daemonSocket.open()
  const ticking = setInterval(tick, tickMs)
  log(`launchd ${process.pid} serves ${root}`)
  return { stop: async () => await stop(), ended }
}
