import { join } from 'node:path'
import { readTail } from '../files/read-tail.ts'
import type { GatewayReport } from './gateway-report.ts'
import { showable } from './log-line.ts'
import { modifiedAt } from './runtime-files.ts'

export type ReloadLook = GatewayReport['reload']

/**
 * How long the last line of a helper that is at work may be old, in milliseconds. The helper waits up to 30 s for the
 * old process without a word, longer only while a gateway drains, which that gateway's own state then shows.
 */
const atWorkMs = 90_000

const longestEnd = 8 * 1024

/**
 * What Hermes' deferred reload is doing: replacing a stale definition under a running gateway is handed to a transient
 * job that boots the label out and bootstraps it again, which must not be taken for an outage. Never throws.
 * @param now milliseconds since 1970
 */
export async function readReload(home: string, label: string, now: number): Promise<ReloadLook> {
  const path = join(home, 'logs', 'launchd-reload.log')
  try {
    const [end, writtenAt] = await Promise.all([readTail(path, longestEnd), modifiedAt(path)])
    return judgeReload(end, label, { now, writtenAt: writtenAt ?? 0 })
  } catch {
    return { stage: 'none' }
  }
}

/**
 * Judges the end of the log.
 * @param times when it is now and when the log was last written, milliseconds since 1970
 */
export function judgeReload(
  end: string,
  label: string,
  times: { readonly now: number; readonly writtenAt: number },
): ReloadLook {
  const last = end
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && isAbout(line, label))
    .at(-1)
  if (last === undefined) return { stage: 'none' }
  const line = showable(last)
  if (/\bFAILED\b/.test(last)) return { stage: 'failed', line }
  if (/\b(?:succeeded|completed?|finished|done)\b/i.test(last)) return { stage: 'none' }
  const age = times.now - (stampOf(last) ?? times.writtenAt)
  return age <= atWorkMs && age >= -atWorkMs ? { stage: 'at-work', line } : { stage: 'none' }
}

/** Lines that name no label at all belong to whoever wrote last. */
function isAbout(line: string, label: string): boolean {
  const named = /ai\.hermes\.gateway(?:-[A-Za-z0-9_-]+)?/.exec(line)?.[0]
  return named === undefined || named === label
}

/** `[2026-09-24 10:15:02 +0200]` in milliseconds since 1970. */
function stampOf(line: string): number | undefined {
  const [, day, time, hours, minutes] = /^\[(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d):?(\d\d)\]/.exec(line) ?? []
  if (day === undefined || time === undefined) return undefined
  const stamp = Date.parse(`${day}T${time}${hours}:${minutes}`)
  return Number.isNaN(stamp) ? undefined : stamp
}
