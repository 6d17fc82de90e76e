import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { lock } from 'proper-lockfile'
import { replaceFile } from '../files/replace-file.ts'

/** Who holds a service now, as the next one is told. */
export interface Holder {
  readonly pid: number
  /** `caduceus start`. */
  readonly what: string
  /** ISO 8601. */
  readonly since: string
}

export interface OperationLock {
  readonly release: () => Promise<void>
  /** Aborted when the lock was lost: this process was stopped for long (sleep) and another one took over. */
  readonly lost: AbortSignal
}

/** A holder that gives no sign of life for so long is dead, in milliseconds. */
const staleMs = 5_000
const retryMs = 100

/**
 * Holds one service against other processes of Caduceus. Waits while another one is at work and says who it is, once.
 * Returns undefined when it is still held after `timeoutMs`, or when the signal was aborted meanwhile.
 */
export async function holdService(
  folder: string,
  label: string,
  options: {
    readonly what: string
    readonly timeoutMs: number
    readonly signal?: AbortSignal
    readonly onWait: (holder: Holder | undefined) => void
  },
): Promise<OperationLock | undefined> {
  const isAborted = () => options.signal?.aborted === true
  if (isAborted()) return undefined
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, label)
  const lost = new AbortController()
  const deadline = Date.now() + options.timeoutMs
  let told = false
  for (;;) {
    const release = await tryLock(file, () => lost.abort())
    if (release !== undefined) {
      const holder: Holder = { pid: process.pid, what: options.what, since: new Date().toISOString() }
      // Only told to others: a full disk must neither stop the work nor leave the lock behind.
      await replaceFile(`${file}.holder`, JSON.stringify(holder), { mode: 0o600 }).catch(() => undefined)
      return {
        lost: lost.signal,
        async release() {
          // First, so that nobody who waits next is told of this process.
          await rm(`${file}.holder`, { force: true }).catch(() => undefined)
          await release()
        },
      }
    }
    if (!told) options.onWait(await readHolder(file))
    told = true
    if (Date.now() >= deadline || isAborted()) return undefined
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}

async function tryLock(file: string, onLost: () => void): Promise<(() => Promise<void>) | undefined> {
  try {
    return await lock(file, { realpath: false, stale: staleMs, update: staleMs / 5, onCompromised: onLost })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined
    throw error
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(`${file}.holder`, 'utf8'))
    return isHolder(parsed) ? parsed : undefined
  } catch {
    // Between taking the lock and writing who took it, or while it is written anew.
    return undefined
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null && 'pid' in value && 'what' in value && 'since' in value
}
