import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GatewayIdentity } from '../gateway-identity.ts'
import type { HermesHome } from '../hermes-home.ts'
import { platformEntry } from '../platforms.ts'
import { openStateFile } from '../state-file.ts'
import type { Switches } from '../switches.ts'
import { botTokens, writeTokenLock } from '../token-locks.ts'

/** How long before this gateway the dead one was born, in hundredths of a second: an hour. */
const earlier = 360_000

/**
 * Leaves what a killed gateway leaves: pid file, lock file, state `running`, token locks. Their pid is dead, or it
 * belongs to another program today: that one is pid 1, which nobody can harm by mistake.
 */
export function leaveStaleFiles(
  home: HermesHome,
  identity: GatewayIdentity,
  switches: Switches,
  kind: 'dead' | 'reused',
): void {
  const { record } = identity
  // The pid of a program that has just ended, and was collected, is dead until the numbers come round again.
  const pid = kind === 'reused' ? 1 : (spawnSync('true').pid ?? 0)
  const startTime = identity.startTime - earlier
  const dead: GatewayIdentity = {
    startTime,
    record: { ...record, pid, start_time: record.start_time === null ? null : startTime },
  }
  mkdirSync(home.path, { recursive: true })
  for (const name of switches.faults['old-files'] ? ['gateway.pid'] : ['gateway.pid', 'gateway.lock']) {
    writeFileSync(join(home.path, name), switches.faults['old-files'] ? String(pid) : JSON.stringify(dead.record))
  }
  openStateFile(home, dead, switches).write({
    gateway_state: 'running',
    platforms: { telegram: platformEntry('connected', new Date()) },
  })
  for (const token of botTokens(home, switches)) writeTokenLock(token, home, dead.record)
}
