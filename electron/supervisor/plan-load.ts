import type { Plan, Situation } from './plan.ts'
import { failed, refused, steps, wait } from './plan-ends.ts'
import { count, latest, type Progress, type Step } from './step.ts'

/** Pauses after each refused bootstrap, in milliseconds: launchd may still be draining the label (E-MASK-7). */
const bootstrapPausesMs = [250, 500, 1000, 2000, 4000, 8000]

/** Not loaded: bootstrap, patiently, since launchd may still be letting go of the label. */
export function planLoad(situation: Situation): Plan {
  const { observation, progress, goal } = situation
  const tries = count(progress, 'bootstrap')
  const last = latest(progress, 'bootstrap')
  if (last === undefined) return steps(...loadSteps(situation))
  switch (last.claim) {
    case 'no-session':
      return refused(situation, 'Log in at the screen of this Mac, then run `caduceus start` again.', {
        condition: 'no-session',
      })
    case 'not-permitted':
      return failed(
        situation,
        'launchd does not let this user load it. Run `caduceus start` as the user who is logged in.',
      )
    case 'usage':
      return failed(situation, 'This launchctl did not understand the request. Please report it with the activity log.')
    case 'disabled':
      if (progress.done.at(-1)?.kind === 'enable') return steps({ kind: 'bootstrap' }, ...verifySteps)
      if (goal.by === 'person' && goal.kind !== 'repair' && count(progress, 'enable') === 0)
        return steps({ kind: 'enable' }, { kind: 'bootstrap' }, ...verifySteps)
      return refused(situation, 'Run `caduceus start`: it clears the override and starts the gateway.', {
        condition: 'disabled',
      })
    case undefined:
    case 'done':
    case 'not-loaded':
    case 'in-progress':
    case 'masked':
    case 'cannot-execute':
    case 'unknown':
      break
    default:
      return last.claim satisfies never
  }
  const pause = bootstrapPausesMs[tries - 1]
  // Accepted and yet not there: twice is no accident (R-BTM-3).
  const vanishes = acceptedInVain(progress) >= 2
  if (pause === undefined || vanishes) {
    const what = vanishes ? 'takes the definition and lets go of it at once' : 'refuses to load the definition'
    return refused(
      situation,
      'Open System Settings → General → Login Items & Extensions, allow it there, then run `caduceus start`.',
      {
        condition: 'blocked',
        cause: `launchd ${what}, although nothing is wrong with it: most likely it is switched off in Login Items.`,
      },
    )
  }
  return observation.at - last.at < pause
    ? wait('launchd accepts the definition')
    : steps({ kind: 'bootstrap' }, ...verifySteps)
}

/** Bootstraps that launchd claims to have done, since the job was last unloaded from here. */
function acceptedInVain({ done }: Progress): number {
  const unloadedAt = done.findLastIndex(({ kind }) => kind === 'bootout')
  return done.slice(unloadedAt + 1).filter(({ kind, claim }) => kind === 'bootstrap' && claim === 'done').length
}

export const verifySteps: readonly Step[] = [{ kind: 'wait', until: 'a fresh process is up' }]

export function loadSteps({ observation, goal }: Situation): readonly [Step, ...Step[]] {
  const load: readonly [Step, ...Step[]] = [{ kind: 'bootstrap' }, ...verifySteps]
  return observation.override === 'disabled' && goal.by === 'person' && goal.kind !== 'repair'
    ? [{ kind: 'enable' }, ...load]
    : load
}
