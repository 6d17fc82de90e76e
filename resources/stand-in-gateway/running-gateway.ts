import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { replaceFile } from './atomic-file.ts'
import type { GatewayIdentity } from './gateway-identity.ts'
import type { HermesHome } from './hermes-home.ts'
import { takeoverMarker } from './markers.ts'
import { findProcess, type LiveProcess, sameStart } from './processes.ts'
import { utcTime } from './time-forms.ts'

/** How long a gateway that is taken over may drain, in seconds, before it is killed. */
const takeoverSeconds = 10

/**
 * Whether somebody relaunches this gateway when it ends. launchd names its job to its direct child only; below a wrapper
 * the name is `0`, and the flag says so instead.
 */
export function isSupervised(environment: HermesHome['environment'], externalSupervisor: boolean): boolean {
  const job = environment['XPC_SERVICE_NAME']
  return externalSupervisor || environment['HERMES_SUPERVISED_CHILD'] === '1' || (Boolean(job) && job !== '0')
}

/** `--replace`: marks the stop as planned, asks the other gateway to end, and kills it if it does not. */
export async function takeOver(
  other: LiveProcess,
  home: HermesHome,
  identity: GatewayIdentity,
  timeScale: number,
): Promise<void> {
  replaceFile(
    join(home.path, takeoverMarker),
    JSON.stringify({
      target_pid: other.pid,
      target_start_time: identity.record.start_time === null ? null : other.startTime,
      stopper_pid: process.pid,
      written_at: utcTime(new Date()),
      target_hermes_home: home.path,
      replacer_pid: process.pid,
      replacer_hermes_home: home.path,
    }),
  )
  if (await ended(other, 'SIGTERM', takeoverSeconds * 1000 * timeScale)) return
  await ended(other, 'SIGKILL', takeoverSeconds * 1000)
}

async function ended(other: LiveProcess, signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs
  try {
    process.kill(other.pid, signal)
  } catch {
    return true
  }
  for (;;) {
    const found = findProcess(other.pid)
    if (!found || !sameStart(found, other.startTime)) return true
    if (performance.now() > deadline) return false
    await pause(20)
  }
}
