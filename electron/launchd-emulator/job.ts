import type { Timer } from './clock.ts'
import { type ExitStatus, exitConfig, isCrash, lastExitLine } from './exit-status.ts'
import type { JobRecord, JobState } from './job-record.ts'
import type { JobServices } from './job-services.ts'
import { type SpawnReason, spawnReason } from './keep-alive.ts'
import type { ProcessIdentity } from './process-identity.ts'
import { type Throttle, throttle } from './throttle.ts'

/** How a request to spawn ended: a process, or the error number of a refusal. */
export type SpawnAnswer = { readonly pid: number; readonly wasRunning: boolean } | { readonly error: number }

/** `xpcproxy` lasts milliseconds (F-STATE-2). */
const trampolineMs = 5
/** How long launchd waits for the end of a process that it has killed (R-EXITTIMEOUT-1). */
const killTimeoutSeconds = 5
const adoptedPollMs = 200
const missingProgramPollMs = 200
const defaultThrottleSeconds = 10

/** One loaded job: its process, its timers and everybody who waits for it. */
export class Job {
  readonly #services: JobServices
  #record: JobRecord
  #trampolining = false
  #spawnTimer: Timer | undefined
  #stateTimer: Timer | undefined
  #exitTimer: Timer | undefined
  #watchTimer: Timer | undefined
  /** The process is no child of this daemon: its end must be looked for, and its status is nobody's to collect. */
  #adopted = false
  #spawnWaiters: ((answer: SpawnAnswer) => void)[] = []
  #goneWaiters: (() => void)[] = []
  #gone = false

  constructor(services: JobServices, record: JobRecord) {
    this.#services = services
    this.#record = record
  }

  get record(): JobRecord {
    return this.#record
  }

  get label(): string {
    return this.#record.definition.label
  }

  get pid(): number | undefined {
    return this.#record.process?.pid
  }

