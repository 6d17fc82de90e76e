import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayArguments } from './arguments.ts'
import { printBanner } from './banner.ts'
import { drain } from './drain.ts'
import { type Endings, listenForEndings } from './endings.ts'
import { haveSecondInstance } from './faults/second-instance.ts'
import { leaveStaleFiles } from './faults/stale-files.ts'
import { type GatewayIdentity, ownIdentity } from './gateway-identity.ts'
import type { HermesHome } from './hermes-home.ts'
import { type LockAttempt, takeInstanceLock } from './instance-lock.ts'
import { type Log, openLog, say } from './log.ts'
import { createPidFile, gatewayOfPidFile } from './pid-file.ts'
import { isSupervised, takeOver } from './running-gateway.ts'
import { type SuddenEnd, serve } from './service.ts'
import { recordStart, stormPauseSeconds } from './start-record.ts'
import { openStateFile, type StateFile } from './state-file.ts'
import type { Switches } from './switches.ts'
import { type BotToken, botTokens, releaseTokenLock, takeTokenLock } from './token-locks.ts'
import { openWitnesses } from './witnesses.ts'

/** What every part of one running gateway needs to know. */
export interface GatewayContext {
  readonly home: HermesHome
  readonly switches: Switches
  readonly identity: GatewayIdentity
  readonly log: Log
}

/** Exit codes that mean something to launchd and to Hermes' wrapper. */
export const exitCodes = { failure: 1, restart: 75, configuration: 78 } as const

/** After a takeover the instance lock is asked for again, this often and this far apart. */
const lockRetries = 100
const lockRetryMs = 20

/** Runs one gateway from its first word to its end. @returns the exit code */
export async function runGateway(home: HermesHome, switches: Switches, run: GatewayArguments): Promise<number> {
  const { era, faults, timeScale } = switches
  const identity = ownIdentity(home, era, run.words)
  if (faults['stale-files']) {
    leaveStaleFiles(home, identity, switches, faults['stale-files'] === true ? 'dead' : faults['stale-files'])
  }
  if (faults['crash-at-start'] !== undefined && faults.after === undefined) {
    say(2, 'Traceback (most recent call last):\nRuntimeError: crash-at-start\n')
    return faults['crash-at-start']
  }
  if (faults.silent) await pause((faults['start-late'] ?? 0) * 1000)

  printBanner()
  mkdirSync(join(home.path, 'state'), { recursive: true })
  const context: GatewayContext = { home, switches, identity, log: openLog(home.path, switches.logMaxBytes) }
  const starts = recordStart(home.path)
  if (switches.stormBreaker && era !== 'E') {
    const seconds = stormPauseSeconds(starts, Date.now() / 1000, timeScale)
    if (seconds > 0) {
      context.log.problem('WARNING', `Too many recent starts — sleeping ${seconds}s before starting`)
      await pause(seconds * 1000 * timeScale)
    }
  }
  if (faults['second-instance']) await haveSecondInstance(context)
  if (!(await becomeTheOnlyOne(context, run))) return exitCodes.failure

  const pidFile = join(home.path, 'gateway.pid')
  if (!createPidFile(pidFile, identity, faults['old-files'] === true)) {
    say(2, 'ERROR gateway.run: PID file race lost to another gateway instance. Exiting.\n')
    return exitCodes.failure
  }
  const endings = listenForEndings(context)
  const state = openStateFile(home, identity, switches)
  state.write({ gateway_state: 'starting' })

  const taken: BotToken[] = []
  const conflict = startupConflict(context, taken)
  const ending =
    conflict === undefined
      ? await live(context, endings, state)
      : { exitCode: refuseToStart(context, state, conflict), leavesFiles: false }
  if (ending.leavesFiles) return ending.exitCode
  endings.close()
  for (const token of taken) releaseTokenLock(token)
  rmSync(pidFile, { force: true })
  return ending.exitCode
}

/** Serves until the end, and shuts down unless that end was a sudden one. */
async function live(context: GatewayContext, endings: Endings, state: StateFile): Promise<SuddenEnd> {
  const witnesses = await openWitnesses(context, state)
  const suddenly = await serve(context, endings, state, witnesses)
  if (suddenly?.leavesFiles) return suddenly
  const ending = suddenly ?? { exitCode: await shutDown(context, endings, state), leavesFiles: false }
  witnesses.close()
  return ending
}

/** Ends or respects a gateway that already runs here, and takes the instance lock. @returns false if it must not run */
async function becomeTheOnlyOne(context: GatewayContext, run: GatewayArguments): Promise<boolean> {
  const { home, identity, log, switches } = context
  const running = gatewayOfPidFile(join(home.path, 'gateway.pid'))
  const replaces = running !== undefined && run.replace && !switches.faults['second-instance']
  if (replaces) {
    await takeOver(running, home, identity, switches.timeScale)
  } else if (running && !isSupervised(home.environment, run.externalSupervisor)) {
    say(1, `A gateway is already running (PID ${running.pid})\n`)
    return false
  }
  if (switches.faults['old-files']) return true
  const take = (): LockAttempt => takeInstanceLock(join(home.path, 'gateway.lock'), identity.record)
  let lock = take()
  // A killed gateway counts as dead while its last threads still hold its files open.
  for (let left = replaces ? lockRetries : 0; lock === 'taken' && left > 0; left--) {
    await pause(lockRetryMs)
    lock = take()
  }
  if (lock === 'taken') log.problem('ERROR', 'Gateway runtime lock is already held by another instance. Exiting.')
  if (lock === 'unavailable') log.problem('WARNING', 'No flock on this machine: running without the instance lock')
  return lock !== 'taken'
}

/** What a gateway cannot start with, in words: a token in use elsewhere, or a configuration that the switches call bad. */
function startupConflict(context: GatewayContext, taken: BotToken[]): string | undefined {
  const { home, identity, switches } = context
  const fatal = switches.faults['fatal-config']
  if (fatal !== undefined) return fatal === true ? 'telegram: no bot token configured' : fatal
  for (const token of botTokens(home, switches)) {
    const holder = takeTokenLock(token, home, identity, switches.era)
    if (holder !== undefined) {
      return `${token.platform}: bot token already in use (PID ${holder}). Stop the other gateway first.`
    }
    taken.push(token)
  }
  return undefined
}

/** Leaves the reason where people look for it. @returns the exit code */
function refuseToStart(context: GatewayContext, state: StateFile, conflict: string): number {
  context.log.problem('ERROR', `Gateway hit a non-retryable startup conflict: ${conflict}`)
  state.write({ gateway_state: 'startup_failed', exit_reason: conflict })
  // Until 78 came in, a conflict was an error like any other.
  return context.switches.era === 'E' ? exitCodes.failure : exitCodes.configuration
}

async function shutDown(context: GatewayContext, endings: Endings, state: StateFile): Promise<number> {
  const { log, switches } = context
  const begun = performance.now()
  await drain(context, endings, state)
  state.write({ gateway_state: 'stopped', active_work: [] })
  log.info(`Gateway stopped (total teardown ${((performance.now() - begun) / 1000).toFixed(2)}s)`)
  switch (endings.asked()) {
    case 'restart':
      return switches.faults['exit-zero-on-restart'] ? 0 : exitCodes.restart
    case 'unplanned stop':
      return exitCodes.failure
    case 'planned stop':
    case 'interrupt':
    case undefined:
      return 0
  }
}
