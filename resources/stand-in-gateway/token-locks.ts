import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { GatewayIdentity, IdentityRecord } from './gateway-identity.ts'
import type { HermesHome } from './hermes-home.ts'
import { findProcess, isGateway, pidExists, sameStart } from './processes.ts'
import type { Era, Switches } from './switches.ts'
import { utcTime } from './time-forms.ts'

/** One bot account that only one gateway of this machine may use at a time. */
export interface BotToken {
  readonly platform: string
  /** `<platform>-bot-token`. */
  readonly scope: string
  /** The first 16 hex digits of the token's SHA-256: the token itself is never written down. */
  readonly identityHash: string
  readonly lockPath: string
}

/** The tokens of the switches and of the home's environment, for the platforms that this gateway serves. */
export function botTokens(home: HermesHome, switches: Switches): readonly BotToken[] {
  return Object.keys(switches.platforms).flatMap((name) => {
    const platform = name.slice(name.indexOf(':') + 1)
    const variable = `${platform.toUpperCase().replaceAll('-', '_')}_BOT_TOKEN`
    const token = switches.tokens[name] ?? home.environment[variable]
    if (!token) return []
    const scope = `${platform}-bot-token`
    const identityHash = createHash('sha256').update(token).digest('hex').slice(0, 16)
    return [{ platform: name, scope, identityHash, lockPath: join(lockFolder(home), `${scope}-${identityHash}.lock`) }]
  })
}

/**
 * Takes the machine-wide lock of a token, over one that is stale.
 *
 * @returns the pid of the live holder, if there is one
 */
export function takeTokenLock(
  token: BotToken,
  home: HermesHome,
  identity: GatewayIdentity,
  era: Era,
): number | undefined {
  const holder = liveHolder(token.lockPath, era)
  if (holder !== undefined) return holder
  rmSync(token.lockPath, { force: true })
  writeTokenLock(token, home, identity.record)
  return undefined
}

/** Writes the lock as if `owner` had taken it. */
export function writeTokenLock(token: BotToken, home: HermesHome, owner: IdentityRecord): void {
  mkdirSync(lockFolder(home), { recursive: true })
  writeFileSync(
    token.lockPath,
    JSON.stringify({
      ...owner,
      scope: token.scope,
      identity_hash: token.identityHash,
      metadata: {},
      updated_at: utcTime(new Date()),
      profile: home.profile,
    }),
  )
}

export function releaseTokenLock(token: BotToken): void {
  rmSync(token.lockPath, { force: true })
}

function lockFolder(home: HermesHome): string {
  const { HERMES_GATEWAY_LOCK_DIR, XDG_STATE_HOME } = home.environment
  return (
    HERMES_GATEWAY_LOCK_DIR || join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'hermes', 'gateway-locks')
  )
}

function liveHolder(path: string, era: Era): number | undefined {
  let holder: { readonly pid: number; readonly startTime: number | null }
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof content !== 'object' || content === null || !('pid' in content)) return undefined
    if (typeof content.pid !== 'number') return undefined
    const startTime = 'start_time' in content && typeof content.start_time === 'number' ? content.start_time : null
    holder = { pid: content.pid, startTime }
  } catch {
    return undefined
  }
  if (holder.pid === process.pid) return undefined
  // Era E took any live pid for the holder, although pids are used again (#18778, #53763).
  if (era === 'E') return pidExists(holder.pid) ? holder.pid : undefined
  const found = findProcess(holder.pid)
  return found && sameStart(found, holder.startTime) && isGateway(found) ? holder.pid : undefined
}
