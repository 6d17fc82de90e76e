import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { JobRecord } from './job-record.ts'
import { writePrivateFile } from './private-file.ts'

/** What must survive a daemon that was killed: real launchd never dies, and its jobs never notice. */
interface PersistedState {
  readonly version: 1
  readonly jobs: readonly JobRecord[]
}

export function readState(root: string): PersistedState {
  let content: string
  try {
    content = readFileSync(statePath(root), 'utf8')
  } catch {
    return { version: 1, jobs: [] }
  }
  const state: PersistedState = JSON.parse(content)
  if (state.version !== 1) throw new Error(`${statePath(root)} was written by another version`)
  return state
}

/** Written whole and in one step: a reader, and a daemon after a crash, sees one moment. */
export function writeState(root: string, jobs: readonly JobRecord[]): void {
  if (jobs.length === 0) rmSync(statePath(root), { force: true })
  else writePrivateFile(statePath(root), JSON.stringify({ version: 1, jobs } satisfies PersistedState))
}

function statePath(root: string): string {
  return join(root, 'state.json')
}
