import { mkdir, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Intent } from '../contract/service-status.ts'
import { replaceFile } from '../files/replace-file.ts'
import { isEnding, type Memory, type Observation } from './observation.ts'
import type { Goal } from './plan.ts'

/** What outlives a run of Caduceus, for one service: what a person wants, and that macOS blocked it. */
export interface ServiceMemory {
  recall(): Promise<Memory>
  /** Notes what a person asked for. `at` in milliseconds since 1970. */
  want(intent: Intent, at: number): Promise<void>
  /** Notes that launchd refused a definition that is in order, or with undefined that it no longer does. */
  noteBlocked(at: number | undefined): Promise<void>
}

interface Remembered {
  readonly intent: Intent
  readonly intentSince?: number
  readonly blockedAt?: number
}

/** Nobody said otherwise: whoever has a gateway wants it to run, and a silent outage is what hurts. */
const nothingRemembered: Remembered = { intent: 'running' }

/** A memory in one small JSON file (0600). A file that makes no sense is set aside, not overwritten, and begun anew. */
export function createServiceMemory(file: string): ServiceMemory {
  async function load(): Promise<Remembered> {
    let text: string
    try {
      text = await readFile(file, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return nothingRemembered
      throw error
    }
    const remembered = parse(text)
    if (remembered !== undefined) return remembered
    await rename(file, `${file}.unreadable`).catch(() => undefined)
    return nothingRemembered
  }

  async function save(remembered: Remembered): Promise<void> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await replaceFile(file, `${JSON.stringify(remembered)}\n`, { mode: 0o600 })
  }

  return {
    async recall() {
      // A look must not fail because its memory cannot be read.
      return { ...(await load().catch(() => nothingRemembered)), failedRuns: [] }
    },
    async want(intent, at) {
      const { blockedAt } = await load()
      await save({ intent, intentSince: at, ...(blockedAt === undefined ? {} : { blockedAt }) })
    },
    async noteBlocked(at) {
      const { blockedAt, ...rest } = await load()
      if (blockedAt === undefined && at === undefined) return
      await save(at === undefined ? rest : { ...rest, blockedAt: at })
    },
  }
}

function parse(text: string): Remembered | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('intent' in value)) return undefined
  if (value.intent !== 'running' && value.intent !== 'stopped') return undefined
  return {
    intent: value.intent,
    ...('intentSince' in value && typeof value.intentSince === 'number' ? { intentSince: value.intentSince } : {}),
    ...('blockedAt' in value && typeof value.blockedAt === 'number' ? { blockedAt: value.blockedAt } : {}),
  }
}

/**
 * What one look changes of the memory: a stop ends with the label gone, so whoever has loaded the job again since then
 * wants it to run; and a job that launchd has loaded is no longer blocked.
 */
export function adopt(memory: Memory, observation: Observation): Memory {
  if (observation.job.seen !== 'job') return memory
  const { blockedAt: _, ...unblocked } = memory
  return isEnding(observation) ? unblocked : { ...unblocked, intent: 'running' }
}

/** Whether the process that was seen was started after the last word of a person: that word is then no longer the last. */
export function startedSince({ intentSince }: Memory, { gateway }: Observation): boolean {
  const alive = gateway.process.seen === 'alive' ? gateway.process.identity.startedAt : undefined
  const startedAt = gateway.jobStartedAt ?? alive
  return startedAt !== undefined && startedAt > (intentSince ?? 0)
}

/** What a person asks for is what they want now; a repair by itself only serves what they wanted before. */
export function memoryFor(goal: Goal, memory: Memory): Memory {
  return goal.by === 'person' ? { ...memory, intent: goal.kind === 'stop' ? 'stopped' : 'running' } : memory
}
