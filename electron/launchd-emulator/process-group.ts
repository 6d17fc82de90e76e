import { setTimeout as sleep } from 'node:timers/promises'
import { isGroupAlive, processStart } from './process-identity.ts'

const graceMs = 1000
const pollMs = 20

/** Signals a process, or with a negative number its group. One that is gone, or runs as somebody else now, gets none. */
export function kill(pid: number, signal: NodeJS.Signals | number): void {
  try {
    process.kill(pid, signal)
  } catch {}
}

/** Waits for what is left of a job's process group, which was told to end with the job, and kills what stays. */
export async function endGroup(group: number): Promise<void> {
  const deadline = performance.now() + graceMs
  // Somebody who has the leader's pid now leads a group that is none of ours.
  while (processStart(group) === undefined && isGroupAlive(group)) {
    if (performance.now() > deadline) {
      kill(-group, 'SIGKILL')
      return
    }
    await sleep(pollMs)
  }
}
