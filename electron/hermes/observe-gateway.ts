import { join } from 'node:path'
import { isSameStart } from '../processes/process-identity.ts'
import type { ProcessTable } from '../processes/process-table.ts'
import { rememberProcesses } from '../processes/remembered-processes.ts'
import { readLastErrorLine } from './error-log.ts'
import type { GatewayProcessLook, GatewayReport, StateLook } from './gateway-report.ts'
import { findGatewayProcess, type JobPid, readIdentityFiles } from './liveness.ts'
import { isMeantFor, type PlannedStop, readPlannedStop } from './planned-stop.ts'
import { readReload } from './reload-log.ts'
import { type FileLook, type HeartbeatLook, hasMarker, readHeartbeat, readStateFile } from './runtime-files.ts'
import { defaultProfile, type GatewayService, rootOfHome } from './service.ts'
import { readRecentStarts } from './starts-log.ts'
import type { StateFile } from './state-file.ts'
import { type ProbeTickSocket, probeTickSocket, tickSocketPath } from './tick-socket.ts'

export interface GatewayQuestion {
  readonly processes: ProcessTable
  /** launchd's pid for the job; a promise lets launchd and the files be asked at the same time. */
  readonly jobPid: JobPid | Promise<JobPid>
  /** Milliseconds since 1970. */
  readonly now: number
  /** Asked only when the heartbeat is stale; takes seconds when the loop is silent. */
  readonly probeTickSocket?: ProbeTickSocket
}

/** A heartbeat is due every 30 s and stale at this age, in milliseconds. */
const heartbeatStaleMs = 90_000

/**
 * Looks at one gateway without asking launchd. Never rejects: every part of the report says how its look ended. A few
 * milliseconds, unless the heartbeat is stale and the tick socket silent.
 */
export async function observeGateway(service: GatewayService, question: GatewayQuestion): Promise<GatewayReport> {
  const { home, label } = service
  const { now } = question
  const jobPid = Promise.resolve(question.jobPid).catch(() => undefined)
  const processes = rememberProcesses(question.processes)
  const files = readIdentityFiles(home)
  const [{ stateFile }, process, heartbeat, planned, parked, reload, launchdGivenUp, recentStarts, lastErrorLine] =
    await Promise.all([
      files,
      files.then((looks) => findGatewayProcess(home, { processes, jobPid, now }, looks)),
      readHeartbeat(home),
      readPlannedStop(home, now),
      hasMarker(join(home, 'gateway.parked')),
      readReload(home, label, now),
      hasMarker(join(home, '.gateway-launchd-unsupported')),
      readRecentStarts(home),
      readLastErrorLine(home),
    ])
  const beat = heartbeatOf(heartbeat, process)
  const heartbeatAgeMs = beat === undefined ? undefined : Math.max(0, Math.round(now - beat.writtenAt))
  const [jobStartedAt, wedged, servedBy] = await Promise.all([
    jobPid.then((pid) => startOf(pid, processes)),
    isWedged(home, beat, heartbeatAgeMs, question.probeTickSocket ?? probeTickSocket),
    hostOf(service, process, { processes, now }),
  ])
  const plannedStop = plannedFor(planned, process)
  return {
    process,
    ...(jobStartedAt === undefined ? {} : { jobStartedAt }),
    state: stateLook(stateFile, process),
    ...(heartbeatAgeMs === undefined ? {} : { heartbeatAgeMs }),
    wedged,
    ...(plannedStop === undefined ? {} : { plannedStop }),
    parked,
    ...(servedBy === undefined ? {} : { servedBy }),
    reload,
    launchdGivenUp,
    recentStarts,
    ...(lastErrorLine === undefined ? {} : { lastErrorLine }),
  }
}

/** launchd's process is one of the gateway's ancestors, and then known by now; else a gateway that is just starting. */
async function startOf(jobPid: JobPid, processes: ProcessTable): Promise<number | undefined> {
  if (typeof jobPid !== 'number') return undefined
  const look = await processes.lookUp([jobPid])
  return look.seen === 'processes' ? look.byPid.get(jobPid)?.startedAt : undefined
}

function stateLook(look: FileLook<StateFile>, process: GatewayProcessLook): StateLook {
  switch (look.seen) {
    case 'content': {
      const { record, state } = look.content
      return { seen: 'state', state: { ...state, current: record !== undefined && speaksOf(record, process) } }
    }
    case 'none':
      return look
    case 'damaged':
    case 'unknown':
      return { seen: 'unknown', cause: look.cause }
    default:
      return look satisfies never
  }
}

/** Whether something that a gateway wrote is about the one that lives now. */
function speaksOf(
  written: { readonly pid: number; readonly startedAt?: number },
  process: GatewayProcessLook,
): boolean {
  if (process.seen !== 'alive' || process.identity.pid !== written.pid) return false
  return written.startedAt === undefined || isSameStart(written.startedAt, process.identity.startedAt)
}

function heartbeatOf(look: FileLook<HeartbeatLook>, process: GatewayProcessLook): HeartbeatLook | undefined {
  return look.seen === 'content' && speaksOf(look.content.heartbeat, process) ? look.content : undefined
}

/**
 * Both witnesses must agree: a stale heartbeat alone may be a sleeping Mac, a silent socket alone a busy moment. Files
 * that are older than the socket have the heartbeat only; a socket that is not there proves nothing.
 */
async function isWedged(
  home: string,
  beat: HeartbeatLook | undefined,
  ageMs: number | undefined,
  probe: ProbeTickSocket,
): Promise<boolean> {
  if (beat === undefined || ageMs === undefined || ageMs <= heartbeatStaleMs) return false
  const { tickSocket, pid } = beat.heartbeat
  if (tickSocket === undefined) return true
  return tickSocket && (await probe(tickSocketPath(home, pid))) === 'silent'
}

/** A marker for an earlier process is left over: the live one was started after that stop. */
function plannedFor(planned: PlannedStop | undefined, process: GatewayProcessLook): GatewayReport['plannedStop'] {
  if (planned === undefined || (process.seen === 'alive' && !isMeantFor(planned, process.identity))) return undefined
  return { targetPid: planned.targetPid, writtenAt: planned.writtenAt }
}

/**
 * The root home, when its live gateway serves this profile. A served profile has no pid and no state file of its own,
 * so "no files" is not "down"; a profile with a gateway of its own is served by nobody.
 */
async function hostOf(
  { home, profile }: GatewayService,
  process: GatewayProcessLook,
  { processes, now }: Pick<GatewayQuestion, 'processes' | 'now'>,
): Promise<string | undefined> {
  const root = rootOfHome(home)
  if (profile === defaultProfile || root === home || process.seen === 'alive') return undefined
  const stateFile = await readStateFile(root)
  if (stateFile.seen !== 'content' || !stateFile.content.state.servedProfiles.includes(profile)) return undefined
  const host = await findGatewayProcess(root, { processes, now, jobPid: undefined })
  const record = stateFile.content.record
  return host.seen === 'alive' && record !== undefined && speaksOf(record, host) ? root : undefined
}
