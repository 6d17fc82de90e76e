import { exitCodes, type GatewayContext } from '../gateway.ts'
import type { StateFile } from '../state-file.ts'

/**
 * Stops the event loop for good, truly: the kernel still accepts connections to the tick socket and keeps the signals,
 * and nobody ever answers. `watchdog` stands for Hermes' watchdog thread, which outlives the loop.
 *
 * @returns the exit code with which the watchdog ends the process; without a watchdog it never returns
 */
export function wedge(context: GatewayContext, state: StateFile): number {
  const { watchdog } = context.switches.faults
  const never = new Int32Array(new SharedArrayBuffer(4))
  Atomics.wait(never, 0, 0, watchdog === undefined ? Number.POSITIVE_INFINITY : watchdog * 1000)
  context.log.problem('ERROR', 'Event loop is not responding — exiting for a restart (loop_liveness_watchdog)')
  state.write({ gateway_state: 'degraded', exit_reason: 'loop_liveness_watchdog' })
  return exitCodes.restart
}
