import type { JobDefinition } from './definition.ts'
import type { PrintReport } from './print-report.ts'

export type SameJob =
  | { readonly same: true }
  /** One entry for each key that differs, for people. Never holds the value of an environment variable. */
  | { readonly same: false; readonly differences: readonly string[] }

/** A gui domain cuts longer exit timeouts to this, though not in every release (F-SAMPLE-C). */
const LONGEST_EXIT_TIMEOUT_SECONDS = 60

/** launchd adds these to every job's environment (F-PRINT-4). */
const addedByLaunchd = new Set(['OSLogRateLimit', 'XPC_SERVICE_NAME', 'XPC_FLAGS'])

/**
 * Whether launchd has loaded what the definition now says. `path` is where the definition's file is; without it, the place is not
 * compared. Where the report has no line for what launchd always has, nothing is claimed.
 */
export function sameJob(definition: JobDefinition, report: PrintReport, path?: string): SameJob {
  const differences = [
    ...differing('path', path, report.path, samePath),
    ...differing('Program', definition.program, report.program),
    ...differentArguments(definition, report),
    ...optionalPath('WorkingDirectory', definition.workingDirectory, report.workingDirectory),
    ...optionalPath('StandardOutPath', definition.stdoutPath, report.stdoutPath),
    ...optionalPath('StandardErrorPath', definition.stderrPath, report.stderrPath),
    ...differing('ThrottleInterval', definition.throttleIntervalSeconds, report.minimumRuntimeSeconds, sameThrottle),
    ...differing('ExitTimeOut', definition.exitTimeoutSeconds, report.exitTimeoutSeconds, sameExitTimeout),
    ...differentEnvironment(definition, report),
  ]
  return differences.length === 0 ? { same: true } : { same: false, differences }
}

/** A difference only where both sides are known. */
function differing<T extends string | number>(
  key: string,
  written: T | undefined,
  loaded: T | undefined,
  same: (written: T, loaded: T) => boolean = Object.is,
): readonly string[] {
  if (written === undefined || loaded === undefined || same(written, loaded)) return []
  return [`${key}: launchd has ${loaded}, the file says ${written}`]
}

/** For keys whose line is missing from the report exactly when the key was missing from the file (F-PRINT-4). */
function optionalPath(key: string, written: string | undefined, loaded: string | undefined): readonly string[] {
  if (written === undefined && loaded === undefined) return []
  if (written !== undefined && loaded !== undefined) return differing(key, written, loaded, samePath)
  return [`${key}: launchd has ${loaded ?? 'none'}, the file says ${written ?? 'nothing'}`]
}

function differentArguments(definition: JobDefinition, report: PrintReport): readonly string[] {
  // A job with nothing but a Program may have no arguments block.
  if (report.arguments.length === 0 && definition.arguments.length <= 1) return []
  const same =
    report.arguments.length === definition.arguments.length &&
    report.arguments.every((argument, index) => argument === definition.arguments[index])
  // Not quoted: they can be long, and a token on a command line is a secret too.
  return same ? [] : ['ProgramArguments: launchd has other arguments than the file']
}

function differentEnvironment(definition: JobDefinition, report: PrintReport): readonly string[] {
  const written = Object.keys(definition.environment)
  const loaded = new Set(report.environmentNames)
  const missing = written.filter((name) => !loaded.has(name) && !addedByLaunchd.has(name))
  const extra = report.environmentNames.filter((name) => !written.includes(name) && !addedByLaunchd.has(name))
  return [
    ...missing.map((name) => `EnvironmentVariables: launchd does not have ${name}`),
    ...extra.map((name) => `EnvironmentVariables: launchd still has ${name}`),
  ]
}

/** macOS keeps these three folders in `/private`; launchd may name either place. */
function samePath(one: string, other: string): boolean {
  const plain = (path: string) => path.replace(/^\/private(?=\/(?:tmp|var|etc)(?:\/|$))/, '')
  return plain(one) === plain(other)
}

/** Whether launchd raises very small values is not known (R-THROTTLE-5): no difference then. */
function sameThrottle(written: number, loaded: number): boolean {
  return written === loaded || (written <= 1 && loaded <= 10)
}

function sameExitTimeout(written: number, loaded: number): boolean {
  return written === loaded || (written > LONGEST_EXIT_TIMEOUT_SECONDS && loaded === LONGEST_EXIT_TIMEOUT_SECONDS)
}
