import { statSync } from 'node:fs'
import type { Clock } from './clock.ts'
import { DisabledOverrides } from './disabled-overrides.ts'
import { Job } from './job.ts'
import type { JobDefinition } from './job-definition.ts'
import { jobEnvironment } from './job-environment.ts'
import { freshRecord, type JobRecord } from './job-record.ts'
import type { JobServices } from './job-services.ts'
import { readState, writeState } from './persisted-state.ts'
import { endGroup, kill } from './process-group.ts'
import { findGroupLeader, isAlive, processStart } from './process-identity.ts'
import { rootKey } from './root-directory.ts'
import { isExecutableFile, processSpawner, type Spawner } from './spawn.ts'
import { parseSwitches, readSwitchTexts, type Switches, switchesPath, writeSwitchTexts } from './switches.ts'
import type { Domain } from './target-specifier.ts'

interface LaunchdOptions {
  /** Where state, switches and overrides are kept; it exists. */
  readonly root: string
  /** HOME of the jobs. */
  readonly home: string
  readonly uid: number
  readonly clock: Clock
  readonly log: (line: string) => void
  readonly spawner?: Spawner
}

/** Longest wait for the jobs when the emulator itself is told to stop, whatever their exit timeouts say. */
const shutdownGraceMs = 20_000

/** The loaded jobs of one user, their overrides and the switches: all of launchd but its front door. */
export class Launchd {
  readonly uid: number
  readonly overrides: DisabledOverrides
  /** The audit session of the emulated login. */
  readonly asid: number
  /** Variables of the domain, which every job inherits (R-ENV-1). No real agent listens there. */
  readonly domainEnvironment: readonly (readonly [name: string, value: string])[]
  readonly #options: LaunchdOptions
  readonly #services: JobServices
  readonly #jobs = new Map<string, Job>()
  #switches: { readonly stamp: string; readonly values: Switches }
  #shuttingDown = false

  constructor(options: LaunchdOptions) {
    const key = rootKey(options.root)
    this.#options = options
    this.uid = options.uid
    this.overrides = new DisabledOverrides(options.root, options.uid)
    this.asid = 100_000 + (Number.parseInt(key.slice(0, 8), 16) % 10_000)
    const agent = `/private/tmp/com.apple.launchd.${key.slice(0, 10)}/Listeners`
    this.domainEnvironment = [['SSH_AUTH_SOCK', agent]]
    this.#switches = { stamp: '', values: parseSwitches({}) }
    this.refreshSwitches()
    this.#services = {
      clock: options.clock,
      spawner: options.spawner ?? processSpawner,
      processes: { processStart, isAlive, findGroupLeader, kill },
      switches: () => this.#switches.values,
      environment: ({ definition }) => jobEnvironment(definition, options.home, this.domainEnvironment, this.switches),
      isExecutable: isExecutableFile,
      nextCoalitionId: () => this.#nextCoalitionId(),
      changed: () => this.#save(),
      removed: (job) => this.#forget(job),
      log: options.log,
    }
  }

  get switches(): Switches {
    return this.#switches.values
  }

  log(line: string): void {
    this.#options.log(line)
  }

  get jobs(): readonly Job[] {
    return [...this.#jobs.values()]
  }

  get isShuttingDown(): boolean {
    return this.#shuttingDown
  }

  /** Takes up what an earlier daemon of this root left. */
  recover(): void {
    for (const record of readState(this.#options.root).jobs)
      this.#jobs.set(keyOf(record), new Job(this.#services, record))
    for (const job of this.jobs) job.recover()
  }

  find(domain: Domain, label: string): Job | undefined {
    return domain.kind !== 'system' && domain.id === this.uid ? this.#jobs.get(`${domain.kind}/${label}`) : undefined
  }

  load(domain: JobRecord['domain'], path: string, definition: JobDefinition): void {
    const record = freshRecord(domain, path, definition)
    const job = new Job(this.#services, record)
    this.#jobs.set(keyOf(record), job)
    job.load()
  }

  /** Reads the switches again if their file has changed since. A file that makes no sense leaves them as they are. */
  refreshSwitches(): void {
    const file = statSync(switchesPath(this.#options.root), { throwIfNoEntry: false })
    const stamp = file === undefined ? '' : `${file.ino} ${file.mtimeMs} ${file.size}`
    if (stamp === this.#switches.stamp) return
    const before = this.#switches.values
    try {
      this.#switches = { stamp, values: parseSwitches(readSwitchTexts(this.#options.root)) }
    } catch (cause) {
      this.#switches = { stamp, values: before }
      this.#options.log(`switches: ${String(cause)}`)
    }
    if (before['K-PENDED'] !== 'none' && this.switches['K-PENDED'] === 'none') {
      for (const job of this.jobs) job.releasePended()
    }
  }

  /** One of the bootstraps that K-EIOONCE makes fail; each call uses one up. */
  takeOneEio(): boolean {
    const remaining = this.switches['K-EIOONCE']
    if (remaining === 0) return false
    writeSwitchTexts(this.#options.root, { 'K-EIOONCE': String(remaining - 1) })
    this.refreshSwitches()
    return true
  }

  /**
   * Boots out every job and resolves when neither a job nor a member of a job's process group is left. What takes longer
   * than `graceMs` is killed, whatever its exit timeout says.
   */
  async shutDown(graceMs = shutdownGraceMs): Promise<void> {
    this.#shuttingDown = true
    const jobs = this.jobs
    const groups = jobs.flatMap(({ pid }) => (pid === undefined || pid === 0 ? [] : [pid]))
    for (const job of jobs) job.remove()
    const timer = this.#options.clock.setTimeout(() => {
      for (const job of jobs) job.killNow()
    }, graceMs)
    await Promise.all(jobs.map(async (job) => await job.whenGone()))
    timer.cancel()
    await Promise.all(groups.map(endGroup))
  }

  /** Each job has two coalitions with neighbouring numbers (F-PRINT-9). */
  #nextCoalitionId(): number {
    return Math.max(this.asid, ...this.jobs.map((job) => job.record.coalitionId ?? 0)) + 2
  }

  #forget(job: Job): void {
    this.#jobs.delete(keyOf(job.record))
    this.#save()
  }

  #save(): void {
    try {
      writeState(
        this.#options.root,
        this.jobs.map((job) => job.record),
      )
    } catch (cause) {
      // A full disk must not end the supervision; only a daemon that is killed meanwhile would not be able to go on.
      this.#options.log(`state: ${String(cause)}`)
    }
  }
}

function keyOf({ domain, definition }: JobRecord): string {
  return `${domain}/${definition.label}`
}
