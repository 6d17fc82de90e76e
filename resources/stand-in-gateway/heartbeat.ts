import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from './atomic-file.ts'
import type { GatewayIdentity } from './gateway-identity.ts'
import { utcTime } from './time-forms.ts'

/**
 * Writes `state/gateway.heartbeat` once. Its `start_time` is float seconds, unlike that of all other files.
 *
 * @param ageSeconds how long ago the beat is to look, for a loop that has been wedged for a while
 */
export function beat(home: string, identity: GatewayIdentity, tickSocket: boolean, ageSeconds = 0): void {
  const path = join(home, 'state', 'gateway.heartbeat')
  const at = new Date(Date.now() - ageSeconds * 1000)
  replaceFile(
    path,
    JSON.stringify({
      pid: identity.record.pid,
      updated_at: utcTime(at),
      monotonic: Number(process.hrtime.bigint() / 1_000_000n) / 1000 - ageSeconds,
      start_time: identity.startTime / 100,
      loop_tick_socket: tickSocket,
      loop_tick_tcp_port: null,
    }),
  )
  if (ageSeconds > 0) utimesSync(path, at, at)
}
