/** Time as the emulator sees it. Everything that waits takes one, so that a virtual clock can stand in. */
export interface Clock {
  /** Milliseconds since 1970. Persisted with each job, so it must go on counting while no daemon runs. */
  now(): number
  /** Runs `action` once after `ms` milliseconds. */
  setTimeout(action: () => void, ms: number): Timer
}

export interface Timer {
  cancel(): void
}

/** The machine's own time. */
export const wallClock: Clock = {
  now: () => Date.now(),
  setTimeout: (action, ms) => {
    const timer = setTimeout(action, ms)
    return { cancel: () => clearTimeout(timer) }
  },
}
