import { setTimeout as pause } from 'node:timers/promises'
import type { Endings } from './endings.ts'
import type { GatewayContext } from './gateway.ts'
import type { StateFile } from './state-file.ts'

/**
 * Refuses new work and waits for what runs: `draining`, for as long as `slow-drain` says. A stop that comes while a
 * restart drains turns it into a stop and waits on.
 */
export async function drain(context: GatewayContext, endings: Endings, state: StateFile): Promise<void> {
  const { faults } = context.switches
  const lengthMs = (faults['slow-drain'] ?? 0) * 1000
  const begun = performance.now()
  const showProgress = (): void => {
    state.write({
      gateway_state: 'draining',
      restart_requested: endings.asked() === 'restart',
      active_work: lengthMs === 0 ? [] : [workInProgress((performance.now() - begun) / 1000)],
    })
  }
  showProgress()
  for (let left = lengthMs; left > 0; left = lengthMs - (performance.now() - begun)) {
    await pause(Math.min(left, 1000))
    showProgress()
  }
}

function workInProgress(elapsedSeconds: number) {
  return { kind: 'cron', job_id: 'daily-report', elapsed_s: Math.floor(elapsedSeconds), current_tool: 'terminal' }
}
