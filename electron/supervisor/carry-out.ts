import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { VerbAnswer, VerbClaim } from '../launchd/launchd.ts'
import type { Eyes } from './observe.ts'
import { describeSource, type Step } from './step.ts'

/** What the reconciler acts through: the same ports it looks through. */
export type Acts = Eyes

/** What came of one step, for the log and for people; whether it worked is seen by looking, not by this. */
export interface StepOutcome {
  readonly ok: boolean
  readonly text: string
  readonly evidence?: string
  readonly claim?: VerbClaim
  /** Why the step could not be tried to its end. */
  readonly failure?: string
}

/** Does one step. Never throws: what went wrong is the outcome, and the next look decides what follows from it. */
export async function carryOut(
  step: Exclude<Step, { kind: 'wait' }>,
  acts: Acts,
  plistPath: string,
): Promise<StepOutcome> {
  try {
    return await act(step, acts, plistPath)
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    return { ok: false, text: `Could not ${failureText(step)}`, evidence: cause, failure: cause }
  }
}

async function act(step: Exclude<Step, { kind: 'wait' }>, acts: Acts, plistPath: string): Promise<StepOutcome> {
  const { launchd, gateway } = acts
  const { label } = gateway.service
  switch (step.kind) {
    case 'write-definition': {
      const standing = await keepWhatStands(acts)
      const { source } = step
      await acts.definitionFile.write(
        source.kind === 'in-place' ? sameAs(source, standing) : await gateway.bytesOf(source),
      )
      return { ok: true, text: `Restored the definition ${describeSource(step.source)}`, evidence: plistPath }
    }
    case 'make-log-folders':
      for (const folder of step.folders) await mkdir(folder, { recursive: true })
      return { ok: true, text: 'Made the folder for its logs', evidence: step.folders.join(', ') }
    case 'enable':
      return verb('Cleared the disabled override', await launchd.enable(label))
    case 'bootstrap':
      return verb('Loaded the definition into launchd', await launchd.bootstrap(plistPath))
    case 'bootout':
      return verb('Unloaded the job from launchd', await launchd.bootout(label))
    case 'kickstart':
      return verb(step.kill ? 'Ended the process and started a fresh one' : 'Started the job', await kick(step.kill))
    case 'announce-stop':
      await gateway.writePlannedStop(step.gateway)
      return { ok: true, text: 'Told the gateway that this stop is intentional', evidence: `pid ${step.gateway.pid}` }
    case 'end':
      return signalled('Asked the gateway outside launchd to end', await gateway.signal(step.gateway, 'SIGTERM'))
    case 'drain':
      return signalled('Asked the gateway to finish its work', await gateway.signal(step.gateway, 'SIGUSR1'))
    default:
      return step satisfies never
  }

  function kick(kill: boolean): Promise<VerbAnswer> {
    return launchd.kickstart(label, { kill })
  }

  function signalled(text: string, result: 'sent' | 'gone'): StepOutcome {
    return result === 'sent' ? { ok: true, text } : { ok: true, text: 'The process had already ended' }
  }
}

/** Whatever bytes stand at the place are kept before they are replaced; if they cannot be, nothing is replaced. */
async function keepWhatStands({ definitionFile, gateway }: Acts): Promise<Uint8Array | undefined> {
  const { look, bytes } = await definitionFile.read()
  if (look.seen === 'unknown') throw new Error(`what stands there could not be read: ${look.cause}`)
  if (look.seen === 'unsafe' && !look.replaceable) throw new Error(`what stands there cannot be kept: ${look.problem}`)
  if (bytes !== undefined) await gateway.keep(bytes, { valid: look.seen === 'valid', proven: false })
  return bytes
}

/** The bytes that stand there, if they still are those that were planned with. */
function sameAs(source: { readonly sha256: string }, standing: Uint8Array | undefined): Uint8Array {
  if (standing !== undefined && sha256Of(standing) === source.sha256) return standing
  throw new Error('what stood there has changed meanwhile')
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Claims that leave a step undone, or that say somebody is already at it, are told as such. */
function verb(text: string, answer: VerbAnswer): StepOutcome {
  switch (answer.claim) {
    case 'done':
      return { ok: true, text, evidence: answer.evidence, claim: answer.claim }
    case 'in-progress':
      return { ok: true, text: 'launchd is already at it', evidence: answer.evidence, claim: answer.claim }
    case 'not-loaded':
    case 'masked':
    case 'disabled':
    case 'cannot-execute':
    case 'no-session':
    case 'not-permitted':
    case 'usage':
    case 'unknown':
      return { ok: false, text: 'launchd did not do it', evidence: answer.evidence, claim: answer.claim }
    default:
      return answer.claim satisfies never
  }
}

function failureText(step: Exclude<Step, { kind: 'wait' }>): string {
  switch (step.kind) {
    case 'write-definition':
      return 'restore the definition'
    case 'make-log-folders':
      return 'make the folder for its logs'
    case 'announce-stop':
      return 'announce the stop'
    case 'end':
      return 'end the gateway'
    case 'drain':
      return 'ask the gateway to finish its work'
    case 'enable':
    case 'bootstrap':
    case 'bootout':
    case 'kickstart':
      return `run ${step.kind}`
    default:
      return step satisfies never
  }
}
