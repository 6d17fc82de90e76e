import { watchAdopted } from './adoption.ts'
import type { Timer } from './clock.ts'
import { type ExitStatus, exitConfig, lastExitLine } from './exit-status.ts'
import type { SpawnReason } from './keep-alive.ts'
import type { KeptRecord } from './kept-record.ts'
import type { ProcessIdentity } from './process-identity.ts'
import { Termination } from './termination.ts'

/** `xpcproxy` lasts milliseconds (F-STATE-2). */
const trampolineMs = 5

/** Told when the process has ended; `missingProgram` = its program's file was not there. */
type OnEnd = (status: ExitStatus, missingProgram: string | undefined) => void

/** The one process that a job has at a time: created or adopted, signalled, ended. */
export class JobProcess {
  readonly #record: KeptRecord
  readonly #onEnd: OnEnd
  readonly #termination: Termination
  #trampolining = false
  #trampoline: Timer | undefined
  #watch: Timer | undefined
  /** The process is no child of this daemon: its pid may be somebody else's by now. */
  #adopted = false

  constructor(record: KeptRecord, onEnd: OnEnd) {
    this.#record = record
    this.#onEnd = onEnd
    this.#termination = new Termination(record, (signal) => this.signal(signal))
  }

  /** The process is not the program yet. */
  get isTrampolining(): boolean {
    return this.#trampolining
  }

  /** Creates the process and answers its pid; 0 where there is none. A process that cannot be created has ended. */
  spawn(reason: SpawnReason): number {
    const { services } = this.#record
    this.#record.change({
      scheduled: undefined,
      spawning: true,
      runs: this.#record.current.runs + 1,
      lastSpawnAt: services.clock.now(),
      immediateReason: reason,
      coalitionId: this.#record.current.coalitionId ?? services.nextCoalitionId(),
    })
    const { pid, problem, missingProgram } = services.spawner.spawn(
      this.#record.current.definition,
      {
        environment: services.environment(this.#record.current),
        createDirectories: services.switches()['K-STDMKDIR'] === 'on',
      },
      (status) => this.#ended(pid ?? 0, status, missingProgram),
    )
    if (problem !== undefined) this.#record.log(problem)
    this.#adopted = false
    // A process that has ended already has no start; it will be collected in a moment.
    const start = services.processes.processStart(pid ?? 0) ?? ''
    this.#record.change({ spawning: undefined, process: { pid: pid ?? 0, start } })
    if (pid === undefined) {
      this.#ended(0, exitConfig, missingProgram)
      return 0
    }
    this.#trampolining = true
    // A stub never becomes the program: it stays the trampoline until it exits.
    if (problem === undefined) {
      this.#trampoline = services.clock.setTimeout(() => {
        this.#trampolining = false
      }, trampolineMs)
    }
    return pid
  }

  /** Takes up a process that an earlier daemon has started. How it ends nobody will see. */
  adopt(process: ProcessIdentity): void {
    this.#record.log(`adopted process ${process.pid}`)
    this.#adopted = true
    this.#record.change({ process, spawning: undefined, stopping: undefined })
    this.#watch = watchAdopted(process, this.#record.services, () => {
      this.#ended(process.pid, { kind: 'abandoned' }, undefined)
    })
  }

  /** The process of an earlier daemon ended while nobody looked. */
  endedUnseen(pid: number): void {
    this.#adopted = true
    this.#record.change({ process: { pid, start: '' }, spawning: undefined })
    this.#ended(pid, { kind: 'abandoned' }, undefined)
  }

  /** SIGTERM, and SIGKILL after the exit timeout. */
  terminate(): void {
    if (this.#record.current.process !== undefined) this.#termination.begin()
  }

  /** `signal` is the host's. Whether there was a process to signal. */
  signal(signal: NodeJS.Signals | number): boolean {
    const { processes } = this.#record.services
    const { process } = this.#record.current
    if (process === undefined) return false
    // The pid of one's own child stays taken until it is collected; that of an adopted process does not.
    const isOurs = process.pid !== 0 && (!this.#adopted || processes.isAlive(process))
    if (isOurs) processes.kill(process.pid, signal)
    return true
  }

  #ended(pid: number, status: ExitStatus, missingProgram: string | undefined): void {
    if (this.#record.current.process?.pid !== pid) return
    this.#trampoline?.cancel()
    this.#watch?.cancel()
    this.#termination.over()
    this.#trampolining = false
    this.#record.log(`process ${pid}: ${lastExitLine(status)}`)
    this.#endGroup(pid)
    this.#onEnd(status, missingProgram)
  }

  /** What is left of the process group; children that left it survive (R-EXIT-1). */
  #endGroup(pid: number): void {
    const { processes } = this.#record.services
    if (pid === 0 || this.#record.current.definition.abandonProcessGroup) return
    // An adopted process may have ended long ago. While any of its group lives its pid is not given away; if somebody
    // has that pid, the group is somebody else's.
    if (this.#adopted && processes.processStart(pid) !== undefined) return
    processes.kill(-pid, 'SIGTERM')
  }
}
