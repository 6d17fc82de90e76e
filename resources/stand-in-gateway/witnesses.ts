import type { GatewayContext } from './gateway.ts'
import { beat } from './heartbeat.ts'
import type { StateFile } from './state-file.ts'
import { openTickSocket } from './tick-socket.ts'

/** Seconds between two heartbeats, and between two stamps of an idle state file. */
const heartbeatSeconds = 30
const restampSeconds = 60

/** What proves to others that the event loop turns, from the start until the end of the drain. */
export interface Witnesses {
  /** Lets the heart stop while the loop goes on; with an age the last beat looks that old (seconds). */
  stopHeart(ageSeconds: number | undefined): void
  /** Ends them as a clean exit does: the heartbeat file stays, the socket goes. */
  close(): void
}

/** Starts heartbeat and tick socket, as far as the era has them, and keeps the state file fresh in the current one. */
export async function openWitnesses(context: GatewayContext, state: StateFile): Promise<Witnesses> {
  const { home, identity, log, switches } = context
  const { era, faults, timeScale } = switches
  const timers: NodeJS.Timeout[] = []
  const every = (seconds: number, act: () => void): void => {
    timers.push(setInterval(() => attempt(context, act), seconds * 1000 * timeScale))
  }
  if (era === 'C') every(restampSeconds, () => state.write())
  const close = (): void => {
    for (const timer of timers) clearInterval(timer)
  }
  if (era === 'E' || faults['old-files']) return { stopHeart() {}, close }

  const socket = await openTickSocket(home.path)
  if (!socket) log.problem('WARNING', 'Loop tick socket could not be opened')
  let beating = true
  const beatOnce = (ageSeconds?: number): void => beat(home.path, identity, socket !== undefined, ageSeconds)
  beatOnce()
  every(heartbeatSeconds, () => beating && beatOnce())
  return {
    stopHeart(ageSeconds) {
      beating = false
      if (ageSeconds !== undefined) beatOnce(ageSeconds)
    },
    close() {
      close()
      socket?.close()
    },
  }
}

/** A file that cannot be written now (a full disk, a home that was taken away) is no reason to end. */
function attempt(context: GatewayContext, act: () => void): void {
  try {
    act()
  } catch (error) {
    context.log.problem('ERROR', `Housekeeping failed: ${String(error)}`)
  }
}
