import { isSameProcess } from '../processes/process-identity.ts'
import type { ProcessIdentity, ProcessTable } from '../processes/process-table.ts'

export interface SignalMeans {
  readonly processes: ProcessTable
  readonly send?: (pid: number, signal: 'SIGTERM' | 'SIGUSR1') => void
}

/**
 * Sends a signal to a gateway whose identity was verified, after making sure once more that the pid is still that
 * process. `SIGUSR1` must never reach anything but the gateway: a wrapper would die of it. Throws when the processes
 * cannot be listed, or when the signal is not permitted: then nothing was sent.
 */
export async function signalGateway(
  gateway: ProcessIdentity,
  signal: 'SIGTERM' | 'SIGUSR1',
  { processes, send = process.kill }: SignalMeans,
): Promise<'sent' | 'gone'> {
  const look = await processes.lookUp([gateway.pid])
  if (look.seen === 'unknown') throw new Error(`no signal was sent, for processes could not be listed: ${look.cause}`)
  if (!isSameProcess(gateway, look.byPid.get(gateway.pid))) return 'gone'
  try {
    send(gateway.pid, signal)
    return 'sent'
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return 'gone'
    throw error
  }
}
