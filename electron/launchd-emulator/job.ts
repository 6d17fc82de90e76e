import { leftProcess } from './adoption.ts'
import { type ExitStatus, isCrash } from './exit-status.ts'
import { JobProcess } from './job-process.ts'
import { type JobRecord, type JobState, jobState } from './job-record.ts'
import type { JobServices } from './job-services.ts'
import { spawnReason } from './keep-alive.ts'
import { KeptRecord } from './kept-record.ts'
import { type SpawnAnswer, SpawnSchedule } from './spawn-schedule.ts'

/** One loaded job: what it is asked to do, and what follows when its process ends. */
export class Job {
  readonly #services: JobServices
  readonly #record: KeptRecord
  readonly #process: JobProcess
  readonly #schedule: SpawnSchedule
  #gone = false
  #goneWaiters: (() => void)[] = []

  constructor(services: JobServices, record: JobRecord) {
    this.#services = services
    this.#record = new KeptRecord(services, record)
    this.#process = new JobProcess(this.#record, (status, missingProgram) => this.#ended(status, missingProgram))
    this.#schedule = new SpawnSchedule(this.#record, (reason) => this.#process.spawn(reason))
  }

  get record(): JobRecord {
    return this.#record.current
  }

  get label(): string {
    return this.record.definition.label
  }

  get pid(): number | undefined {
    return this.record.process?.pid
  }

  get state(): JobState {
    return jobState(this.record, this.#process.isTrampolining)
  }

  /** ThrottleInterval in seconds. */
  get minimumRuntimeSeconds(): number {
    return this.#record.minimumRuntimeSeconds
  }

  /** ExitTimeOut in seconds; 0 = for ever. */
  get exitTimeoutSeconds(): number {
    return this.#record.exitTimeoutSeconds
  }

  /** The job has just been loaded. Its first spawn happens after the caller has got an answer (V-BOOTSTRAP-1). */
  load(): void {
    this.#startIfWanted()
  }

  /** Takes up a job that an earlier daemon left: a process that still lives is watched on, never started a second time. */
  recover(): void {
    const { stopping, removing, missingProgram, scheduled } = this.record
    const left = leftProcess(this.record, this.#services)
    switch (left.is) {
      case 'alive':
        this.#process.adopt(left.process)
        if (removing || stopping !== undefined) this.#process.terminate()
        break
      case 'gone':
        this.#process.endedUnseen(left.pid)
        break
      case 'none':
        if (removing) this.#finishRemoval()
        else if (missingProgram !== undefined) this.#schedule.awaitProgram(missingProgram)
        else if (scheduled !== undefined) this.#schedule.request(scheduled)
        break
      default:
        unreachable(left)
    }
  }

  /** `kickstart` and `start`: answers once the process is spawned, throttle included (V-KICKSTART-4). */
  async demand(): Promise<SpawnAnswer> {
    const { process, missingProgram, removing } = this.record
    if (process !== undefined) return { pid: process.pid, wasRunning: true }
    if (removing) return { error: 37 }
    if (missingProgram !== undefined && !this.#services.isExecutable(missingProgram)) return { error: 139 }
    const answer = this.#schedule.next()
    this.#schedule.request('non-ipc demand')
    return await answer
  }

  /** `kickstart -k`: ends a running process first (V-KICKSTART-5). 37 while it is ending already (V-KICKSTART-7). */
  async restart(): Promise<SpawnAnswer> {
    const { process, stopping } = this.record
    if (process === undefined) return await this.demand()
    if (stopping !== undefined) return { error: 37 }
    const answer = this.#schedule.next()
    this.#record.change({ respawn: true })
    this.#process.terminate()
    return await answer
  }

  /** `stop`: ends the process, or cancels a spawn that was waiting (V-STOP-1). KeepAlive is not told (R-KEEPALIVE-6). */
  stop(): void {
    if (this.record.process !== undefined) {
      this.#process.terminate()
      return
    }
    this.#record.change({ scheduled: undefined, pended: undefined })
    this.#schedule.cancel(89)
  }

  /** `kill`: `signal` is the host's number; a job without a process gets none (V-KILL-2). */
  signal(signal: number): boolean {
    return this.#process.signal(signal)
  }

  /** `bootout`: the label stays registered until the process is gone (R-DRAIN-1). */
  remove(): void {
    if (this.record.removing) return
    this.#record.change({
      removing: true,
      scheduled: undefined,
      pended: undefined,
      missingProgram: undefined,
      respawn: undefined,
    })
    this.#schedule.cancel(113)
    this.#schedule.forgetProgram()
    if (this.record.process === undefined) this.#finishRemoval()
    else this.#process.terminate()
  }

  /** Resolves when the label is no longer registered. */
  async whenGone(): Promise<void> {
    if (this.#gone) return
    await new Promise<void>((resolve) => this.#goneWaiters.push(resolve))
  }

  /** Ends the process at once, for an emulator that cannot wait for the exit timeout. */
  killNow(): void {
    this.#process.signal('SIGKILL')
  }

  /** A held back spawn may happen now (R-PEND-1). */
  releasePended(): void {
    if (this.record.pended === undefined) return
    this.#record.change({ pended: undefined })
    this.#startIfWanted()
  }

  #startIfWanted(): void {
    const reason = spawnReason(this.record.definition, this.record)
    if (reason === undefined) this.#record.change({})
    else this.#schedule.request(reason)
  }

  #ended(status: ExitStatus, missingProgram: string | undefined): void {
    const { respawn, removing, successiveCrashes } = this.record
    this.#record.change({
      process: undefined,
      stopping: undefined,
      respawn: undefined,
      lastExit: status,
      successiveCrashes: isCrash(status) ? successiveCrashes + 1 : 0,
    })
    if (removing) this.#finishRemoval()
    else if (missingProgram !== undefined) this.#schedule.awaitProgram(missingProgram)
    else if (respawn === true) this.#schedule.request('non-ipc demand')
    else this.#startIfWanted()
  }

  #finishRemoval(): void {
    const slowMs = this.#services.switches()['K-SLOWBOOTOUT']
    const finish = () => {
      this.#gone = true
      this.#services.removed(this)
      for (const resolve of this.#goneWaiters.splice(0)) resolve()
    }
    if (slowMs === 0) finish()
    else this.#services.clock.setTimeout(finish, slowMs)
  }
}

function unreachable(left: never): never {
  throw new Error(`no such process left behind: ${JSON.stringify(left)}`)
}
