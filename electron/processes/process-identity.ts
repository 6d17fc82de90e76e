import type { ProcessEntry, ProcessIdentity } from './process-table.ts'

/**
 * `ps -o lstart=` has whole seconds and Linux derives creation times from a boot time in whole seconds, so two honest
 * readings of one process may differ by this much, in milliseconds.
 */
const startTimeToleranceMs = 2_000

/** Whether both creation times (milliseconds since 1970) may be those of one process. */
export function isSameStart(one: number, other: number): boolean {
  return Math.abs(one - other) <= startTimeToleranceMs
}

/** Whether the entry is still that process, and not a later one that was given the same pid. */
export function isSameProcess(identity: ProcessIdentity, entry: ProcessIdentity | undefined): boolean {
  return entry !== undefined && entry.pid === identity.pid && isSameStart(entry.startedAt, identity.startedAt)
}

/**
 * The parents of a process, nearest first, as far as the table knows them. Parents are looked up one by one while
 * processes end, so a pid may by then be another process: a chain that comes back to itself ends.
 */
export function ancestors(pid: number, byPid: ReadonlyMap<number, ProcessEntry>): readonly ProcessEntry[] {
  const chain: ProcessEntry[] = []
  const passed = new Set([pid])
  let parent = byPid.get(pid)?.parentPid
  while (parent !== undefined && !passed.has(parent)) {
    passed.add(parent)
    const entry = byPid.get(parent)
    if (entry === undefined) break
    chain.push(entry)
    parent = entry.parentPid
  }
  return chain
}
