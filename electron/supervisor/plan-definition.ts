import { jobPid } from './observation.ts'
import type { Plan, Situation } from './plan.ts'
import { failed, refused, steps } from './plan-ends.ts'
import { loadSteps } from './plan-load.ts'
import { count, latest } from './step.ts'
import { list } from './words.ts'

/**
 * The definition at its place, brought in order; nothing to do where it is. What cannot be mended stops a start, but not
 * a gateway that runs: that one is still worth more than none.
 */
export function planDefinition(situation: Situation): Plan | undefined {
  const mend = planMend(situation) ?? planLogFolders(situation)
  const runs = jobPid(situation.observation) !== undefined && situation.goal.kind !== 'repair'
  return runs && mend?.verdict !== 'steps' ? undefined : mend
}

/** Only some releases of launchd make the folder of a log themselves; the others answer 78 (R-STDIO-2). */
function planLogFolders(situation: Situation): Plan | undefined {
  const { observation, progress } = situation
  const folders = observation.assessment?.logFolders ?? []
  if (folders.length === 0 || jobPid(observation) !== undefined || planMissing(situation) !== undefined)
    return undefined
  const made = latest(progress, 'make-log-folders')
  if (made === undefined) return steps({ kind: 'make-log-folders', folders })
  return failed(situation, `Make it possible to create ${list(folders)}, then run \`caduceus start\` again.`, {
    cause: `The folder for its logs could not be made: ${made.failure ?? 'it was gone again at once'}.`,
  })
}

export function planMend(situation: Situation): Plan | undefined {
  const { observation, progress } = situation
  const { definition, sources, service, job } = observation
  const { plistPath } = service
  switch (definition.seen) {
    case 'unknown':
      return refused(situation, `Make ${plistPath} readable, then try again.`, {
        cause: `The definition could not be read: ${definition.cause}.`,
      })
    case 'unsafe':
      if (!definition.replaceable) {
        return refused(situation, `Move what stands at ${plistPath} away, then run \`caduceus start\`.`, {
          condition: 'definition-unsafe',
        })
      }
      break
    case 'valid':
      if (!mustReplace(situation)) return undefined
      break
    case 'absent':
    case 'invalid':
      break
    default:
      return definition satisfies never
  }
  const source = sources[0]
  if (source === undefined) {
    if (definition.seen === 'valid') return planMissing(situation)
    const fault = definition.seen === 'absent' ? `${plistPath} does not exist.` : definition.problem
    return refused(situation, 'Install Hermes again, or run `hermes gateway install`.', {
      cause: `${fault} There is neither a kept copy that can run nor an installed Hermes to write a definition for.`,
    })
  }
  const written = latest(progress, 'write-definition')
  if (written?.failure !== undefined) {
    const next = `Make it possible to write ${plistPath} (space, permissions), then run \`caduceus start\` again.`
    const cause = `The definition could not be written: ${written.failure}. What stood there before is untouched.`
    return failed(situation, next, { cause })
  }
  if (count(progress, 'write-definition') > 1) {
    return failed(situation, `Something else writes ${plistPath} as well. Find out what, then run \`caduceus repair\`.`)
  }
  const write = { kind: 'write-definition', source, replaces: definition.seen !== 'absent' } as const
  return job.seen === 'absent' ? steps(write, ...loadSteps(situation)) : steps(write)
}

/** A valid definition is replaced only where a person asked for a repair and it cannot run. */
function mustReplace({ observation, goal }: Situation): boolean {
  return goal.kind === 'repair' && goal.by === 'person' && (observation.assessment?.missing.length ?? 0) > 0
}

/** A definition that is in order but names what does not exist: launchd would only say 78. */
export function planMissing(situation: Situation): Plan | undefined {
  const { assessment, sources, service } = situation.observation
  if (assessment === undefined || assessment.missing.length === 0) return undefined
  const next =
    sources.length > 0
      ? 'Run `caduceus repair`: it restores a definition that can run and keeps this one.'
      : `Put back what is missing, or run \`hermes gateway install\` to have a new definition at ${service.plistPath}.`
  return refused(situation, next, {
    condition: 'cannot-execute',
    cause: `It cannot be run: ${list(assessment.missing)}.`,
  })
}