  get state(): JobState {
    const { process, stopping, scheduled, missingProgram } = this.#record
    if (process !== undefined) return stopping ?? (this.#trampolining ? 'xpcproxy' : 'running')
    return scheduled !== undefined || missingProgram !== undefined ? 'spawn scheduled' : 'not running'
  }

  /** ThrottleInterval in seconds (R-THROTTLE-5). */
  get minimumRuntimeSeconds(): number {
    const interval = this.#record.definition.throttleIntervalSeconds ?? defaultThrottleSeconds
    return Math.max(interval, this.#services.switches()['K-THROTTLEMIN'])
  }

  /** ExitTimeOut in seconds; 0 = for ever. */
  get exitTimeoutSeconds(): number {
    return this.#record.definition.exitTimeoutSeconds ?? Number(this.#services.switches()['K-EXITTIMEOUT'])
  }

  /** The job has just been loaded. Its first spawn happens after the caller has got an answer (V-BOOTSTRAP-1). */
  load(): void {
    this.#startIfWanted()
  }

  /** Takes up a job that an earlier daemon left: a process that still lives is watched on, never started a second time. */
  recover(): void {
    const { process, spawning, stopping, removing, missingProgram, scheduled } = this.#record
    const found = process ?? (spawning === true ? this.#findSpawned() : undefined)
    if (found !== undefined && this.#services.processes.isAlive(found)) {
      this.#services.log(`${this.label}: adopted process ${found.pid}`)
      this.#adopted = true
      this.#change({ process: found, spawning: undefined, stopping: undefined })
      this.#watchAdopted(found)
      if (removing || stopping !== undefined) this.#terminate()
    } else if (process !== undefined || spawning === true) {
      this.#adopted = true
      this.#change({ process: { pid: process?.pid ?? 0, start: '' }, spawning: undefined })
      this.#ended(process?.pid ?? 0, { kind: 'abandoned' }, undefined)
    } else if (removing) {
      this.#finishRemoval()
    } else if (missingProgram !== undefined) {
      this.#watchMissingProgram(missingProgram)
    } else if (scheduled !== undefined) {
      this.#requestSpawn(scheduled)
    }
  }

  /** `kickstart` and `start`: answers once the process is spawned, throttle included (V-KICKSTART-4). */
  async demand(): Promise<SpawnAnswer> {
    const { process, missingProgram, removing } = this.#record
    if (process !== undefined) return { pid: process.pid, wasRunning: true }
    if (removing) return { error: 37 }
    if (missingProgram !== undefined && !this.#services.isExecutable(missingProgram)) return { error: 139 }
    return await new Promise((resolve) => {
      this.#spawnWaiters.push(resolve)
      this.#requestSpawn('non-ipc demand')
    })
  }

  /** `kickstart -k`: ends a running process first. 37 while it is ending already (V-KICKSTART-7). */
  async restart(): Promise<SpawnAnswer> {
    const { process, stopping } = this.#record
    if (process === undefined) return await this.demand()
    if (stopping !== undefined) return { error: 37 }
    return await new Promise((resolve) => {
      this.#spawnWaiters.push(resolve)
      this.#change({ respawn: true })
      this.#terminate()
    })
  }

  /** `stop`: ends the process, or cancels a spawn that was waiting (V-STOP-1). KeepAlive is not told (R-KEEPALIVE-6). */
  stop(): void {
    if (this.#record.process !== undefined) {
      this.#terminate()
      return
    }
    this.#cancelSpawn()
    this.#change({ scheduled: undefined, pended: undefined })
    this.#answerSpawnWaiters({ error: 89 })
  }

  /** `kill`: `signal` is the host's number; a job without a process gets none (V-KILL-2). */
  signal(signal: number): boolean {
    const { process } = this.#record
    if (process === undefined) return false
    this.#kill(process, signal)
    return true
  }

  /** `bootout`: the label stays registered until the process is gone (R-DRAIN-1). */
  remove(): void {
    if (this.#record.removing) return
    this.#cancelSpawn()
    this.#watchTimerUnlessAdopted()
    this.#change({
      removing: true,
      scheduled: undefined,
      pended: undefined,
      missingProgram: undefined,
      respawn: undefined,
    })
    this.#answerSpawnWaiters({ error: 113 })
    if (this.#record.process === undefined) this.#finishRemoval()
    else this.#terminate()
  }

  /** Resolves when the label is no longer registered. */
  async whenGone(): Promise<void> {
    if (this.#gone) return
    await new Promise<void>((resolve) => this.#goneWaiters.push(resolve))
  }

  /** Ends the process at once, for an emulator that cannot wait for the exit timeout. */
  killNow(): void {
    if (this.#record.process !== undefined) this.#kill(this.#record.process, 'SIGKILL')
  }

  /** A held back spawn may happen now (R-PEND-1). */
  releasePended(): void {
    if (this.#record.pended === undefined) return
    this.#change({ pended: undefined })
    this.#startIfWanted()
  }

  #startIfWanted(): void {
    const reason = spawnReason(this.#record.definition, this.#record)
    if (reason === undefined) this.#change({})
    else this.#requestSpawn(reason)
  }

  #requestSpawn(reason: SpawnReason): void {
    const isDemand = reason === 'non-ipc demand'
    const held = this.#services.switches()['K-PENDED']
    if (held !== 'none' && !isDemand) {
      this.#change({ pended: held, scheduled: undefined, missingProgram: undefined })
      return
    }
    // A spawn that is scheduled already keeps its time (R-SPAWN-1).
    if (this.#spawnTimer !== undefined) {
      this.#change({ scheduled: reason })
      return
    }
    this.#watchTimerUnlessAdopted()
    const { ranSeconds, delaySeconds } = this.#throttle()
    if (delaySeconds > 0) {
      this.#services.log(
        `${this.label}: Service only ran for ${ranSeconds} seconds. Pushing respawn out by ${delaySeconds} seconds.`,
      )
    }
    this.#change({ scheduled: reason, pended: undefined, missingProgram: undefined })
    this.#spawnTimer = this.#services.clock.setTimeout(() => {
      this.#spawn(this.#record.scheduled ?? reason)
    }, delaySeconds * this.#secondMs)
  }

  #throttle(): Throttle {
    return throttle({
      now: this.#services.clock.now(),
      lastSpawnAt: this.#record.lastSpawnAt,
      everExited: this.#record.lastExit !== undefined,
      minimumRuntimeSeconds: this.minimumRuntimeSeconds,
      secondMs: this.#secondMs,
    })
  }

  #spawn(reason: SpawnReason): void {
    const { clock, spawner, processes } = this.#services
    this.#spawnTimer = undefined
    this.#change({
      scheduled: undefined,
      spawning: true,
      runs: this.#record.runs + 1,
      lastSpawnAt: clock.now(),
      immediateReason: reason,
      coalitionId: this.#record.coalitionId ?? this.#services.nextCoalitionId(),
    })
    const { pid, problem, missingProgram } = spawner.spawn(
      this.#record.definition,
      {
        environment: this.#services.environment(this.#record),
        createDirectories: this.#services.switches()['K-STDMKDIR'] === 'on',
      },
      (status) => this.#ended(pid ?? 0, status, missingProgram),
    )
    if (problem !== undefined) this.#services.log(`${this.label}: ${problem}`)
    this.#adopted = false
    // A process that has ended already has no start; it will be collected in a moment.
    this.#change({ spawning: undefined, process: { pid: pid ?? 0, start: processes.processStart(pid ?? 0) ?? '' } })
    this.#answerSpawnWaiters({ pid: pid ?? 0, wasRunning: false })
    if (pid === undefined) {
      this.#ended(0, exitConfig, missingProgram)
      return
    }
    this.#trampolining = true
    // A stub never becomes the program: it stays the trampoline until it exits.
    if (problem === undefined) {
      this.#stateTimer = clock.setTimeout(() => {
        this.#trampolining = false
      }, trampolineMs)
    }
  }

  #ended(pid: number, status: ExitStatus, missingProgram: string | undefined): void {
    if (this.#record.process?.pid !== pid) return
    for (const timer of [this.#stateTimer, this.#exitTimer, this.#watchTimer]) timer?.cancel()
    this.#trampolining = false
    this.#services.log(`${this.label}: process ${pid}: ${lastExitLine(status)}`)
    this.#endGroup(pid)
    const { respawn, removing } = this.#record
    this.#change({
      process: undefined,
      stopping: undefined,
      respawn: undefined,
      lastExit: status,
      successiveCrashes: isCrash(status) ? this.#record.successiveCrashes + 1 : 0,
    })
    if (removing) this.#finishRemoval()
    else if (missingProgram !== undefined) this.#watchMissingProgram(missingProgram)
    else if (respawn === true) this.#requestSpawn('non-ipc demand')
    else this.#startIfWanted()
  }

  #terminate(): void {
    const { process, stopping } = this.#record
    if (process === undefined || stopping !== undefined) return
    this.#change({ stopping: 'SIGTERMed' })
    this.#kill(process, 'SIGTERM')
    if (this.exitTimeoutSeconds === 0) return
    this.#exitTimer = this.#after(this.exitTimeoutSeconds, () => {
      this.#change({ stopping: 'SIGKILLed' })
      this.#kill(process, 'SIGKILL')
      this.#exitTimer = this.#after(killTimeoutSeconds, () => this.#change({ stopping: 'languishing' }))
    })
  }

  #finishRemoval(): void {
    const slowMs = this.#services.switches()['K-SLOWBOOTOUT']
    const finish = () => {
      this.#gone = true
      this.#services.removed(this)
      for (const resolve of this.#goneWaiters.splice(0)) resolve()
    }
    if (slowMs === 0) finish()
    else this.#stateTimer = this.#services.clock.setTimeout(finish, slowMs)
  }

  /** The penalty box: no spawn until the program's file is there (R-PENALTY-1). */
  #watchMissingProgram(path: string): void {
    this.#change({ missingProgram: path })
    const look = () => {
      if (this.#services.isExecutable(path)) this.#requestSpawn('launch event')
      else this.#watchTimer = this.#services.clock.setTimeout(look, missingProgramPollMs)
    }
    this.#watchTimer = this.#services.clock.setTimeout(look, missingProgramPollMs)
  }

  #watchAdopted(process: ProcessIdentity): void {
    this.#watchTimer = this.#services.clock.setTimeout(() => {
      if (this.#services.processes.isAlive(process)) this.#watchAdopted(process)
      else this.#ended(process.pid, { kind: 'abandoned' }, undefined)
    }, adoptedPollMs)
  }

  #watchTimerUnlessAdopted(): void {
    if (this.#record.process === undefined) this.#watchTimer?.cancel()
  }

  #findSpawned(): ProcessIdentity | undefined {
    const environment = this.#services.environment(this.#record)
    const texts = ['XPC_SERVICE_NAME', 'SSH_AUTH_SOCK'].map((name) => `${name}=${environment[name]}`)
    return this.#services.processes.findGroupLeader(texts, this.#record.lastSpawnAt ?? 0)
  }

  #kill(process: ProcessIdentity, signal: NodeJS.Signals | number): void {
    // The pid of one's own child stays taken until it is collected; that of an adopted process does not.
    if (process.pid === 0 || (this.#adopted && !this.#services.processes.isAlive(process))) return
    this.#services.processes.kill(process.pid, signal)
  }

  /** What is left of the process group; children that left it survive (R-EXIT-1). */
  #endGroup(pid: number): void {
    if (pid === 0 || this.#record.definition.abandonProcessGroup) return
    // An adopted process may have ended long ago. While any of its group lives its pid is not given away; if somebody
    // has that pid, the group is somebody else's.
    if (this.#adopted && this.#services.processes.processStart(pid) !== undefined) return
    this.#services.processes.kill(-pid, 'SIGTERM')
  }

  #cancelSpawn(): void {
    this.#spawnTimer?.cancel()
    this.#spawnTimer = undefined
  }

  #answerSpawnWaiters(answer: SpawnAnswer): void {
    for (const resolve of this.#spawnWaiters.splice(0)) resolve(answer)
  }

  #after(seconds: number, action: () => void): Timer {
    return this.#services.clock.setTimeout(action, seconds * this.#secondMs)
  }

  get #secondMs(): number {
    return 1000 * this.#services.switches()['K-TIMESCALE']
  }

  #change(change: Partial<JobRecord>): void {
    this.#record = { ...this.#record, ...change }
    this.#services.changed()
  }
}
