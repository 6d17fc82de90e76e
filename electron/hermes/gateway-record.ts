import { isObject, numberOf, parseJson, pidOf, startTimeOf, textOf, textsOf } from './tolerant-json.ts'

/** Who a gateway said it is, in `gateway.pid`, `gateway.lock` and the head of `gateway_state.json`. */
export interface GatewayRecord {
  readonly pid: number
  /** Creation time of the process, milliseconds since 1970; absent where it was `null`: then it cannot be checked. */
  readonly startedAt?: number
  /** The same exactly as it was written, in whatever unit: other files must repeat it to the digit. */
  readonly startTime?: number
  readonly argv: readonly string[]
  readonly home?: string
}

/** Reads a record of any era; the oldest pid files hold a bare integer. Undefined when it makes no sense. */
export function parseGatewayRecord(text: string): GatewayRecord | undefined {
  return recordOf(parseJson(text.trim()))
}

/** The record that a parsed JSON value holds, if it holds one. */
export function recordOf(value: unknown): GatewayRecord | undefined {
  const pid = pidOf(isObject(value) ? value['pid'] : value)
  if (pid === undefined) return undefined
  if (!isObject(value)) return { pid, argv: [] }
  const startedAt = startTimeOf(value['start_time'])
  const startTime = numberOf(value['start_time'])
  const home = textOf(value['hermes_home'])
  return {
    pid,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(startTime === undefined ? {} : { startTime }),
    argv: textsOf(value['argv']),
    ...(home === undefined ? {} : { home }),
  }
}

/** What `state/gateway.heartbeat` says. */
export interface Heartbeat {
  readonly pid: number
  /** Milliseconds since 1970. */
  readonly startedAt?: number
  /** Whether the event loop answers on a tick socket; absent in files that are older than that socket. */
  readonly tickSocket?: boolean
}

export function parseHeartbeat(text: string): Heartbeat | undefined {
  const value = parseJson(text.trim())
  if (!isObject(value)) return undefined
  const pid = pidOf(value['pid'])
  if (pid === undefined) return undefined
  const startedAt = startTimeOf(value['start_time'])
  const tickSocket = value['loop_tick_socket']
  return {
    pid,
    ...(startedAt === undefined ? {} : { startedAt }),
    // Present with a value that is no `true` means: no socket here. Only a missing key is an older file.
    ...(tickSocket === undefined ? {} : { tickSocket: tickSocket === true }),
  }
}
