import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { OperationResult, StepReport } from '../contract/operation.ts'

export interface ActivityLog {
  /** Appends one line. Never throws: a log that cannot be written must not stop a repair. */
  record(entry: StepReport | OperationResult): Promise<void>
}

/** At this size the log is set aside as `.1` and begun anew, in bytes. */
const fullBytes = 5 * 1024 * 1024

/** What Caduceus did, one JSON object a line (0600), oldest first: each step, and at its end each operation. */
export function createActivityLog(file: string, now: () => number): ActivityLog {
  // One after the other, so that no two of them set the full log aside.
  let before: Promise<void> = Promise.resolve()
  return {
    record(entry) {
      // What cannot be logged is done all the same.
      before = before.then(() => append(file, lineOf(entry, now()))).catch(() => undefined)
      return before
    },
  }
}

async function append(file: string, line: object): Promise<void> {
  const size = await stat(file).then(
    (stats) => stats.size,
    () => undefined,
  )
  if (size === undefined) await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  else if (size >= fullBytes) await rename(file, `${file}.1`)
  await appendFile(file, `${JSON.stringify(line)}\n`, { mode: 0o600 })
}

/** An end repeats neither the steps, which have lines of their own, nor the evidence of its condition. */
function lineOf(entry: StepReport | OperationResult, now: number): object {
  if ('step' in entry) return entry
  const { label, goal, outcome, message, next, condition, pid, durationMs } = entry
  return {
    at: new Date(now).toISOString(),
    label,
    goal,
    outcome,
    message,
    next,
    condition: condition.id,
    pid,
    durationMs,
  }
}
