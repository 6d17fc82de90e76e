import { styleText } from 'node:util'
import type { Light } from '../contract/condition.ts'

/** Where a command writes; tests give their own. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether a person looks at `out`: live pictures, colours. */
  readonly interactive: boolean
  readonly colours: boolean
  /** Characters in a row of `out`. */
  readonly columns: number
}

/** The terminal of this process. NO_COLOR and a pipe switch colours off. */
export function processTerminal(): Terminal {
  const interactive = process.stdout.isTTY === true
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive,
    columns: process.stdout.columns ?? 80,
    colours: interactive && process.env['NO_COLOR'] === undefined,
  }
}

/** A shape for each light: never colour alone. */
const glyphs: Readonly<Record<Light, string>> = {
  ok: '●',
  busy: '◐',
  attention: '▲',
  failed: '✗',
  stopped: '○',
  unknown: '?',
}

const hues = {
  ok: 'green',
  busy: 'cyan',
  attention: 'yellow',
  failed: 'red',
  stopped: 'gray',
  unknown: 'magenta',
} as const satisfies Record<Light, string>

export function lightGlyph(light: Light, terminal: Terminal): string {
  return terminal.colours ? styleText(hues[light], glyphs[light]) : glyphs[light]
}

export function bold(text: string, terminal: Terminal): string {
  return terminal.colours ? styleText('bold', text) : text
}

export function dim(text: string, terminal: Terminal): string {
  return terminal.colours ? styleText('dim', text) : text
}
