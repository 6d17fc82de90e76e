import { spawn } from 'node:child_process'
import { isAbsolute } from 'node:path'
import type { Readable } from 'node:stream'
import type { LaunchctlResult, RunLaunchctl } from './launchctl.ts'

export interface LaunchctlExecutableOptions {
  /** Absolute: nothing here looks launchctl up in PATH. `/bin/launchctl` on macOS. */
  readonly path: string
  /** What the child sees besides, or instead of, the few variables set here. Nothing else is inherited. */
  readonly env?: Readonly<Record<string, string>>
}

/** Bytes per stream. The longest report, that of a whole domain, stays well below. */
const MAX_OUTPUT_BYTES = 2 ** 20

/** How long a child may take to act on SIGTERM before it gets SIGKILL. */
const TERMINATION_GRACE_MS = 1_000

/** Messages in English, so that evidence reads the same everywhere; a search path for an executable that is a script. */
const environment = { LC_ALL: 'C', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }

/**
 * Runs a launchctl executable, without a shell. Throws a `TypeError` at once for a path that is not absolute.
 *
 * Not through `execa`: loading it takes as long as everything else that `caduceus status` does, and its time limit waits
 * for the pipes to close, so a grandchild that holds them outlasts it.
 */
export function createLaunchctlExecutable({ path, env = {} }: LaunchctlExecutableOptions): RunLaunchctl {
  if (!isAbsolute(path)) throw new TypeError(`The path of launchctl must be absolute: ${path}`)
  return async (args, { timeoutMs }) => {
    const startedAt = performance.now()
    // `spawn` itself throws for arguments that no process can have, such as one with a NUL.
    const end = await runToEnd(path, args, { ...environment, ...env }, timeoutMs).catch(
      (error: Error): CallEnd => ({ ended: 'failed', cause: error.message }),
    )
    return { ...end, args, durationMs: performance.now() - startedAt }
  }
}

type CallEnd = LaunchctlResult extends infer Result
  ? Result extends unknown
    ? Omit<Result, 'args' | 'durationMs'>
    : never
  : never

function runToEnd(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<CallEnd> {
  return new Promise((resolve) => {
    // The folder that this process was started in may be gone by now, so the child gets one that is always there.
    const child = spawn(path, args, { cwd: '/', env, stdio: ['ignore', 'pipe', 'pipe'] })
    let verdict: CallEnd | undefined
    let deadline: NodeJS.Timeout | undefined
    let killing: NodeJS.Timeout | undefined

    function settle(end: CallEnd): void {
      clearTimeout(deadline)
      clearTimeout(killing)
      resolve(end)
    }

    /** Ends the child for this reason. It may not end at all, stuck in a system call: then it is not waited for. */
    function stop(reason: CallEnd): void {
      if (verdict !== undefined) return
      verdict = reason
      child.stdout.destroy()
      child.stderr.destroy()
      child.kill('SIGTERM')
      killing = setTimeout(() => {
        child.kill('SIGKILL')
        child.unref()
        settle(reason)
      }, TERMINATION_GRACE_MS)
    }

    child.once('error', (error) => settle(verdict ?? { ended: 'failed', cause: error.message }))
    // It did not start, and may not even have its pipes; the error above follows.
    if (child.pid === undefined) return

    const tooMuch = () => stop({ ended: 'failed', cause: `it printed more than ${MAX_OUTPUT_BYTES} bytes` })
    const stdout = collect(child.stdout, tooMuch)
    const stderr = collect(child.stderr, tooMuch)
    deadline = setTimeout(() => stop({ ended: 'timed-out' }), timeoutMs)
    child.once('close', (code, signal) => {
      if (verdict !== undefined) settle(verdict)
      else if (code === null) settle({ ended: 'failed', cause: `it was ended by ${signal}` })
      else settle({ ended: 'exited', code, stdout: stdout(), stderr: stderr() })
    })
  })
}

/** Gathers a stream; the answer is its text so far. Calls `tooMuch` when it grows over the cap. */
function collect(stream: Readable, tooMuch: () => void): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MAX_OUTPUT_BYTES) tooMuch()
    else chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString('utf8')
}
