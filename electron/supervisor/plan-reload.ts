import type { Plan, Situation } from './plan.ts'
import { failed, refused, steps } from './plan-ends.ts'
import { count, type Step } from './step.ts'

/**
 * Unload and load: the only way to have launchd read a definition anew (V-KICKSTART-5), and to have it count runs from
 * the beginning. A disabled override comes first, for once unloaded launchd would not take the job back.
 */
export function planReload(situation: Situation): Plan {
  const { observation, progress, goal } = situation
  const { gateway, override } = observation
  const reload: readonly [Step, ...Step[]] = [{ kind: 'bootout' }, { kind: 'bootstrap' }]
  if (override === 'disabled') {
    if (goal.kind !== 'restart' || goal.by === 'automatic') {
      return refused(situation, 'Run `caduceus restart`: it clears the override first.', { condition: 'disabled' })
    }
    if (count(progress, 'enable') > 0) {
      return failed(
        situation,
        'launchd keeps the override although it was cleared. Run `launchctl print-disabled` to see it.',
      )
    }
    return steps({ kind: 'enable' }, ...reload)
  }
  const alive =
    gateway.process.seen === 'alive' && gateway.process.supervised === 'yes' ? gateway.process.identity : undefined
  const announced = alive === undefined || count(progress, 'announce-stop') > 0
  return announced ? steps(...reload) : steps({ kind: 'announce-stop', gateway: alive }, ...reload)
}
