import type { Timer } from './clock.ts'
import type { SpawnReason } from './keep-alive.ts'
import type { KeptRecord } from './kept-record.ts'
import { throttle } from './throttle.ts'

/** How a request to spawn ended: a process, or the error number of a refusal. */
export type SpawnAnswer = { readonly pid: number; readonly wasRunning: boolean } | { readonly error: number }

const missingProgramPollMs = 200

/** When one job is spawned next, what holds it back until then, and who waits for it. */
export class SpawnSchedule {
  readonly #record: KeptRecord
  readonly #spawn: (reason: SpawnReason) => number
  #timer: Timer | undefined
  #programWatch: Timer | undefined
  #waiters: ((answer: SpawnAnswer) => void)[] = []

  /** @param spawn creates the process and answers its pid; 0 where there is none */
  constructor(record: KeptRecord, spawn: (reason: SpawnReason) => number) {
    this.#record = record
    this.#spawn = spawn
  }

  /** Schedules a spawn, at once or after the throttle. */
  request(reason: SpawnReason): void {
    const isDemand = reason === 'non-ipc demand'
    const held = this.#record.services.switches()['K-PENDED']
    if (held !== 'none' && !isDemand) {
      this.#record.change({ pended: held, scheduled: undefined, missingProgram: undefined })
      return
    }
    // A spawn that is scheduled already keeps its time (R-SPAWN-1).
    if (this.#timer !== undefined) {
      this.#record.change({ scheduled: reason })
      return
    }
    this.#programWatch?.cancel()
    const delaySeconds = this.#delaySeconds()
    this.#record.change({ scheduled: reason, pended: undefined, missingProgram: undefined })
    this.#timer = this.#record.after(delaySeconds, () => {
      this.#timer = undefined
      const pid = this.#spawn(this.#record.current.scheduled ?? reason)
      this.#answer({ pid, wasRunning: false })
    })
  }

  /** Resolves with the next spawn, or with the reason why it was given up. */
  async next(): Promise<SpawnAnswer> {
    return await new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** The penalty box: no spawn until the program's file is there (R-PENALTY-1). */
  awaitProgram(path: string): void {
    this.#record.change({ missingProgram: path })
    const { services } = this.#record
    const look = () => {
      if (services.isExecutable(path)) this.request('launch event')
      else this.#programWatch = services.clock.setTimeout(look, missingProgramPollMs)
    }
    this.#programWatch = services.clock.setTimeout(look, missingProgramPollMs)
  }

  /** Gives up a spawn that is scheduled; who waits for it gets this error number. What stands in the record stays. */
  cancel(error: number): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#answer({ error })
  }

  /** Does not look for the missing program any more. */
  forgetProgram(): void {
    this.#programWatch?.cancel()
  }

  #delaySeconds(): number {
    const { current, services, minimumRuntimeSeconds, secondMs } = this.#record
    const { ranSeconds, delaySeconds } = throttle({
      now: services.clock.now(),
      lastSpawnAt: current.lastSpawnAt,
      everExited: current.lastExit !== undefined,
      minimumRuntimeSeconds,
      secondMs,
    })
    if (delaySeconds > 0) {
      this.#record.log(`Service only ran for ${ranSeconds} seconds. Pushing respawn out by ${delaySeconds} seconds.`)
    }
    return delaySeconds
  }

  #answer(answer: SpawnAnswer): void {
    for (const resolve of this.#waiters.splice(0)) resolve(answer)
  }
}
