import type { Job } from '../job.ts'
import { failed, silentSuccess } from '../launchctl-call.ts'
import type { VerbName } from '../usage.ts'
import { callerDomain, plainUsage, type Verb } from './verb.ts'

/** `start <label>`: asks and does not wait, throttle or not (V-START-1). */
export const start: Verb = legacyVerb('start', (job) => {
  void job.demand()
})

/** `stop <label>`: SIGTERM, or the end of a spawn that was scheduled (V-STOP-1). */
export const stop: Verb = legacyVerb('stop', (job) => job.stop())

/** `remove <label>`: unloads, without waiting (V-REMOVE-1). */
export const remove: Verb = legacyVerb('remove', (job) => job.remove())

/** These know bare labels only, and an unknown one ends in a 3 without a word (V-START-2, V-STOP-2). */
function legacyVerb(name: VerbName, act: (job: Job) => void): Verb {
  return (args, launchd) => {
    const [label, ...rest] = args
    if (label === undefined || rest.length > 0) return plainUsage(name)
    const job = launchd.find(callerDomain(launchd), label)
    if (job === undefined) return failed(3)
    act(job)
    return silentSuccess
  }
}
