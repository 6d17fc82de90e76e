import { resolve } from 'node:path'
import { numberedError } from '../error-table.ts'
import { failed, type Outcome, silentSuccess } from '../launchctl-call.ts'
import type { Launchd } from '../launchd.ts'
import { readPlistFile } from '../plist-file-checks.ts'
import { loadPath, plistPaths } from './load-path.ts'
import { callerDomain, plainUsage, type Verb } from './verb.ts'

interface LegacyArguments {
  /** `-w`: the override is changed as well, and stays. */
  readonly writes: boolean
  /** `-F`: the property list's own `Disabled` is ignored. */
  readonly forces: boolean
  readonly paths: readonly string[]
}

/** `load [-wF] [-S session] [-D domain] <path…>` (V-LOAD-1). */
export const load: Verb = (args, launchd, call) => {
  const parsed = parseArguments(args)
  if (parsed === undefined) return plainUsage('load')
  const results = parsed.paths
    .flatMap((path) => plistPaths(resolve(call.cwd, path)))
    .map((path) => {
      const label = labelOf(path, launchd)
      if (parsed.writes && label !== undefined) launchd.overrides.set(label, false)
      return loadPath(path, callerDomain(launchd), launchd, { ignoreDisabledKey: parsed.forces })
    })
  if (results.every((code) => code === undefined)) return silentSuccess
  return loadFailed(launchd)
}

/** `unload [-wF] … <path…>`: `-w` disables for good, loaded or not; a failure still exits 0 (V-UNLOAD-1, V-UNLOAD-2). */
export const unload: Verb = (args, launchd, call) => {
  const parsed = parseArguments(args)
  if (parsed === undefined) return plainUsage('unload')
  const results = parsed.paths
    .flatMap((path) => plistPaths(resolve(call.cwd, path)))
    .map((path) => {
      const label = labelOf(path, launchd)
      const job = label === undefined ? undefined : launchd.find(callerDomain(launchd), label)
      job?.remove()
      if (parsed.writes && label !== undefined) launchd.overrides.set(label, true)
      return job !== undefined
    })
  return results.every(Boolean) ? silentSuccess : failed(0, ...legacyLines('Unload', 'bootout'))
}

/** A failed `load` is said to exit 0 all the same; another system exited 5, a broken one aborted (K-LOADEXIT). */
function loadFailed({ switches }: Launchd): Outcome {
  const lines = legacyLines('Load', 'bootstrap')
  switch (switches['K-LOADEXIT']) {
    case '0':
      return failed(0, ...lines)
    case '5':
      return failed(5, ...lines)
    case 'abort':
      return { ...failed(134), aborts: true }
    default:
      return unreachable(switches['K-LOADEXIT'])
  }
}

function legacyLines(words: string, successor: string): readonly string[] {
  return [`${words} failed: ${numberedError(5)}`, `Try running \`launchctl ${successor}\` as root for richer errors.`]
}

function labelOf(path: string, launchd: Launchd): string | undefined {
  const file = readPlistFile(path, { uid: launchd.uid, acceptSymlink: true })
  return 'problem' in file ? undefined : file.definition.label
}

function parseArguments(args: readonly string[]): LegacyArguments | undefined {
  let [writes, forces] = [false, false]
  let rest = args
  while (rest[0]?.startsWith('-') === true) {
    const [flag] = rest
    if (flag === '-S' || flag === '-D') {
      if (rest.length < 2) return undefined
      rest = rest.slice(2)
      continue
    }
    if (!/^-[wF]+$/.test(flag ?? '')) return undefined
    writes ||= flag?.includes('w') === true
    forces ||= flag?.includes('F') === true
    rest = rest.slice(1)
  }
  return rest.length === 0 ? undefined : { writes, forces, paths: rest }
}

function unreachable(value: never): never {
  throw new Error(`no such exit of load: ${String(value)}`)
}
