import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from './atomic-file.ts'
import type { GatewayIdentity } from './gateway-identity.ts'
import type { HermesHome } from './hermes-home.ts'
import type { Era, Switches } from './switches.ts'
import { utcTime } from './time-forms.ts'

type GatewayState = 'starting' | 'running' | 'degraded' | 'draining' | 'stopped' | 'startup_failed'

/** One unit of work that a drain waits for, as `active_work` lists it. */
interface ActiveWork {
  readonly kind: string
  readonly job_id: string
  readonly elapsed_s: number
  readonly current_tool: string
}

/** How one platform is doing. */
export interface PlatformEntry {
  readonly state: 'connecting' | 'connected' | 'retrying' | 'fatal' | 'disconnected'
  readonly error_code: string | null
  readonly error_message: string | null
  readonly needs_attention: boolean
  readonly retrying_since: string | null
}

/** What changes in `gateway_state.json` while a gateway lives; what is left out stays as it was. */
interface StateChange {
  readonly gateway_state?: GatewayState
  readonly exit_reason?: string | null
  readonly restart_requested?: boolean
  readonly active_work?: readonly ActiveWork[]
  readonly platforms?: Readonly<Record<string, PlatformEntry>>
}

export interface StateFile {
  /** Replaces the file with these changes in it. Without changes it is stamped anew. */
  write(change?: StateChange): void
  readonly state: () => GatewayState
}

/** Versions of which the default state files speak. */
const versions: Readonly<Record<Era, string>> = { E: '0.15.0', M: '0.20.5', C: '0.21.5' }

export function versionOf(switches: Switches): string {
  return switches.codeVersion ?? versions[switches.era]
}

/** Opens `gateway_state.json` of a home. Platforms that an earlier gateway left there are kept, as Hermes does. */
export function openStateFile(home: HermesHome, identity: GatewayIdentity, switches: Switches): StateFile {
  const path = join(home.path, 'gateway_state.json')
  const { era } = switches
  let gatewayState: GatewayState = 'starting'
  let exitReason: string | null = null
  let restartRequested = false
  let activeWork: readonly ActiveWork[] = []
  let platforms: Readonly<Record<string, unknown>> = readPlatforms(path)

  return {
    state: () => gatewayState,
    write(change = {}) {
      const now = utcTime(new Date())
      gatewayState = change.gateway_state ?? gatewayState
      exitReason = change.exit_reason === undefined ? exitReason : change.exit_reason
      restartRequested = change.restart_requested ?? restartRequested
      activeWork = change.active_work ?? activeWork
      for (const [name, entry] of Object.entries(change.platforms ?? {})) {
        platforms = { ...platforms, [name]: platformRecord(entry, identity, era, now) }
      }
      replaceFile(
        path,
        JSON.stringify({
          ...identity.record,
          gateway_state: gatewayState,
          exit_reason: exitReason,
          restart_requested: restartRequested,
          active_agents: activeWork.length,
          ...(era === 'E' ? {} : { active_work: activeWork }),
          platforms,
          ...(era === 'C'
            ? { served_profiles: switches.servedProfiles ?? [home.profile], session_store: { status: 'ok' } }
            : {}),
          updated_at: now,
          ...(era === 'E' ? {} : { code_sha: switches.codeSha ?? '0'.repeat(40), code_version: versionOf(switches) }),
        }),
      )
    },
  }
}

/** The keys of an entry grew too: who wrote it and since when it retries came later than era E. */
function platformRecord(entry: PlatformEntry, identity: GatewayIdentity, era: Era, now: string): object {
  if (era === 'E') {
    const { state, error_code, error_message } = entry
    return { state, error_code, error_message, updated_at: now }
  }
  return { ...entry, updated_at: now, writer_pid: identity.record.pid, writer_start_time: identity.record.start_time }
}

function readPlatforms(path: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof content !== 'object' || content === null || !('platforms' in content)) return {}
    return typeof content.platforms === 'object' ? { ...content.platforms } : {}
  } catch {
    return {}
  }
}
