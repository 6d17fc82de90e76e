import type { ConditionId, Light } from '../contract/condition.ts'
import type { PrintReport } from '../launchd/print-report.ts'
import type { Observation } from './observation.ts'
import { exitText } from './words.ts'

/** A condition's id and why, for this very observation. */
export interface Verdict {
  readonly id: ConditionId
  readonly reason: string
  /** Where the moment is milder than the row: a broken definition under a gateway that still runs. */
  readonly light?: Light
}

export function crashLooping(observation: Observation, report: PrintReport): Verdict {
  const runs = report.runs === undefined ? 'Several runs' : `${report.runs} runs`
  return {
    id: 'crash-looping',
    reason: `${runs} since it was loaded, the last one ended with ${exitText(report.lastExit)}${because(observation)}.`,
  }
}

export function disabled(observation: Observation): Verdict {
  return {
    id: 'disabled',
    reason: `A disabled override is set for ${observation.service.label}: launchd will not load it until it is enabled.`,
  }
}

/** The gateway's own last words, where it left any; the end of a sentence. */
export function because(observation: Observation): string {
  const { state, lastErrorLine } = observation.gateway
  const reason = state.seen === 'state' ? state.state.exitReason : undefined
  const said = reason ?? lastErrorLine
  return said === undefined ? '' : `; it last said: ${said}`
}
