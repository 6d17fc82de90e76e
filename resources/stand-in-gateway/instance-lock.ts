import { spawnSync } from 'node:child_process'
import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs'
import type { IdentityRecord } from './gateway-identity.ts'

/** `unavailable`: this machine offers no flock to a Node program, and the gateway runs on without it. */
export type LockAttempt = 'held' | 'taken' | 'unavailable'

/** BSD's flags of open(2), which Node does not name: take the flock while opening, and do not wait for it. */
const openExclusivelyLocked = 0x20 | 0x4

/** What flock(1) is told to answer when somebody else holds the lock. */
const conflict = 99

/**
 * Takes `gateway.lock` for the life of this process and writes the owner into it. The descriptor stays open: the kernel
 * gives the lock up when the process ends, SIGKILL included, and the file stays behind.
 *
 * Linux has no flag for this, but a flock belongs to the open file, not to the process that asked for it: flock(1) locks
 * a descriptor that it inherits from here, and the lock stays after it has gone.
 */
export function takeInstanceLock(path: string, owner: IdentityRecord): LockAttempt {
  const flags = constants.O_RDWR | constants.O_CREAT
  if (process.platform === 'darwin') {
    let locked: number
    try {
      locked = openSync(path, flags | openExclusivelyLocked, 0o644)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 'taken'
      throw error
    }
    writeOwner(locked, owner)
    return 'held'
  }
  const descriptor = openSync(path, flags, 0o644)
  const flock = spawnSync('flock', ['-n', '-E', String(conflict), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  })
  if (flock.status === conflict) {
    closeSync(descriptor)
    return 'taken'
  }
  writeOwner(descriptor, owner)
  return flock.status === 0 ? 'held' : 'unavailable'
}

/** In place: the lock is on this file, a replaced one would be another. */
function writeOwner(descriptor: number, owner: IdentityRecord): void {
  ftruncateSync(descriptor)
  writeSync(descriptor, JSON.stringify(owner), 0)
}
