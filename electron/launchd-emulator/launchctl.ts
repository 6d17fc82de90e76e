import { numberedError } from './error-table.ts'
import { failed, type LaunchctlCall, type Outcome } from './launchctl-call.ts'
import type { Launchd } from './launchd.ts'
import { hasFault } from './switches.ts'
import { isVerbName, type VerbName } from './usage.ts'
import {
  error,
  help,
  managerName,
  managerPid,
  managerUid,
  unrecognizedSubcommand,
  version,
} from './verbs/about-launchd.ts'
import { blame } from './verbs/blame.ts'
import { bootout } from './verbs/bootout.ts'
import { bootstrap } from './verbs/bootstrap.ts'
import { disable, enable } from './verbs/enable-disable.ts'
import { kickstart } from './verbs/kickstart.ts'
import { kill } from './verbs/kill.ts'
import { list } from './verbs/list.ts'
import { load, unload } from './verbs/load-unload.ts'
import { print } from './verbs/print.ts'
import { printDisabled } from './verbs/print-disabled.ts'
import { remove, start, stop } from './verbs/start-stop-remove.ts'
import type { Verb } from './verbs/verb.ts'

const verbs: Readonly<Record<Exclude<VerbName, 'help'>, Verb>> = {
  bootstrap,
  bootout,
  enable,
  disable,
  kickstart,
  kill,
  blame,
  print,
  'print-disabled': printDisabled,
  list,
  load,
  unload,
  start,
  stop,
  remove,
  managerpid: managerPid,
  manageruid: managerUid,
  managername: managerName,
  error,
  version,
}

/**
 * Performs one call of launchctl. A verb that is told to hang is not performed and its promise never settles.
 * @param call what the caller gave, the verb first
 */
export async function launchctl(call: LaunchctlCall, launchd: Launchd): Promise<Outcome> {
  launchd.refreshSwitches()
  const { switches } = launchd
  const [word, ...args] = call.args
  if (word === undefined) return help(undefined)
  if (!isVerbName(word)) return unrecognizedSubcommand(word)
  if (word === 'help') return help(args[0] !== undefined && isVerbName(args[0]) ? args[0] : undefined)
  if (hasFault(switches, 'HANG', word)) return await new Promise<never>(() => {})
  if (hasFault(switches, 'EIO', word)) return failed(5, alwaysEio(word, args))
  const outcome = await verbs[word](args, launchd, call)
  return hasFault(switches, 'GARBLE', word) ? { ...outcome, stdout: garble(outcome.stdout) } : outcome
}

const failureWords: Readonly<Partial<Record<VerbName, string>>> = {
  bootstrap: 'Bootstrap failed',
  bootout: 'Boot-out failed',
  load: 'Load failed',
  unload: 'Unload failed',
}

function alwaysEio(verb: VerbName, args: readonly string[]): string {
  const label = args.at(-1)?.split('/').slice(2).join('/')
  const words = verb === 'kickstart' ? `Could not kickstart service "${label}"` : `Could not ${verb} service`
  return `${failureWords[verb] ?? words}: ${numberedError(5)}`
}

/** Text of the right size and shape in which no parser can find anything: every line backwards. */
function garble(text: string): string {
  return text
    .split('\n')
    .map((line) => [...line].reverse().join(''))
    .join('\n')
}
