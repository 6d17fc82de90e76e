import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAnswered } from './daemon-socket.ts'
import { writePrivateFile } from './private-file.ts'
import { isAlive, type ProcessIdentity, processStart } from './process-identity.ts'

/** Who serves a root, as `launchd.pid` tells it. */
interface Owner extends ProcessIdentity {
  /** When it ended in an orderly way; milliseconds since 1970. */
  readonly endedAt?: number
}

/** How long a daemon that lives but does not answer gets to answer or end. */
const graceMs = 5000

/**
 * Two daemons of one root would each start every job: while one lives, even without its socket, no other begins.
 * @throws when one lives but does not answer.
 */
export async function ownerIsGone(root: string, path: string): Promise<boolean> {
  const owner = readOwner(root)
  const deadline = performance.now() + graceMs
  while (owner !== undefined && owner.endedAt === undefined && isAlive(owner)) {
    if (await isAnswered(path)) return false
    if (performance.now() > deadline) throw new Error(`launchd ${owner.pid} lives but does not answer`)
    await sleep(50)
  }
  return true
}

/** This process serves the root, or has ended in an orderly way. */
export function writeOwner(root: string, state: { readonly endedAt?: number }): void {
  const owner: Owner = { pid: process.pid, start: processStart(process.pid) ?? '', ...state }
  writePrivateFile(ownerPath(root), `${JSON.stringify(owner)}\n`)
}

export function readOwner(root: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(ownerPath(root), 'utf8'))
  } catch {
    return undefined
  }
}

function ownerPath(root: string): string {
  return join(root, 'launchd.pid')
}
