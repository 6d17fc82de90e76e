import { readFile } from 'node:fs/promises'
import type { ProcessEntry, ProcessLook, ProcessTable } from './process-table.ts'

/** Clock ticks per second in `/proc/<pid>/stat`: USER_HZ, which is 100 for programs on every kernel that Node runs on. */
const ticksPerSecond = 100

/** Reads processes from `/proc`: no child process, well under a millisecond each. */
export function createLinuxProcessTable(procFolder = '/proc'): ProcessTable {
  return {
    async lookUp(pids): Promise<ProcessLook> {
      try {
        const bootedAt = parseBootTime(await readFile(`${procFolder}/stat`, 'utf8'))
        if (bootedAt === undefined) return { seen: 'unknown', cause: `${procFolder}/stat names no boot time` }
        const byPid = new Map<number, ProcessEntry>()
        await Promise.all(pids.map((pid) => addWithAncestors(procFolder, pid, bootedAt, byPid)))
        return { seen: 'processes', byPid }
      } catch (error) {
        return { seen: 'unknown', cause: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

async function addWithAncestors(
  procFolder: string,
  pid: number,
  bootedAt: number,
  byPid: Map<number, ProcessEntry>,
): Promise<void> {
  let next = pid
  while (next > 0 && Number.isInteger(next) && !byPid.has(next)) {
    const entry = await readEntry(procFolder, next, bootedAt)
    if (entry === undefined) return
    byPid.set(next, entry)
    next = entry.parentPid
  }
}

async function readEntry(procFolder: string, pid: number, bootedAt: number): Promise<ProcessEntry | undefined> {
  try {
    const [stat, cmdline] = await Promise.all([
      readFile(`${procFolder}/${pid}/stat`, 'utf8'),
      readFile(`${procFolder}/${pid}/cmdline`, 'utf8'),
    ])
    const parsed = parseStat(stat)
    if (parsed === undefined) throw new Error(`${procFolder}/${pid}/stat could not be understood`)
    if (parsed.dead) return undefined
    const startedAt = bootedAt + Math.round((parsed.startTicks * 1000) / ticksPerSecond)
    // A kernel thread has no arguments; its name in brackets is what ps shows.
    const commandLine = cmdline === '' ? `[${parsed.name}]` : cmdline.replace(/\0+$/, '').replaceAll('\0', ' ')
    return { pid, parentPid: parsed.parentPid, startedAt, commandLine }
  } catch (error) {
    // ESRCH: it ended between opening and reading.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined
    throw error
  }
}

/** What `/proc/<pid>/stat` says; undefined when it makes no sense. */
export interface ParsedStat {
  readonly name: string
  /** A zombie (`Z`) or a process past its end (`X`, `x`). */
  readonly dead: boolean
  readonly parentPid: number
  /** Clock ticks between boot and creation. */
  readonly startTicks: number
}

/** The name stands in parentheses and may itself hold spaces and parentheses, so fields count from the last `)`. */
export function parseStat(text: string): ParsedStat | undefined {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const fields = text
    .slice(close + 1)
    .trim()
    .split(/\s+/)
  const state = fields[0]
  const parentPid = Number(fields[1])
  const startTicks = Number(fields[19])
  if (state === undefined || !Number.isInteger(parentPid) || !Number.isFinite(startTicks)) return undefined
  return { name: text.slice(open + 1, close), dead: /^[ZXx]/.test(state), parentPid, startTicks }
}

/** `btime` of `/proc/stat` in milliseconds since 1970. */
export function parseBootTime(text: string): number | undefined {
  const seconds = /^btime (\d+)$/m.exec(text)?.[1]
  return seconds === undefined ? undefined : Number(seconds) * 1000
}
