import type { Action, ActionId, ConditionId, Light } from '../contract/condition.ts'

/** What is always true of a condition, whatever the moment's reason. */
interface ConditionRow {
  readonly light: Light
  readonly headline: string
  /** The first is the one to offer. */
  readonly actions: readonly Action[]
}

const start = action('start', 'Start', 'caduceus start')
const stop = action('stop', 'Stop', 'caduceus stop')
const restart = action('restart', 'Restart', 'caduceus restart')
const repair = action('repair', 'Repair', 'caduceus repair')
const retry = action('retry', 'Retry', 'caduceus status')
const review = action('review', 'Review', 'caduceus repair --dry-run')
const enableAndStart = action('start', 'Enable and start', 'caduceus start')
const adopt = action('repair', 'Adopt', 'caduceus repair')
const showLog = action('show-log', 'Show log', 'tail -n 50 {log}')
const open = action('open', 'Open Caduceus')
const openHost = action('open-host', 'Open host gateway', 'caduceus status --profile default')
const openLoginItems = action('open-login-items', 'Open Login Items')
const install = action('install', 'Install Hermes')
const unpark = action('start', 'Start', 'hermes -p {profile} gateway start')

/** In commands, `{log}` stands for the path of the error log and `{profile}` for the profile's name. */

/** One row for each condition: the only place that says how it is lit, named and answered. */
export const conditionTable: Readonly<Record<ConditionId, ConditionRow>> = {
  running: row('ok', 'Running', stop, restart),
  degraded: row('attention', 'Running, with trouble', open, restart, stop),
  starting: row('busy', 'Starting', stop),
  waiting: row('busy', 'Waiting to start again', stop),
  draining: row('busy', 'Finishing its work', open),
  stopping: row('busy', 'Stopping'),
  stopped: row('stopped', 'Stopped', start),
  unloaded: row('failed', 'Not loaded', start),
  'definition-missing': row('failed', 'Definition missing', start),
  'definition-missing-running': row('attention', 'Running, definition missing', repair, stop),
  'definition-invalid': row('failed', 'Definition broken', repair),
  'definition-unsafe': row('failed', 'Definition refused', repair),
  'definition-foreign': row('attention', 'Definition of something else', review),
  'definition-stale': row('attention', 'Definition out of date', repair, restart),
  disabled: row('stopped', 'Disabled', enableAndStart),
  blocked: row('failed', 'Blocked by macOS', openLoginItems, start),
  'no-session': row('failed', 'No login session', retry),
  'cannot-execute': row('failed', 'Cannot be started', repair, showLog),
  'crash-looping': row('failed', 'Crashing again and again', showLog, restart, stop),
  'configuration-error': row('failed', 'Configuration error', showLog, start),
  reloading: row('busy', 'Hermes is reloading it'),
  // The host's own light takes the place of this one where the host is known.
  served: row('ok', 'Served by the host gateway', openHost),
  'profile-parked': row('stopped', 'Parked', unpark),
  'held-back': row('attention', 'Held back by launchd', start, stop),
  unresponsive: row('failed', 'Not responding', restart, showLog),
  detached: row('attention', 'Running outside launchd', adopt, stop),
  'not-installed': row('stopped', 'Not installed', install),
  unknown: row('unknown', 'Cannot tell', retry),
}

function row(light: Light, headline: string, ...actions: readonly Action[]): ConditionRow {
  return { light, headline, actions }
}

function action(id: ActionId, label: string, command?: string): Action {
  return command === undefined ? { id, label } : { id, label, command }
}
