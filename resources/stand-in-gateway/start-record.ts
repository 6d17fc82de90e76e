import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** More starts than this within the window are a storm. Seconds. */
const calmStarts = 5
const windowSeconds = 120
const firstPauseSeconds = 10
const longestPauseSeconds = 300

/** Adds this start to `gateway-starts.log`: one line, seconds since 1970. @returns all starts on record, oldest first */
export function recordStart(home: string): readonly number[] {
  const path = join(home, 'gateway-starts.log')
  appendFileSync(path, `${Date.now() / 1000}\n`)
  return readFileSync(path, 'utf8').split('\n').filter(Boolean).map(Number)
}

/** How long a gateway sleeps before it goes on, so that a crash loop does not spin: 10, 20, 40 … 300 s. */
export function stormPauseSeconds(starts: readonly number[], now: number, timeScale: number): number {
  const recent = starts.filter((at) => at > now - windowSeconds * timeScale).length
  return recent <= calmStarts ? 0 : Math.min(firstPauseSeconds * 2 ** (recent - calmStarts - 1), longestPauseSeconds)
}
