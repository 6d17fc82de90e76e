import { execFile } from 'node:child_process'
import { isAlive } from './pid-probe.ts'
import type { ProcessEntry, ProcessLook, ProcessTable } from './process-table.ts'

/** How long `ps` may take before the look counts as failed, in milliseconds. */
const timeLimitMs = 5_000

/** Runs `ps` and answers with what it printed; rejects when it failed or took too long. */
export type RunPs = () => Promise<string>

/**
 * Asks `ps` once for everything, because the ancestors of a process are only known after it was seen. When no pid
 * exists at all, which signal 0 tells, no child process is spent.
 */
export function createMacProcessTable(
  runPs: RunPs = runSystemPs,
  exists: (pid: number) => boolean = isAlive,
): ProcessTable {
  return {
    async lookUp(pids): Promise<ProcessLook> {
      if (!pids.some((pid) => exists(pid))) return { seen: 'processes', byPid: new Map() }
      try {
        const all = parsePs(await runPs())
        // At least our own `ps` and its parents are always listed: nothing at all means that it was not understood.
        if (all.size === 0) return { seen: 'unknown', cause: 'ps printed nothing that could be understood' }
        return { seen: 'processes', byPid: withAncestors(pids, all) }
      } catch (error) {
        return { seen: 'unknown', cause: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

function withAncestors(
  pids: readonly number[],
  all: ReadonlyMap<number, ProcessEntry>,
): ReadonlyMap<number, ProcessEntry> {
  const found = new Map<number, ProcessEntry>()
  for (const pid of pids) {
    let entry = all.get(pid)
    while (entry !== undefined && !found.has(entry.pid)) {
      found.set(entry.pid, entry)
      entry = all.get(entry.parentPid)
    }
  }
  return found
}

function runSystemPs(): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      '/bin/ps',
      ['-axww', '-o', 'pid=,ppid=,stat=,lstart=,command='],
      // lstart is local time in the words of the locale: C fixes the words, UTC the hour that clocks repeat in autumn.
      { env: { LC_ALL: 'C', TZ: 'UTC' }, timeout: timeLimitMs, killSignal: 'SIGKILL', maxBuffer: 32 * 1024 * 1024 },
      (error, stdout) => {
        if (error === null) resolve(stdout)
        else reject(new Error(error.killed === true ? `ps took longer than ${timeLimitMs} ms` : error.message))
      },
    )
  })
}

const line = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d{1,2}\s+\d{2}:\d{2}:\d{2}\s+\d{4})(?:\s(.*))?$/

/**
 * Reads what `ps -axww -o pid=,ppid=,stat=,lstart=,command=` prints under LC_ALL=C and TZ=UTC. Lines that make no
 * sense and zombies are left out.
 */
export function parsePs(text: string): ReadonlyMap<number, ProcessEntry> {
  const byPid = new Map<number, ProcessEntry>()
  for (const row of text.split('\n')) {
    const [, pid, parentPid, state, started, command] = line.exec(row) ?? []
    if (pid === undefined || parentPid === undefined || state === undefined || started === undefined) continue
    const startedAt = Date.parse(`${started.replace(/\s+/g, ' ')} UTC`)
    if (state.startsWith('Z') || Number.isNaN(startedAt)) continue
    byPid.set(Number(pid), {
      pid: Number(pid),
      parentPid: Number(parentPid),
      startedAt,
      commandLine: (command ?? '').trim(),
    })
  }
  return byPid
}
