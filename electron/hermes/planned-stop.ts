import { join } from 'node:path'
import { replaceFile } from '../files/replace-file.ts'
import { isSameStart } from '../processes/process-identity.ts'
import type { ProcessIdentity } from '../processes/process-table.ts'
import type { GatewayRecord } from './gateway-record.ts'
import { type FileLook, readLockFile, readPidFile, readRuntimeFile, readStateFile } from './runtime-files.ts'
import { isObject, parseJson, pidOf, startTimeOf, timestampOf } from './tolerant-json.ts'

/** How long Hermes honours a planned-stop marker, in milliseconds. */
export const plannedStopValidityMs = 60_000

/** Somebody means to stop this process: its SIGTERM is then no failure, and it ends with 0. */
export interface PlannedStop {
  readonly targetPid: number
  /** Creation time of the target, milliseconds since 1970, where the writer knew it. */
  readonly targetStartedAt?: number
  /** Milliseconds since 1970. */
  readonly writtenAt: number
}

export function plannedStopPath(home: string): string {
  return join(home, '.gateway-planned-stop.json')
}

/** The planned stop that is still valid at `now` (milliseconds since 1970), if there is one. Never throws. */
export async function readPlannedStop(home: string, now: number): Promise<PlannedStop | undefined> {
  const look = await readRuntimeFile(plannedStopPath(home), parsePlannedStop)
  return look.seen === 'content' && isStillValid(look.content, now) ? look.content : undefined
}

/** A marker from the future is as worthless as an old one, but clocks of two programs may differ by a little. */
function isStillValid({ writtenAt }: PlannedStop, now: number): boolean {
  return now - writtenAt <= plannedStopValidityMs && writtenAt - now <= 5_000
}

export function parsePlannedStop(text: string): PlannedStop | undefined {
  const value = parseJson(text)
  if (!isObject(value)) return undefined
  const targetPid = pidOf(value['target_pid'])
  const targetStartedAt = startTimeOf(value['target_start_time'])
  const writtenAt = timestampOf(value['written_at'])
  if (targetPid === undefined || writtenAt === undefined) return undefined
  return { targetPid, ...(targetStartedAt === undefined ? {} : { targetStartedAt }), writtenAt }
}

/** Whether the stop is meant for this very process: same pid, and same creation time where it is known. */
export function isMeantFor(stop: PlannedStop, identity: ProcessIdentity): boolean {
  if (stop.targetPid !== identity.pid) return false
  return stop.targetStartedAt === undefined || isSameStart(stop.targetStartedAt, identity.startedAt)
}

export interface StopWriter {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly stopperPid: number
}

/**
 * Writes the marker for a gateway whose identity was verified. Hermes compares start times to the digit while our own
 * are whole seconds on macOS, so the number is copied from what the gateway wrote of itself; `null`, which Hermes takes
 * as "not known", where it wrote none. Rejects with the error of `node:fs`.
 */
export async function writePlannedStop(home: string, gateway: ProcessIdentity, writer: StopWriter): Promise<void> {
  const text = renderPlannedStop(gateway.pid, await ownStartTime(home, gateway), writer)
  await replaceFile(plannedStopPath(home), text, { mode: 0o600 })
}

export function renderPlannedStop(pid: number, startTime: number | undefined, writer: StopWriter): string {
  return JSON.stringify({
    target_pid: pid,
    target_start_time: startTime ?? null,
    stopper_pid: writer.stopperPid,
    // As Python writes it; before 3.11 Python cannot read a `Z`.
    written_at: new Date(writer.now).toISOString().replace('Z', '000+00:00'),
  })
}

async function ownStartTime(home: string, gateway: ProcessIdentity): Promise<number | undefined> {
  const [pidFile, lockFile, stateFile] = await Promise.all([readPidFile(home), readLockFile(home), readStateFile(home)])
  const stateRecord = stateFile.seen === 'content' ? stateFile.content.record : undefined
  return [recordIn(pidFile), recordIn(lockFile), stateRecord].find(
    (record) =>
      record?.pid === gateway.pid && record.startedAt !== undefined && isSameStart(record.startedAt, gateway.startedAt),
  )?.startTime
}

function recordIn(look: FileLook<GatewayRecord>): GatewayRecord | undefined {
  return look.seen === 'content' ? look.content : undefined
}
