/**
 * Reading of JSON that another program wrote, in any of its eras: unknown keys are dropped, missing keys and values of
 * the wrong kind are absent. Nothing here throws.
 */
export type JsonObject = Readonly<Record<string, unknown>>

/** Parses JSON; undefined when it is none. JSON has no `undefined`, so the answer is never ambiguous. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** A process id: a positive whole number that a pid can be. */
export function pidOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 0x7fff_ffff ? value : undefined
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string')
}

/** An ISO 8601 time in milliseconds since 1970; Python writes microseconds and `+00:00`. */
export function timestampOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const parsed = Date.parse(value)
  return Number.isNaN(parsed) ? undefined : parsed
}

/** Below this a `start_time` cannot be hundredths: it would lie before September 2001. */
const leastHundredths = 1e11

/**
 * A `start_time` in milliseconds since 1970. Hermes writes hundredths of a second in its pid, lock and state files and
 * seconds in its heartbeat; files of mid 2026 may hold either, and only the size tells.
 */
export function startTimeOf(value: unknown): number | undefined {
  const time = numberOf(value)
  if (time === undefined || time <= 0) return undefined
  return Math.round(time < leastHundredths ? time * 1000 : time * 10)
}
