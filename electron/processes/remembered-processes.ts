import type { ProcessEntry, ProcessTable } from './process-table.ts'

/**
 * A table for the length of one look at things: a process that was seen is not asked for again, which on macOS saves
 * a run of `ps`. What was missing is asked for anew.
 */
export function rememberProcesses(table: ProcessTable): ProcessTable {
  const known = new Map<number, ProcessEntry>()
  return {
    async lookUp(pids) {
      if (pids.every((pid) => known.has(pid))) return { seen: 'processes', byPid: known }
      const look = await table.lookUp(pids)
      if (look.seen === 'processes') for (const [pid, entry] of look.byPid) known.set(pid, entry)
      return look
    },
  }
}
