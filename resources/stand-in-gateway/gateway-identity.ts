import { join } from 'node:path'
import type { HermesHome } from './hermes-home.ts'
import { ownStartTime } from './processes.ts'
import type { Era } from './switches.ts'

/** The keys that begin `gateway.pid`, `gateway.lock`, `gateway_state.json` and the token locks alike. */
export interface IdentityRecord {
  readonly pid: number
  readonly kind: 'hermes-gateway'
  readonly argv: readonly string[]
  /** Hundredths of a second since 1970; `null` in files of era E. */
  readonly start_time: number | null
  /** Missing in files of era E. */
  readonly hermes_home?: string
}

export interface GatewayIdentity {
  /** As the files of this era show it. */
  readonly record: IdentityRecord
  /** Hundredths of a second since 1970, whatever the era writes. */
  readonly startTime: number
}

/** Who this process says it is. `words` are the arguments without the profile. */
export function ownIdentity(home: HermesHome, era: Era, words: readonly string[]): GatewayIdentity {
  const startTime = ownStartTime()
  return {
    startTime,
    record: {
      pid: process.pid,
      kind: 'hermes-gateway',
      argv: [join(home.root, 'hermes-agent', 'hermes_cli', 'main.py'), ...words],
      start_time: era === 'E' ? null : startTime,
      ...(era === 'E' ? {} : { hermes_home: home.path }),
    },
  }
}
