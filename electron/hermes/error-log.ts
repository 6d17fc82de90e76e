import { join } from 'node:path'
import { readTail } from '../files/read-tail.ts'
import { lastLine } from './log-line.ts'

/** Enough for the last lines of a traceback, and nothing against a log of 200 MB (hermes-agent#61589). */
const longestEnd = 8 * 1024

export function errorLogPath(home: string): string {
  return join(home, 'logs', 'gateway.error.log')
}

/** The last line of `gateway.error.log` as it may be shown; undefined where there is none. Never throws. */
export async function readLastErrorLine(home: string): Promise<string | undefined> {
  try {
    const end = await readTail(errorLogPath(home), longestEnd)
    // A character that the cut went through is left out, so a cut text may be up to three bytes short.
    return lastLine(end, Buffer.byteLength(end) >= longestEnd - 3)
  } catch {
    return undefined
  }
}
