import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { replaceFile } from '../atomic-file.ts'
import type { GatewayContext } from '../gateway.ts'

/** Long enough to outlive what looks at it, short enough to be forgotten. Seconds. */
const defaultLife = 600

/**
 * Leaves a child that outlives the gateway, in its process group or in a session of its own, and writes its pid to
 * `stand-in-child.pid`. It holds no file of the gateway open.
 */
export function forkChild(context: GatewayContext): void {
  const { faults } = context.switches
  const life = faults['fork-child'] === true ? defaultLife : (faults['fork-child'] ?? defaultLife)
  const child = spawn('sleep', [String(life)], { stdio: 'ignore', detached: faults.setsid === true })
  child.unref()
  child.once('error', (error) => context.log.problem('ERROR', `fork-child: ${error.message}`))
  if (child.pid !== undefined) replaceFile(join(context.home.path, 'stand-in-child.pid'), `${child.pid}\n`)
}
