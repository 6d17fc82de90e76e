import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { GatewayIdentity } from './gateway-identity.ts'

/** Written before a SIGTERM that somebody meant; without one of them a SIGTERM counts as an accident. */
const plannedStopMarker = '.gateway-planned-stop.json'
export const takeoverMarker = '.gateway-takeover.json'

/** A marker older than this speaks of another stop. Not scaled: whoever writes one lives in real time. */
const validForMs = 60_000

/** Whether a valid marker is there for this very process. It is used up by the asking. */
export function consumeMarker(home: string, identity: GatewayIdentity, now: number): boolean {
  return [plannedStopMarker, takeoverMarker].some((name) => {
    const path = join(home, name)
    const verdict = judge(path, identity, now)
    if (verdict === 'mine' || verdict === 'worthless') rmSync(path, { force: true })
    return verdict === 'mine'
  })
}

/** `others`: valid, but meant for another process, which is still to read it. */
function judge(path: string, identity: GatewayIdentity, now: number): 'mine' | 'others' | 'worthless' | 'absent' {
  let source: string
  try {
    source = readFileSync(path, 'utf8')
  } catch {
    return 'absent'
  }
  let content: unknown
  try {
    content = JSON.parse(source)
  } catch {
    return 'worthless'
  }
  if (typeof content !== 'object' || content === null) return 'worthless'
  const marker: Readonly<Record<string, unknown>> = { ...content }
  const age = now - Date.parse(String(marker['written_at']))
  // A few seconds ahead may be another program's clock; a moment far ahead or none at all proves nothing.
  if (!(age <= validForMs && age >= -validForMs)) return 'worthless'
  if (marker['target_pid'] !== identity.record.pid) return 'others'
  const startTime = marker['target_start_time']
  const known = typeof startTime === 'number' && identity.record.start_time !== null
  return !known || startTime === identity.record.start_time ? 'mine' : 'worthless'
}
