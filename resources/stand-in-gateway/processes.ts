import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One process of this machine. */
export interface LiveProcess {
  readonly pid: number
  /** Creation time in hundredths of a second since 1970: the unit of `start_time` in Hermes' files. */
  readonly startTime: number
  /** Its arguments joined by spaces. */
  readonly commandLine: string
}

/** /proc counts in clock ticks; Linux fixes them at 100 a second for programs, which makes a tick one hundredth. */
const startTicksField = 22

/** Start times may be off: `ps` on macOS has whole seconds, and Linux shifts its boot time when the clock is set. */
const startTimeTolerance = 200

/** When this very process was created, in hundredths of a second since 1970. */
export function ownStartTime(): number {
  if (process.platform === 'linux') return readLinux(process.pid)?.startTime ?? Math.round(performance.timeOrigin / 10)
  // Asking `ps` costs a process; Node's own zero point is a few milliseconds after the creation.
  return Math.round(performance.timeOrigin / 10)
}

/** Looks a process up; absent if there is none, or only a zombie that nobody has collected yet. */
export function findProcess(pid: number): LiveProcess | undefined {
  return process.platform === 'linux' ? readLinux(pid) : askPs(pid)
}

/** Whether this pid exists at all. Says nothing about who it is. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Whether the process is the one that a file with this `start_time` meant; `null` cannot be checked. */
export function sameStart(found: LiveProcess, startTime: number | null): boolean {
  return startTime === null || Math.abs(found.startTime - startTime) <= startTimeTolerance
}

/** Whether a command line is that of a gateway: an entry point of Hermes, then `gateway run`, and no wrapper. */
export function isGateway(found: LiveProcess): boolean {
  return (
    /(^|[\s/])(hermes_cli\.main|hermes_cli\/main\.py|hermes|hermes\.js|hermes-gateway)(\s.*)?\sgateway (run|restart)\b/.test(
      found.commandLine,
    ) && !/osascript|stderr_timestamp/.test(found.commandLine)
  )
}

function readLinux(pid: number): LiveProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces and parentheses itself: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const bootSeconds = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1])
    return {
      pid,
      startTime: bootSeconds * 100 + Number(fields[startTicksField - 3]),
      commandLine: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
    }
  } catch {
    return undefined
  }
}

function askPs(pid: number): LiveProcess | undefined {
  let line: string
  try {
    line = execFileSync('/bin/ps', ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return undefined
  }
  const match = /^(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line.trim())
  if (match?.[1] === undefined || match[1].startsWith('Z')) return undefined
  return { pid, startTime: Math.round(Date.parse(match[2] ?? '') / 10), commandLine: match[3] ?? '' }
}
