import type { PlatformEntry } from './state-file.ts'
import type { PlatformOutcome, Switches } from './switches.ts'
import { utcTime } from './time-forms.ts'

/** Every platform as it stands once connecting was tried. */
export function connectPlatforms(switches: Switches): Readonly<Record<string, PlatformEntry>> {
  return Object.fromEntries(
    Object.entries(switches.platforms).map(([name, outcome]) => [name, platformEntry(outcome, new Date())]),
  )
}

/** An entry in this state since `since`. */
export function platformEntry(
  state: PlatformOutcome | 'connecting' | 'disconnected',
  since: Date,
  needsAttention = state === 'fatal',
): PlatformEntry {
  return {
    state,
    error_code: state === 'fatal' ? 'unauthorized' : null,
    error_message: state === 'fatal' ? 'Unauthorized' : state === 'retrying' ? 'timed out' : null,
    needs_attention: needsAttention,
    retrying_since: state === 'retrying' ? utcTime(since) : null,
  }
}

/** Whether every platform failed: era E gives up then, later ones stay up and try again. */
export function noneConnected(switches: Switches): boolean {
  const outcomes = Object.values(switches.platforms)
  return outcomes.length > 0 && !outcomes.includes('connected')
}
