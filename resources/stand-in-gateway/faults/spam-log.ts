import type { Log } from '../log.ts'

const batchMs = 20

/** Writes this many problem lines a second, in small batches. */
export function spamLog(log: Log, linesPerSecond: number): NodeJS.Timeout {
  const begun = performance.now()
  let written = 0
  return setInterval(() => {
    const owed = Math.floor(((performance.now() - begun) / 1000) * linesPerSecond)
    const lines: string[] = []
    while (written < owed) lines.push(`telegram: poll ${++written} failed: timed out`)
    if (lines.length > 0) log.problem('WARNING', ...lines)
  }, batchMs)
}
