import type { Endings } from './endings.ts'
import { flap } from './faults/flap.ts'
import { forkChild } from './faults/fork-child.ts'
import { spamLog } from './faults/spam-log.ts'
import { wedge } from './faults/wedge.ts'
import type { GatewayContext } from './gateway.ts'
import { serveHealth } from './health-endpoint.ts'
import { connectPlatforms, noneConnected, platformEntry } from './platforms.ts'
import type { StateFile } from './state-file.ts'
import type { Witnesses } from './witnesses.ts'

/** An end that nobody asked for. `leavesFiles`: like a crash, without tidying up. */
export interface SuddenEnd {
  readonly exitCode: number
  readonly leavesFiles: boolean
}

/**
 * Connects the platforms and serves them until somebody asks for an ending.
 *
 * @returns how the gateway ended if it did so by itself
 */
export async function serve(
  context: GatewayContext,
  endings: Endings,
  state: StateFile,
  witnesses: Witnesses,
): Promise<SuddenEnd | undefined> {
  const { log, switches } = context
  const { faults } = switches
  if (faults['start-late'] !== undefined && !faults.silent) {
    const connecting = Object.keys(switches.platforms).map((name) => [name, platformEntry('connecting', new Date())])
    state.write({ platforms: Object.fromEntries(connecting) })
    await endings.wait(faults['start-late'] * 1000)
    if (endings.asked()) return undefined
  }
  if (!announce(context, state)) return { exitCode: 1, leavesFiles: false }
  const health = switches.apiPort === undefined ? undefined : await serveHealth(context, switches.apiPort)
  if (faults['fork-child'] !== undefined) forkChild(context)
  const timers: NodeJS.Timeout[] = []
  if (faults['spam-log'] !== undefined) timers.push(spamLog(log, faults['spam-log']))
  if (faults.flap !== undefined) timers.push(flap(context, state, faults.flap))
  const suddenly = await breakDown(context, endings, state, witnesses)
  if (!suddenly) await endings.first
  for (const timer of timers) clearInterval(timer)
  health?.close()
  return suddenly
}

/** Says how the platforms stand. @returns false if this gateway gives up because none of them works */
function announce(context: GatewayContext, state: StateFile): boolean {
  const { log, switches } = context
  const platforms = connectPlatforms(switches)
  const failed = Object.values(platforms).some((entry) => entry.state === 'fatal')
  for (const [name, entry] of Object.entries(platforms)) {
    if (entry.state === 'connected') log.info(`✓ ${name} connected`)
    else log.problem('WARNING', `✗ ${name} failed to connect: ${entry.error_message ?? entry.state}`)
  }
  if (switches.era === 'E' && noneConnected(switches)) {
    const reason = 'all configured messaging platforms failed to connect'
    log.problem('ERROR', `Gateway failed to start: ${reason}`)
    state.write({ gateway_state: 'startup_failed', exit_reason: reason, platforms })
    return false
  }
  // Only the current era has a word for a gateway that runs without some of its platforms.
  state.write({ gateway_state: failed && switches.era === 'C' ? 'degraded' : 'running', platforms })
  const connected = Object.values(platforms).filter((entry) => entry.state === 'connected').length
  log.info(`Gateway running with ${connected} platform(s)`)
  return true
}

/** Crashes or wedges the running gateway, if the switches want that and nobody ends it before. */
async function breakDown(
  context: GatewayContext,
  endings: Endings,
  state: StateFile,
  witnesses: Witnesses,
): Promise<SuddenEnd | undefined> {
  const { faults } = context.switches
  const crash = faults['crash-at-start']
  if (crash === undefined && !faults.wedge) return undefined
  await endings.wait((faults.after ?? 0) * 1000)
  if (endings.asked()) return undefined
  if (crash !== undefined) {
    context.log.problem('ERROR', 'Unhandled exception in the event loop: RuntimeError: crash-at-start')
    return { exitCode: crash, leavesFiles: true }
  }
  witnesses.stopHeart(faults['heartbeat-age'])
  // Half wedged: only the heart stopped. The loop still answers at the socket and serves signals.
  return faults.half ? undefined : { exitCode: wedge(context, state), leavesFiles: true }
}
