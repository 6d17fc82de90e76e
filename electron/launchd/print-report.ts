/** One job as `launchctl print <service>` reports it; a field is absent where the report has no such line. */
export interface PrintReport {
  /** The header, `gui/501/ai.hermes.gateway` (only the label on macOS 10.14 and older). */
  readonly target: string
  /** Where the loaded definition came from; may be no path at all, as in `(submitted by smd.500)`. */
  readonly path?: string
  readonly type?: string
  /** launchd's own word: `not running`, `spawn scheduled`, `xpcproxy`, `running`, `SIGTERMed`, … (F-STATE-1). */
  readonly state?: string
  readonly program?: string
  readonly arguments: readonly string[]
  readonly workingDirectory?: string
  readonly stdoutPath?: string
  readonly stderrPath?: string
  /** Names only: values of environment variables may be secrets. */
  readonly environmentNames: readonly string[]
  /** Present while a process exists; this line, not `state`, proves it (F-PARSE-1). */
  readonly pid?: number
  /** Spawn attempts since the job was loaded (R-SPAWN-2). */
  readonly runs?: number
  /** ThrottleInterval in seconds. */
  readonly minimumRuntimeSeconds?: number
  /** ExitTimeOut in seconds; 0 = for ever. */
  readonly exitTimeoutSeconds?: number
  /** How the *previous* run ended; stays while a new process is up (F-EXIT-2). */
  readonly lastExit?: LastExit
  readonly immediateReason?: string
  /** The reason of a start that launchd holds back, as in `pended nondemand spawn = speculative` (R-PEND-1). */
  readonly pendedSpawn?: string
  readonly successiveCrashes?: number
  /** Words of the `properties` line: `keepalive`, `runatload`, `penalty box`, … (F-PROP-1). */
  readonly properties: readonly string[]
}

export type LastExit =
  | { readonly kind: 'never' }
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: number; readonly name: string }
  /** `OS_REASON_CODESIGNING`, `(abandoned)`, `(failed reap)` and whatever else launchd may say. */
  | { readonly kind: 'other'; readonly text: string }
