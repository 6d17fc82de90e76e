import { ancestors, isSameStart } from '../processes/process-identity.ts'
import type { ProcessEntry, ProcessTable } from '../processes/process-table.ts'
import { isGatewayCommandLine } from './gateway-command-line.ts'
import type { GatewayRecord } from './gateway-record.ts'
import type { GatewayProcessLook } from './gateway-report.ts'
import { maskText } from './masking.ts'
import { type FileLook, readLockFile, readPidFile, readStateFile } from './runtime-files.ts'
import { resolveHome } from './service.ts'
import type { StateFile } from './state-file.ts'

/** launchd's pid for the job: `none` = launchd was asked and has no process; undefined = not known. */
export type JobPid = number | 'none' | undefined

/** The three files that may name a gateway. */
export interface IdentityFiles {
  readonly pidFile: FileLook<GatewayRecord>
  readonly lockFile: FileLook<GatewayRecord>
  readonly stateFile: FileLook<StateFile>
}

export async function readIdentityFiles(home: string): Promise<IdentityFiles> {
  const [pidFile, lockFile, stateFile] = await Promise.all([readPidFile(home), readLockFile(home), readStateFile(home)])
  return { pidFile, lockFile, stateFile }
}

interface LivenessQuestion {
  readonly processes: ProcessTable
  /** May still be on its way: it is only needed at the very end. */
  readonly jobPid: JobPid | Promise<JobPid>
  /** Milliseconds since 1970. */
  readonly now: number
}

/** A file younger than this, in milliseconds, may be half written: `gateway.pid` is created first and filled later. */
const writingMs = 60_000

/**
 * The live gateway of a home. A record counts only if a process with its pid exists, was created when the record says,
 * and runs a gateway for this home: pids are reused, and files of killed gateways stay. Whatever could not be looked at
 * makes the answer `unknown`, never `none`.
 */
export async function findGatewayProcess(
  home: string,
  question: LivenessQuestion,
  files?: IdentityFiles,
): Promise<GatewayProcessLook> {
  const looks = files ?? (await readIdentityFiles(home))
  const records = candidates(looks).filter((record) => isOfHome(record, home))
  const doubt = doubtIn(looks, question.now)
  if (records.length === 0) return doubt ?? { seen: 'none' }
  const table = await question.processes.lookUp([...new Set(records.map(({ pid }) => pid))])
  if (table.seen === 'unknown') return { seen: 'unknown', cause: `processes could not be listed: ${table.cause}` }
  const found = records.map((record) => verified(record, table.byPid, home)).find((entry) => entry !== undefined)
  if (found === undefined) return doubt ?? { seen: 'none' }
  const supervised = supervision(found.pid, table.byPid, await question.jobPid)
  if (supervised !== 'yes' && records.every((record) => record.pid !== found.pid || isAnybodys(record))) {
    return { seen: 'unknown', cause: `process ${found.pid} is a gateway, but its record does not say of which home` }
  }
  return {
    seen: 'alive',
    identity: { pid: found.pid, startedAt: found.startedAt },
    supervised,
    commandLine: maskText(found.commandLine),
  }
}

/** `gateway.pid`, then `gateway.lock`, then a state file that does not say itself that it is over. */
function candidates({ pidFile, lockFile, stateFile }: IdentityFiles): readonly GatewayRecord[] {
  const records: GatewayRecord[] = []
  if (pidFile.seen === 'content') records.push(pidFile.content)
  if (lockFile.seen === 'content') records.push(lockFile.content)
  if (stateFile.seen === 'content' && stateFile.content.record !== undefined) {
    const { gatewayState } = stateFile.content.state
    if (gatewayState !== 'stopped' && gatewayState !== 'startup_failed') records.push(stateFile.content.record)
  }
  return records
}

function isOfHome(record: GatewayRecord, home: string): boolean {
  return record.home === undefined || record.home === home || resolveHome(record.home) === resolveHome(home)
}

/** Early Hermes wrote neither: such a record in a copied home names another home's gateway as readily as its own. */
function isAnybodys({ home, startedAt }: GatewayRecord): boolean {
  return home === undefined && startedAt === undefined
}

function verified(
  record: GatewayRecord,
  byPid: ReadonlyMap<number, ProcessEntry>,
  home: string,
): ProcessEntry | undefined {
  const entry = byPid.get(record.pid)
  if (entry === undefined || !isGatewayCommandLine(entry.commandLine, home)) return undefined
  return record.startedAt === undefined || isSameStart(record.startedAt, entry.startedAt) ? entry : undefined
}

/** Why "no gateway was found" would be saying too much. A damaged file that nobody touches any more is no witness. */
function doubtIn(files: IdentityFiles, now: number): GatewayProcessLook | undefined {
  const doubtful = [files.pidFile, files.lockFile, files.stateFile].find(
    (look) => look.seen === 'unknown' || (look.seen === 'damaged' && now - look.writtenAt < writingMs),
  )
  return doubtful === undefined || !('cause' in doubtful) ? undefined : { seen: 'unknown', cause: doubtful.cause }
}

/**
 * launchd's pid is the gateway itself or, from v0.20 on, a wrapper above it: equality alone would call every wrapped
 * gateway unsupervised (hermes-agent#94050).
 */
function supervision(pid: number, byPid: ReadonlyMap<number, ProcessEntry>, jobPid: JobPid): 'yes' | 'no' | 'unknown' {
  if (jobPid === undefined) return 'unknown'
  if (jobPid === 'none') return 'no'
  return pid === jobPid || ancestors(pid, byPid).some((ancestor) => ancestor.pid === jobPid) ? 'yes' : 'no'
}
