import type { RunLaunchctl } from './launchctl.ts'

/** Cuts every call short at `deadline` (milliseconds since 1970), whatever time of its own it asks for. */
export function until(run: RunLaunchctl, deadline: number, now: () => number): RunLaunchctl {
  return (args, { timeoutMs }) => run(args, { timeoutMs: Math.max(1, Math.min(timeoutMs, deadline - now())) })
}
