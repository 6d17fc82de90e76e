import { isEnding, isParked, jobPid } from './observation.ts'
import type { Plan, Situation } from './plan.ts'
import { failed, farewellMs, met, planBlind, refused, steps, wait, waitForEnd } from './plan-ends.ts'
import { count, latest } from './step.ts'

/** Unloads in one operation: somebody else, such as Hermes' own reload, may have loaded the job again meanwhile. */
const mostBootouts = 3

/**
 * Stop keeps the definition: the job is unloaded, and done means that the label is gone and the process is dead. The
 * stop is announced first, so that the gateway ends with 0 and Hermes' own tools know that it was meant.
 */
export function planStop(situation: Situation): Plan {
  const { observation, progress } = situation
  const { gateway, job, service } = observation
  const blind = planBlind(situation)
  if (blind !== undefined) return blind
  if (isParked(observation) && job.seen === 'absent') return met('The profile is parked; nothing runs.')
  if (gateway.servedBy !== undefined && job.seen === 'absent') {
    return refused(
      situation,
      `Run \`hermes -p ${service.profile} gateway stop\`: it parks the profile inside its host.`,
    )
  }
  if (observation.assessment?.foreign !== undefined && job.seen === 'job') {
    return refused(situation, `Look at ${service.plistPath}: what it describes is not this home's gateway.`)
  }
  if (gateway.reload.stage === 'at-work' && jobPid(observation) === undefined && job.seen === 'absent') {
    return wait('Hermes has finished its own reload')
  }

  const alive = gateway.process.seen === 'alive' ? gateway.process.identity : undefined
  const announced = alive !== undefined && gateway.plannedStop?.targetPid === alive.pid
  const announce =
    alive !== undefined && !announced && count(progress, 'announce-stop') === 0
      ? ([{ kind: 'announce-stop', gateway: alive }] as const)
      : []

  const bootedOut = latest(progress, 'bootout')
  const sinceBootoutMs = bootedOut === undefined ? Number.POSITIVE_INFINITY : observation.at - bootedOut.at
  if (job.seen === 'job') {
    if (isEnding(observation)) {
      if (announce[0] !== undefined) return steps(announce[0], { kind: 'wait', until: 'it is gone' })
      return wait('launchd has let go of the job')
    }
    if (bootedOut?.claim === 'not-permitted' || bootedOut?.claim === 'usage') {
      return failed(situation, 'Run `caduceus stop` as the user who is logged in.', {
        cause: 'launchd did not unload the job; the activity log has its answer.',
      })
    }
    if (sinceBootoutMs < farewellMs || count(progress, 'bootout') >= mostBootouts) {
      return wait('launchd has let go of the job')
    }
    const bootout = { kind: 'bootout' } as const
    const gone = { kind: 'wait', until: 'the label is gone and the process is dead' } as const
    return announce[0] === undefined ? steps(bootout, gone) : steps(announce[0], bootout, gone)
  }
  if (alive === undefined) {
    if (progress.done.length > 0) return met('Stopped: launchd let go of the job and no process is left.')
    if (job.seen === 'no-session') {
      return refused(situation, 'Log in at the screen of this Mac, then run `caduceus stop` again.')
    }
    return met('It was not running.')
  }
  if (sinceBootoutMs < farewellMs) return wait(`process ${alive.pid} has ended`)
  if (count(progress, 'end') > 0) return waitForEnd(situation, alive.pid)
  const end = { kind: 'end', gateway: alive } as const
  return announce[0] === undefined ? steps(end) : steps(announce[0], end)
}
