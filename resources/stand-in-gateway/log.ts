import { appendFileSync, mkdirSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { logTime } from './time-forms.ts'

/** Where the gateway speaks: launchd's stdout and stderr, and the rotated python logs. */
export interface Log {
  /** A line for stdout (`gateway.log`) and `agent.log`. */
  info(message: string): void
  /** Lines for stderr (`gateway.error.log`), `agent.log` and `errors.log`. */
  problem(level: 'WARNING' | 'ERROR', ...messages: readonly string[]): void
}

/** Rotated files are kept as `.1` (newest) to `.3`. */
const backups = 3

/**
 * Opens the log of a home. Lines to stderr carry no time: only the wrapper stamps the error log.
 *
 * @param maxBytes size at which `agent.log` and `errors.log` rotate
 */
export function openLog(home: string, maxBytes: number): Log {
  const folder = join(home, 'logs')
  mkdirSync(folder, { recursive: true })
  return {
    info(message) {
      const line = `${logTime(new Date())} INFO gateway.run: ${message}\n`
      say(1, line)
      appendRotated(join(folder, 'agent.log'), line, maxBytes)
    },
    problem(level, ...messages) {
      const bare = messages.map((message) => `${level} gateway.run: ${message}\n`)
      const time = logTime(new Date())
      const stamped = bare.map((line) => `${time} ${line}`).join('')
      say(2, bare.join(''))
      appendRotated(join(folder, 'agent.log'), stamped, maxBytes)
      appendRotated(join(folder, 'errors.log'), stamped, maxBytes)
    },
  }
}

/**
 * Writes to stdout (1) or stderr (2) at once, so that nothing is lost when the process exits or is killed.
 * A reader that has gone away must not end a gateway.
 */
export function say(descriptor: 1 | 2, words: string): void {
  try {
    writeSync(descriptor, words)
  } catch {}
}

function appendRotated(path: string, words: string, maxBytes: number): void {
  try {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) + words.length > maxBytes) rotate(path)
    appendFileSync(path, words)
  } catch {
    // Like python's logging: a log that cannot be written is no reason to end.
  }
}

function rotate(path: string): void {
  for (let backup = backups; backup >= 1; backup--) {
    try {
      renameSync(backup === 1 ? path : `${path}.${backup - 1}`, `${path}.${backup}`)
    } catch {}
  }
}
