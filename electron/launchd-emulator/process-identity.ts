import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A process that stays itself: pids are reused, the pair is not. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it was created, in the words of the system; only ever compared. */
  readonly start: string
}

/** When this process was created; `undefined` where there is none, or only a zombie, which is dead but not collected. */
export function processStart(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxStart(pid) : psStart(pid)
}

export function isAlive(identity: ProcessIdentity): boolean {
  return processStart(identity.pid) === identity.start
}

/** Whether any member of a process group lives. Sending the group signal 0 would count zombies too. */
export function isGroupAlive(group: number): boolean {
  if (process.platform === 'linux') {
    return linuxPids().some((pid) => {
      const [state, , inGroup] = linuxStat(pid)
      return Number(inGroup) === group && state !== 'Z' && state !== 'X'
    })
  }
  return ps(['-axo', 'pgid=,stat='])
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some(([inGroup, state]) => Number(inGroup) === group && state?.startsWith('Z') === false)
}

/**
 * The oldest process that leads a group of its own, carries all these texts in its environment and was created after
 * `since` (milliseconds since 1970). This finds a job that was spawned in the very moment in which the daemon was
 * killed, before its pid could be written down.
 */
export function findGroupLeader(environmentTexts: readonly string[], since: number): ProcessIdentity | undefined {
  const linux = process.platform === 'linux'
  const pids = linux ? linuxGroupLeaders(environmentTexts) : psGroupLeaders(environmentTexts)
  return pids
    .flatMap((pid) => {
      const start = processStart(pid)
      if (start === undefined) return []
      return [{ pid, start, createdAt: linux ? linuxCreatedAt(start) : Date.parse(start) }]
    })
    .filter(({ createdAt }) => createdAt >= since - createdAtToleranceMs)
    .sort((a, b) => a.createdAt - b.createdAt)[0]
}

/** macOS tells whole seconds. */
const createdAtToleranceMs = 1000

const linuxTicksPerSecond = 100

function linuxCreatedAt(ticksSinceBoot: string): number {
  const uptimeSeconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
  return Date.now() - (uptimeSeconds - Number(ticksSinceBoot) / linuxTicksPerSecond) * 1000
}

function linuxStart(pid: number): string | undefined {
  const fields = linuxStat(pid)
  const [state] = fields
  const ticksSinceBoot = fields[19]
  return state === undefined || state === 'Z' || state === 'X' ? undefined : ticksSinceBoot
}

/** The fields of /proc/<pid>/stat from the third (state) on: the second is a name that may hold spaces and brackets. */
function linuxStat(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

function linuxGroupLeaders(environmentTexts: readonly string[]): readonly number[] {
  return linuxPids()
    .filter((pid) => Number(linuxStat(pid)[2]) === pid)
    .filter((pid) => {
      try {
        const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
        return environmentTexts.every((text) => entries.includes(text))
      } catch {
        return false
      }
    })
}

function linuxPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
}

function psStart(pid: number): string | undefined {
  const line = ps(['-o', 'stat=,lstart=', '-p', String(pid)]).trim()
  const [state, ...start] = line.split(/\s+/)
  return state === undefined || state === '' || state.startsWith('Z') ? undefined : start.join(' ')
}

function psGroupLeaders(environmentTexts: readonly string[]): readonly number[] {
  return ps(['-axEww', '-o', 'pid=,pgid=,command='])
    .split('\n')
    .filter((line) => environmentTexts.every((text) => line.includes(` ${text}`)))
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, group]) => (pid !== undefined && pid === group ? [pid] : []))
}

function ps(args: readonly string[]): string {
  try {
    return execFileSync('/bin/ps', args, {
      encoding: 'utf8',
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch {
    return ''
  }
}
