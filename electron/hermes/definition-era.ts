/** Which Hermes wrote a definition: early 2026 (up to v0.15), mid 2026 (v0.16 to about v0.21.2), or since then. */
export type Era = 'early' | 'mid' | 'current'

export interface EraFacts {
  /** `KeepAlive`: `true`, or a dictionary with SuccessfulExit = false. */
  readonly keepAlive: 'always' | 'unless-successful' | 'other'
  /** `ThrottleInterval` in seconds, where it is written. */
  readonly throttleIntervalSeconds?: number | undefined
}

/** Undefined for a form that no era wrote, such as one that a person edited. */
export function eraOf({ keepAlive, throttleIntervalSeconds }: EraFacts): Era | undefined {
  switch (keepAlive) {
    case 'always':
      return 'mid'
    case 'unless-successful':
      if (throttleIntervalSeconds === undefined) return 'early'
      return throttleIntervalSeconds === 30 ? 'current' : undefined
    case 'other':
      return undefined
    default:
      return keepAlive satisfies never
  }
}
