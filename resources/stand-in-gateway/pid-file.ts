import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { GatewayIdentity } from './gateway-identity.ts'
import { findProcess, isGateway, type LiveProcess, sameStart } from './processes.ts'

/**
 * The live gateway that a pid file names: JSON, or a bare integer in the oldest form. A pid that died, that was born at
 * another time, or that is no gateway today belongs to a file left behind.
 */
export function gatewayOfPidFile(path: string): LiveProcess | undefined {
  let named: { readonly pid: number; readonly startTime: number | null }
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof content === 'number') {
      named = { pid: content, startTime: null }
    } else if (typeof content === 'object' && content !== null && 'pid' in content && typeof content.pid === 'number') {
      const startTime = 'start_time' in content && typeof content.start_time === 'number' ? content.start_time : null
      named = { pid: content.pid, startTime }
    } else {
      return undefined
    }
  } catch {
    return undefined
  }
  // 0 and below address whole process groups, and 1 is never a gateway: whoever takes over must not signal those.
  if (!Number.isInteger(named.pid) || named.pid <= 1 || named.pid === process.pid) return undefined
  const found = findProcess(named.pid)
  if (!found || !sameStart(found, named.startTime) || !isGateway(found)) return undefined
  // As recorded, for a marker that names it must repeat the number exactly; `ps` rounds.
  return { ...found, startTime: named.startTime ?? found.startTime }
}

/** Creates the pid file exclusively, over one left behind. @returns false if a live gateway has it */
export function createPidFile(path: string, identity: GatewayIdentity, bareInteger: boolean): boolean {
  if (gatewayOfPidFile(path)) return false
  rmSync(path, { force: true })
  try {
    writeFileSync(path, bareInteger ? String(identity.record.pid) : JSON.stringify(identity.record), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
