import { join } from 'node:path'
import { readTail } from '../files/read-tail.ts'

/** The latest starts are what tells a crash loop; older ones are history. */
const mostStarts = 50
/** One line is an epoch number of under 24 characters. */
const longestEnd = 4 * 1024

/** Where `gateway-starts.log` may be; Hermes has not said which. */
function places(home: string): readonly string[] {
  const name = 'gateway-starts.log'
  return [join(home, name), join(home, 'logs', name), join(home, 'state', name)]
}

/** Times of the latest starts, oldest first, milliseconds since 1970. Empty where there is no log. Never throws. */
export async function readRecentStarts(home: string): Promise<readonly number[]> {
  const ends = await Promise.all(places(home).map((path) => readTail(path, longestEnd).catch(() => '')))
  return [...new Set(ends.flatMap(parseStarts))].sort((one, other) => one - other).slice(-mostStarts)
}

/** Reads lines of seconds since 1970; whatever is no time of this century is left out, such as a cut first line. */
export function parseStarts(end: string): readonly number[] {
  return end
    .split(/\r?\n/)
    .filter((line) => /^\s*\d{10}(?:\.\d+)?\s*$/.test(line))
    .map((line) => Math.round(Number(line) * 1000))
}
