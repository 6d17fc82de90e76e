import type { LastExit } from '../launchd/print-report.ts'

/** Numbers and endings in words, the same everywhere. */

/** A length of time in its largest sensible units: `4 s`, `3 min`, `2 h 5 min`, `3 d 4 h`. Milliseconds in. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

export function ago(ms: number): string {
  return `${duration(ms)} ago`
}

/** How a run ended, as launchd reported it. */
export function exitText(exit: LastExit | undefined): string {
  switch (exit?.kind) {
    case undefined:
      return 'an unknown exit'
    case 'never':
      return 'none so far'
    case 'code':
      return `exit ${exit.code}`
    case 'signal':
      return `signal ${exit.signal} (${exit.name})`
    case 'other':
      return exit.text
    default:
      return exit satisfies never
  }
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** Begins with a capital and ends with one full stop, however the text came. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`
}
