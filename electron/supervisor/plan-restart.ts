import { isParked, jobPid } from './observation.ts'
import type { Plan, Situation } from './plan.ts'
import { planDefinition, planMissing } from './plan-definition.ts'
import { planDetached } from './plan-detached.ts'
import { planBlind, steps, wait } from './plan-ends.ts'
import { planNotOurs } from './plan-not-ours.ts'
import { planReload } from './plan-reload.ts'
import { planUp } from './plan-up.ts'
import { count } from './step.ts'

/**
 * Restart ends the process that runs now, in the gentlest way that does it, and is then a start. Never by Hermes' own
 * restart, which without a plist runs the gateway in the foreground and does not return (hermes-agent#31212).
 */
export function planRestart(situation: Situation): Plan {
  const { observation, progress } = situation
  const blind = planBlind(situation)
  if (blind !== undefined) return blind
  const pid = jobPid(observation)
  if (observation.job.seen !== 'job' || isParked(observation)) return planUp(situation)
  // The fresh process is there, or there was none to end and a load of its own is done: the rest is a start.
  if (pid === undefined ? progress.done.length > 0 : pid !== progress.replacedPid) return planUp(situation)
  const notOurs = planNotOurs(situation) ?? planDetached(situation)
  if (notOurs !== undefined) return notOurs
  // Loaded and idle: a load of its own makes launchd forget the past runs and read the definition again.
  if (pid === undefined) return withDefinition(situation, steps({ kind: 'bootout' }))
  if (count(progress, 'drain') + count(progress, 'bootout') > 0) return wait(`process ${pid} has ended`)
  if (count(progress, 'kickstart') > 0) return wait('launchd has started a fresh process')
  return withDefinition(situation, planEnding(situation, pid))
}

/** A definition that is no good is mended, or told, before the process that still runs is given up. */
function withDefinition(situation: Situation, ending: Plan): Plan {
  const mend = planDefinition(situation) ?? planMissing(situation)
  if (mend === undefined) return ending
  return mend.verdict === 'steps' && ending.verdict === 'steps' ? steps(mend.steps[0], ...ending.steps) : mend
}

function planEnding(situation: Situation, pid: number): Plan {
  const { observation, condition } = situation
  const { gateway, drift, definition } = observation
  const alive =
    gateway.process.seen === 'alive' && gateway.process.supervised === 'yes' ? gateway.process.identity : undefined
  const state = gateway.state.seen === 'state' && gateway.state.state.current ? gateway.state.state : undefined
  if (alive !== undefined && !gateway.wedged) {
    if (state?.gatewayState === 'draining') return wait(`process ${pid} has finished its work`)
    if (state !== undefined && state.activeAgents > 0) return steps({ kind: 'drain', gateway: alive })
  }
  // `kickstart -k` would run what was loaded before (V-KICKSTART-5), and add a full throttle to a crash loop
  // (C-PIT-1): only a new load reads the file and begins to count anew, where there is a file to be read.
  const reloads = definition.seen === 'valid' && (drift.length > 0 || condition.id === 'crash-looping')
  return reloads ? planReload(situation) : steps({ kind: 'kickstart', kill: true })
}
