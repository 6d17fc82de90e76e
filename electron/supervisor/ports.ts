import type { DefinitionLook } from '../launchd/definition.ts'

/** The file at a definition's place. */
export interface DefinitionFile {
  /** Never throws; the bytes come along wherever there are any. */
  read(): Promise<{ readonly look: DefinitionLook; readonly bytes?: Uint8Array }>
  /** Puts the bytes there atomically, 0644, never through a link. Throws when that cannot be done. */
  write(bytes: Uint8Array): Promise<void>
}

/** Time, as a parameter: tests turn it by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Ends early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
