import type { Socket } from 'node:net'
import { readLine } from './daemon-socket.ts'
import { launchctl } from './launchctl.ts'
import type { Launchd } from './launchd.ts'
import { type Answers, type DaemonStatus, encode, protocolVersion, type Request } from './protocol.ts'

/** Greets a caller, reads its one request, performs it and answers. */
export async function answer(socket: Socket, launchd: Launchd, stop: () => Promise<void>): Promise<void> {
  // A caller may leave at any moment; what it asked for goes on.
  socket.on('error', () => socket.destroy())
  socket.write(encode({ launchd: protocolVersion, pid: process.pid }))
  const line = await readLine(socket)
  if (line === undefined) {
    socket.destroy()
    return
  }
  try {
    socket.end(encode(await perform(JSON.parse(line), launchd, stop)))
  } catch (cause) {
    launchd.log(`could not answer: ${String(cause)}`)
    socket.destroy()
  }
}

async function perform(request: Request, launchd: Launchd, stop: () => Promise<void>): Promise<Answers[keyof Answers]> {
  switch (request.ask) {
    case 'launchctl':
      return await launchctl(request.call, launchd)
    case 'status':
      return status(launchd)
    case 'refresh':
      launchd.refreshSwitches()
      return null
    case 'stop':
      await stop()
      return null
    default:
      return unreachable(request)
  }
}

function status(launchd: Launchd): DaemonStatus {
  return {
    pid: process.pid,
    jobs: launchd.jobs.map(({ label, state, pid, record }) => ({
      target: `${record.domain}/${launchd.uid}/${label}`,
      state,
      ...(pid === undefined ? {} : { pid }),
    })),
  }
}

function unreachable(request: never): never {
  throw new Error(`no such request: ${JSON.stringify(request)}`)
}
