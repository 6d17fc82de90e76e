/**
 * A job definition (property list) as far as a supervisor judges it. Values of environment variables may be secrets:
 * only those named in `visibleVariables` are carried, the rest are names.
 */
export interface JobDefinition {
  readonly label: string
  /** `Program`, else the first of `ProgramArguments`. */
  readonly program: string
  /** `ProgramArguments`, else the program alone. */
  readonly arguments: readonly string[]
  readonly workingDirectory?: string
  /**
   * Every name in `EnvironmentVariables` whose value is text, as launchd ignores the others (R-ENV-3); the value only
   * where it is known to be harmless, else `undefined`.
   */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly runAtLoad: boolean
  /** Whether `KeepAlive` is `true` or a dictionary of conditions. */
  readonly keepAlive: boolean
  /** Seconds; launchd's default is 10. */
  readonly throttleIntervalSeconds: number
  /** Seconds, as written; absent = launchd's default. */
  readonly exitTimeoutSeconds?: number
  readonly stdoutPath?: string
  readonly stderrPath?: string
  /** `LimitLoadToSessionType`; absent = `Aqua` only (R-SESSION-1). `Background` admits the `user` domain (C-DOMAIN-1). */
  readonly sessionTypes?: readonly string[]
}

export interface UnsafeContent {
  readonly sha256: string
  readonly definition?: JobDefinition
  /** Whether nobody but this user, root or the file's group could have written it, so that its word can be trusted. */
  readonly ours: boolean
}

/** What the file at a definition's place turned out to be. The bytes travel beside it, never inside an observation. */
export type DefinitionLook =
  | { readonly seen: 'absent' }
  | { readonly seen: 'valid'; readonly sha256: string; readonly definition: JobDefinition }
  /** launchd would refuse or never run this text: empty, truncated, not a property list, wrong Label, no program. */
  | { readonly seen: 'invalid'; readonly sha256: string; readonly problem: string }
  /** launchd would refuse this file whatever it says: a link, a directory, somebody else's, writable by others. */
  | {
      readonly seen: 'unsafe'
      readonly problem: string
      /** A folder or device stands there: nothing that could be kept and replaced. */
      readonly replaceable: boolean
      /** What its content says, where it could be read. */
      readonly content?: UnsafeContent
    }
  | { readonly seen: 'unknown'; readonly cause: string }
