interface ThrottleFacts {
  /** Milliseconds since 1970. */
  readonly now: number
  /** When the job was last spawned, milliseconds since 1970. */
  readonly lastSpawnAt: number | undefined
  /** A job that never exited is never held back (R-THROTTLE-1). */
  readonly everExited: boolean
  /** ThrottleInterval; 0 turns the throttle off (R-THROTTLE-5). */
  readonly minimumRuntimeSeconds: number
  /** How long one second lasts here, in milliseconds: 1000, or less with K-TIMESCALE. */
  readonly secondMs: number
}

interface Throttle {
  /** Whole seconds that the job ran. */
  readonly ranSeconds: number
  /** Whole seconds to wait; 0 = spawn at once. */
  readonly delaySeconds: number
}

/**
 * How long launchd holds a spawn back: the same arithmetic in whole seconds since the last spawn, whatever the reason of
 * the spawn (R-THROTTLE-1, R-THROTTLE-2), constant for ever (R-THROTTLE-4).
 */
export function throttle(facts: ThrottleFacts): Throttle {
  if (facts.lastSpawnAt === undefined || !facts.everExited) return { ranSeconds: 0, delaySeconds: 0 }
  // A clock that was set back must not hold a job down for longer than its interval.
  const elapsed = Math.max(0, Math.floor((facts.now - facts.lastSpawnAt) / facts.secondMs))
  return { ranSeconds: elapsed, delaySeconds: Math.max(0, facts.minimumRuntimeSeconds - elapsed) }
}
