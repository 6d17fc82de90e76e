import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Exchange, exchange } from './connection.ts'
import { type DaemonStart, startAndAwaitDaemon } from './daemon-start.ts'
import type { Outcome } from './launchctl-call.ts'
import type { Answers, JobStatus, Request } from './protocol.ts'
import { createRoot, socketPath } from './root-directory.ts'
import { type SwitchTexts, writeSwitchTexts } from './switches.ts'

/** How one call of launchctl ended. */
type LaunchctlResult =
  | {
      readonly ended: 'exited'
      readonly args: readonly string[]
      readonly code: number
      readonly stdout: string
      readonly stderr: string
      readonly durationMs: number
    }
  | { readonly ended: 'timed-out'; readonly args: readonly string[]; readonly durationMs: number }
  | {
      readonly ended: 'failed'
      readonly args: readonly string[]
      readonly cause: string
      readonly durationMs: number
    }

export interface RunOptions {
  /** Milliseconds; afterwards the caller stops waiting. What launchd was asked to do goes on. */
  readonly timeoutMs: number
  /** Relative paths in the arguments start here; this process's own directory where absent. */
  readonly cwd?: string
  /** stdout is a terminal. */
  readonly tty?: boolean
}

interface EmulatorStatus {
  readonly running: boolean
  readonly pid?: number
  readonly jobs: readonly JobStatus[]
}

export interface EmulatorClient {
  /** Runs launchctl with these arguments, without a process; starts the daemon where none runs. Never throws. */
  run(args: readonly string[], options: RunOptions): Promise<LaunchctlResult>
  /** Boots out every job, also those that a killed daemon left behind, and ends the daemon. */
  stop(): Promise<void>
  /** Never starts a daemon. */
  status(): Promise<EmulatorStatus>
  /** Sets the named switches, for good; an empty value means the default. @throws for an unknown name or value. */
  setSwitches(switches: SwitchTexts): Promise<void>
}

export function createEmulatorClient(options: DaemonStart): EmulatorClient {
  let starting: Promise<void> | undefined

  async function ask<K extends Request['ask']>(
    request: Extract<Request, { readonly ask: K }>,
    signal?: AbortSignal,
  ): Promise<Exclude<Exchange<Answers[K]>, { readonly ended: 'absent' }>> {
    const root = createRoot(options.root)
    const socket = socketPath(root)
    for (;;) {
      const result = await exchange<K>(socket, request, signal)
      if (result.ended !== 'absent') return result
      starting ??= startAndAwaitDaemon(root, socket, options).finally(() => {
        starting = undefined
      })
      await starting
    }
  }

  return {
    async run(args, { timeoutMs, cwd = process.cwd(), tty = false }) {
      const startedAt = performance.now()
      const durationMs = () => performance.now() - startedAt
      const timeout = new AbortController()
      const timer = Number.isFinite(timeoutMs) ? setTimeout(() => timeout.abort(), timeoutMs) : undefined
      try {
        const result = await untilAborted(
          ask({ ask: 'launchctl', call: { args, cwd, tty } }, timeout.signal),
          timeout.signal,
        )
        if (result === undefined || timeout.signal.aborted)
          return { ended: 'timed-out', args, durationMs: durationMs() }
        if (result.ended === 'lost') return { ended: 'failed', args, cause: result.cause, durationMs: durationMs() }
        const { code, stdout, stderr, aborts }: Outcome = result.answer
        if (aborts === true) return { ended: 'failed', args, cause: 'killed by SIGABRT', durationMs: durationMs() }
        return { ended: 'exited', args, code, stdout, stderr, durationMs: durationMs() }
      } catch (cause) {
        return {
          ended: 'failed',
          args,
          cause: cause instanceof Error ? cause.message : String(cause),
          durationMs: durationMs(),
        }
      } finally {
        clearTimeout(timer)
      }
    },

    async stop() {
      if (!existsSync(options.root)) return
      const root = createRoot(options.root)
      const result = await exchange<'stop'>(socketPath(root), { ask: 'stop' })
      // A daemon that was killed has left its jobs: only another one can end them.
      if (result.ended === 'absent' && existsSync(join(root, 'state.json'))) await ask<'stop'>({ ask: 'stop' })
    },

    async status() {
      if (!existsSync(options.root)) return { running: false, jobs: [] }
      const result = await exchange<'status'>(socketPath(createRoot(options.root)), { ask: 'status' })
      return result.ended === 'answered' ? { running: true, ...result.answer } : { running: false, jobs: [] }
    },

    async setSwitches(switches) {
      const root = createRoot(options.root)
      writeSwitchTexts(root, switches)
      await exchange<'refresh'>(socketPath(root), { ask: 'refresh' })
    },
  }
}

/** Resolves with `undefined` as soon as the signal is aborted, whatever the work is waiting for. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return await new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(undefined))
    work.then(resolve, reject)
  })
}
