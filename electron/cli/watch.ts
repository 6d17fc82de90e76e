import { stripVTControlCharacters } from 'node:util'
import type { ServiceStatus } from '../contract/service-status.ts'
import { wallClock } from '../supervisor/wall-clock.ts'
import { statusText } from './status-text.ts'
import { dim, type Terminal } from './terminal.ts'

/** Between two looks, in milliseconds: often while something moves, seldom otherwise. */
const movingMs = 500
const steadyMs = 2_000

/** Looks again and again and shows each look, until the signal is aborted. Returns the last look. */
export async function watch(
  look: () => Promise<readonly ServiceStatus[]>,
  show: (statuses: readonly ServiceStatus[]) => void,
  signal: AbortSignal,
): Promise<readonly ServiceStatus[]> {
  for (;;) {
    const statuses = await look()
    show(statuses)
    const moving = statuses.some(({ condition }) => condition.light === 'busy')
    if (!signal.aborted) await wallClock.sleep(moving ? movingMs : steadyMs, signal)
    if (signal.aborted) return statuses
  }
}

/** On a terminal: one picture, drawn anew in place. */
export function livePicture(terminal: Terminal, footer: string): (statuses: readonly ServiceStatus[]) => void {
  let lines = 0
  return (statuses) => {
    const picture = `${statuses.map((status) => statusText(status, terminal)).join('\n')}\n${dim(footer, terminal)}\n`
    // Back to the first line of the last picture, then erase from there.
    terminal.out(`${lines === 0 ? '' : `\u001b[${lines}A\u001b[J`}${picture}`)
    lines = rowsOf(picture, terminal.columns)
  }
}

/** Into a pipe: what has changed, and only then. */
export function changes(
  write: (statuses: readonly ServiceStatus[]) => void,
): (statuses: readonly ServiceStatus[]) => void {
  let shown = ''
  return (statuses) => {
    const facts = JSON.stringify(
      statuses.map(({ label, pid, gatewayPid, runs, condition }) => [label, pid, gatewayPid, runs, condition.id]),
    )
    if (facts !== shown) write(statuses)
    shown = facts
  }
}

/** How many rows of the screen a text takes: a line that is wider than the terminal takes several. */
export function rowsOf(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).split('\n').slice(0, -1)
  return lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0)
}
