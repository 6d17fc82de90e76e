import type { Timer } from './clock.ts'
import type { ExitStatus } from './exit-status.ts'
import { Job } from './job.ts'
import type { JobDefinition } from './job-definition.ts'
import { freshRecord, type JobRecord } from './job-record.ts'
import type { JobServices } from './job-services.ts'
import type { SpawnAttempt } from './spawn.ts'
import { parseSwitches, type SwitchTexts } from './switches.ts'
import { testDefinition } from './test-definition.ts'

/** For tests: a machine without time or processes: the clock moves when a test says so, processes end when a test ends them. */
export class Machine {
  now = 1_000_000
  switches: SwitchTexts = {}
  readonly sent: (readonly [pid: number, signal: string])[] = []
  readonly gone: string[] = []
  readonly executables = new Set<string>()
  readonly alive = new Map<number, string>()
  readonly saved: JobRecord[] = []
  nextAttempt: Omit<SpawnAttempt, 'pid'> = {}
  #nextPid = 100
  #timers: { at: number; action: () => void }[] = []
  readonly #exits = new Map<number, (status: ExitStatus) => void>()
  #job: Job | undefined

  readonly services: JobServices = {
    clock: {
      now: () => this.now,
      setTimeout: (action, ms): Timer => {
        const timer = { at: this.now + ms, action }
        this.#timers.push(timer)
        return {
          cancel: () => {
            this.#timers = this.#timers.filter((other) => other !== timer)
          },
        }
      },
    },
    spawner: {
      spawn: (_definition, _options, onExit) => {
        const pid = this.#nextPid++
        this.alive.set(pid, `start of ${pid}`)
        this.#exits.set(pid, onExit)
        return { pid, ...this.nextAttempt }
      },
    },
    processes: {
      processStart: (pid) => this.alive.get(pid),
      isAlive: ({ pid, start }) => this.alive.get(pid) === start,
      findGroupLeader: () => undefined,
      kill: (pid, signal) => {
        this.sent.push([pid, String(signal)])
      },
    },
    switches: () => parseSwitches(this.switches),
    environment: () => ({}),
    isExecutable: (path) => this.executables.has(path),
    nextCoalitionId: () => 500,
    changed: () => {
      if (this.#job !== undefined) this.saved.push(this.#job.record)
    },
    removed: (job) => {
      this.gone.push(job.label)
    },
    log: () => {},
  }

  load(changes: Partial<JobDefinition>): Job {
    const job = new Job(this.services, freshRecord('gui', '/a.plist', testDefinition(changes)))
    this.#job = job
    job.load()
    return job
  }

  recover(record: JobRecord): Job {
    const job = new Job(this.services, record)
    this.#job = job
    job.recover()
    return job
  }

  pass(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const [next] = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.now = next.at
      next.action()
    }
    this.now = until
  }

  exit(pid: number | undefined, status: ExitStatus): void {
    if (pid === undefined) throw new Error('no process to end')
    this.alive.delete(pid)
    this.#exits.get(pid)?.(status)
  }
}

export const failure: ExitStatus = { kind: 'code', code: 1 }
export const terminated: ExitStatus = { kind: 'signal', signal: 15 }

/** Until everything that could be answered by now is answered. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
