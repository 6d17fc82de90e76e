import type { Timer } from './clock.ts'
import type { JobRecord } from './job-record.ts'
import type { JobServices } from './job-services.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** What an earlier daemon left of a job's process. `gone`: it ended while nobody looked; pid 0 where none is known. */
type LeftProcess =
  | { readonly is: 'none' }
  | { readonly is: 'alive'; readonly process: ProcessIdentity }
  | { readonly is: 'gone'; readonly pid: number }

const pollMs = 200

/** Looks for the process that a record tells of, or that was created just before it could be written down. */
export function leftProcess(record: JobRecord, services: JobServices): LeftProcess {
  const { process, spawning } = record
  if (process === undefined && spawning !== true) return { is: 'none' }
  const found = process ?? findSpawned(record, services)
  if (found !== undefined && services.processes.isAlive(found)) return { is: 'alive', process: found }
  return { is: 'gone', pid: process?.pid ?? 0 }
}

function findSpawned(record: JobRecord, services: JobServices): ProcessIdentity | undefined {
  const environment = services.environment(record)
  const texts = ['XPC_SERVICE_NAME', 'SSH_AUTH_SOCK'].map((name) => `${name}=${environment[name]}`)
  return services.processes.findGroupLeader(texts, record.lastSpawnAt ?? 0)
}

/** An adopted process is no child of this daemon: nobody tells of its end, so it must be looked for. */
export function watchAdopted(process: ProcessIdentity, { clock, processes }: JobServices, onGone: () => void): Timer {
  const look = (): void => {
    if (processes.isAlive(process)) timer = clock.setTimeout(look, pollMs)
    else onGone()
  }
  let timer = clock.setTimeout(look, pollMs)
  return { cancel: () => timer.cancel() }
}
