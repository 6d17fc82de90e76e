import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayContext } from '../gateway.ts'
import { gatewayOfPidFile } from '../pid-file.ts'

/** A gateway starts in a fraction of this. */
const patienceMs = 5000

/**
 * Sees to it that another gateway, which no launchd knows, lives for this home and holds the flock: the one that is there
 * already, else a new one in a session of its own. Whoever uses this switch ends that gateway; `gateway.pid` names it.
 */
export async function haveSecondInstance(context: GatewayContext): Promise<void> {
  const pidFile = join(context.home.path, 'gateway.pid')
  if (gatewayOfPidFile(pidFile)) return
  const { 'second-instance': _, ...otherFaults } = context.switches.faults
  const { XPC_SERVICE_NAME: _job, HERMES_SUPERVISED_CHILD: _mark, ...environment } = process.env
  spawn(process.execPath, [process.argv[1] ?? '', '-m', 'hermes_cli.main', 'gateway', 'run'], {
    detached: true,
    stdio: 'ignore',
    env: {
      ...environment,
      HERMES_HOME: context.home.path,
      HERMES_STAND_IN: JSON.stringify({ ...context.switches, faults: otherFaults }),
    },
  }).unref()
  const deadline = performance.now() + patienceMs
  while (!gatewayOfPidFile(pidFile) && performance.now() < deadline) await pause(5)
}
