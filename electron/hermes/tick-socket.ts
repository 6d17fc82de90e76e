import { connect } from 'node:net'
import { join } from 'node:path'

/**
 * What the event loop's socket did. `silent` = connected, or queued, and no answer: a loop that does not turn.
 * `unknown` = no such socket or an error, which proves nothing (hermes-agent#94758).
 */
export type TickAnswer = 'answered' | 'silent' | 'unknown'

export type ProbeTickSocket = (socketPath: string) => Promise<TickAnswer>

export interface TickProbe {
  readonly attempts: number
  /** Milliseconds for connecting and answering together. */
  readonly answerWithinMs: number
  /** Milliseconds between two attempts. */
  readonly pauseMs: number
}

/** As the gateway's own watchdog asks: only three silent attempts count. */
const usualProbe: TickProbe = { attempts: 3, answerWithinMs: 1_000, pauseMs: 200 }

export function tickSocketPath(home: string, pid: number): string {
  return join(home, 'state', `gateway.loop-tick.${pid}.sock`)
}

/** Asks until one attempt is answered or cannot be made; takes 3.4 s when all are silent. Never rejects. */
export async function probeTickSocket(socketPath: string, probe: TickProbe = usualProbe): Promise<TickAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await askOnce(socketPath, probe.answerWithinMs)
    if (answer !== 'silent' || attempt >= probe.attempts) return answer
    await new Promise((resolve) => setTimeout(resolve, probe.pauseMs))
  }
}

function askOnce(socketPath: string, answerWithinMs: number): Promise<TickAnswer> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    const end = (answer: TickAnswer): void => {
      clearTimeout(limit)
      socket.destroy()
      resolve(answer)
    }
    const limit = setTimeout(() => end('silent'), answerWithinMs)
    socket.once('data', () => end('answered'))
    // Closed without a byte: something turned, but it was not the answer.
    socket.once('end', () => end('unknown'))
    // EAGAIN: Linux' word for a queue that nobody takes connections from.
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'EAGAIN' ? 'silent' : 'unknown'))
  })
}
