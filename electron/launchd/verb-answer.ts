import type { LaunchctlResult } from './launchctl.ts'
import { evidenceOf } from './launchctl-evidence.ts'
import type { VerbAnswer, VerbClaim } from './launchd.ts'

/** The verbs that change something. */
export type MutatingVerb = 'bootstrap' | 'bootout' | 'kickstart' | 'enable'

type ClaimsByCode = Readonly<Record<number, VerbClaim>>

const everyVerb: ClaimsByCode = {
  0: 'done',
  1: 'not-permitted',
  22: 'usage',
  64: 'usage',
  112: 'no-session',
  119: 'disabled',
  125: 'no-session',
  139: 'cannot-execute',
  144: 'not-permitted',
  150: 'not-permitted',
}

/** What each exit status of each verb claims; a code that stands nowhere claims nothing. */
const claims: Readonly<Record<MutatingVerb, ClaimsByCode>> = {
  bootstrap: {
    ...everyVerb,
    36: 'in-progress',
    // An ordinary user gets 5 for almost every reason (E-MASK-2, E-MASK-4), now and then 17 or 37 (E-MASK-7).
    5: 'masked',
    17: 'masked',
    37: 'masked',
    // The same reasons by their own numbers, where launchd tells them (E-MASK-5): the file must be looked at all the same.
    2: 'masked',
    109: 'masked',
    110: 'masked',
    111: 'masked',
    121: 'masked',
    122: 'masked',
    133: 'masked',
    134: 'masked',
    155: 'masked',
  },
  bootout: {
    ...everyVerb,
    // V-BOOTOUT-4: which of the two depends on the release.
    3: 'not-loaded',
    113: 'not-loaded',
    // V-BOOTOUT-2
    36: 'in-progress',
    37: 'in-progress',
  },
  kickstart: {
    ...everyVerb,
    3: 'not-loaded',
    // V-KICKSTART-6
    113: 'not-loaded',
    36: 'in-progress',
    // V-KICKSTART-2, V-KICKSTART-7
    37: 'in-progress',
  },
  enable: everyVerb,
}

/** Turns the end of a mutating verb into a claim and its evidence. `timeoutMs` is the time limit that the call had. */
export function answerOf(verb: MutatingVerb, result: LaunchctlResult, timeoutMs: number): VerbAnswer {
  const claim = result.ended === 'exited' ? claims[verb][result.code] : undefined
  return { claim: claim ?? 'unknown', evidence: evidenceOf(result, timeoutMs) }
}
