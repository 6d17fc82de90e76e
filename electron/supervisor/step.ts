import type { DefinitionSource } from '../hermes/gateway.ts'
import type { VerbClaim } from '../launchd/launchd.ts'
import type { ProcessIdentity } from '../processes/process-table.ts'

/** One thing to do, as data: a plan lists them, the reconciler does the first and looks again. */
export type Step =
  /** Keeps the bytes at the definition's place, then puts this source there. */
  | { readonly kind: 'write-definition'; readonly source: DefinitionSource; readonly replaces: boolean }
  /** Makes the folders that launchd opens the job's logs in. */
  | { readonly kind: 'make-log-folders'; readonly folders: readonly string[] }
  | { readonly kind: 'enable' }
  | { readonly kind: 'bootstrap' }
  | { readonly kind: 'bootout' }
  | { readonly kind: 'kickstart'; readonly kill: boolean }
  /** Tells the gateway that the stop to come is meant. */
  | { readonly kind: 'announce-stop'; readonly gateway: ProcessIdentity }
  /** SIGTERM to a verified gateway that launchd does not run. */
  | { readonly kind: 'end'; readonly gateway: ProcessIdentity }
  /** SIGUSR1 to a verified gateway: finish the work under way, then end to be started again. */
  | { readonly kind: 'drain'; readonly gateway: ProcessIdentity }
  /** Nothing to do but look again. */
  | {
      readonly kind: 'wait'
      readonly until: string
      /** The gateway itself will have news: looking often meanwhile would only slow down its start. */
      readonly announced?: boolean
    }

type StepKind = Step['kind']

/** A step that was done in this operation, and what the verb claimed. */
export interface DoneStep {
  readonly kind: StepKind
  /** Milliseconds since 1970. */
  readonly at: number
  readonly claim?: VerbClaim
  /** Why the step could not even be tried to its end: a full disk, a folder that may not be written. */
  readonly failure?: string
}

/** What one operation has done so far: the only memory that planning has. */
export interface Progress {
  readonly beganAt: number
  /** launchd's pid before a restart; a fresh process has another one. */
  readonly replacedPid?: number
  readonly done: readonly DoneStep[]
}

export function count(progress: Progress, kind: StepKind): number {
  return progress.done.filter((step) => step.kind === kind).length
}

export function latest(progress: Progress, kind: StepKind): DoneStep | undefined {
  return progress.done.findLast((step) => step.kind === kind)
}

/** What a step does, as a person reads it before it is done. */
export function describeStep(step: Step, plistPath: string): string {
  switch (step.kind) {
    case 'write-definition':
      return `${step.replaces ? 'Keep what stands there and restore' : 'Restore'} ${plistPath} ${describeSource(step.source)}`
    case 'make-log-folders':
      return `Make the folder for its logs: ${step.folders.join(', ')}`
    case 'enable':
      return 'Clear the disabled override'
    case 'bootstrap':
      return 'Load the definition into launchd'
    case 'bootout':
      return 'Unload the job from launchd'
    case 'kickstart':
      return step.kill ? 'End the process and start a fresh one' : 'Start the job'
    case 'announce-stop':
      return `Tell the gateway (pid ${step.gateway.pid}) that this stop is intentional`
    case 'end':
      return `Ask the gateway outside launchd (pid ${step.gateway.pid}) to end`
    case 'drain':
      return `Ask the gateway (pid ${step.gateway.pid}) to finish its work and start again`
    case 'wait':
      return `Wait until ${step.until}`
    default:
      return step satisfies never
  }
}

export function describeSource(source: DefinitionSource): string {
  switch (source.kind) {
    case 'kept':
      return `from the ${source.proven ? 'proven ' : ''}copy kept on ${new Date(source.keptAt).toISOString().slice(0, 10)}`
    case 'template':
      return `from the template, for ${source.interpreter}`
    case 'in-place':
      return 'from its own bytes, as a file that nobody else may write'
    default:
      return source satisfies never
  }
}
