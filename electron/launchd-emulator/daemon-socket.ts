import { chmodSync, statSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { longestRequest } from './protocol.ts'

/** Whether somebody accepts connections at this path. */
export async function isAnswered(path: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(path)
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

/** Listens at the path, for the owner only. Closing the server removes the file. */
export async function listen(path: string, onConnection: (socket: Socket) => void): Promise<Server> {
  // A caller may go on to close its sending side; the answer still has to reach it.
  const server = createServer({ allowHalfOpen: true }, onConnection)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, backlog: 511 }, resolve)
  })
  chmodSync(path, 0o600)
  return server
}

export function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

/** The first line that arrives; `undefined` where the other side leaves, fails or sends too much before it ends one. */
export async function readLine(socket: Socket): Promise<string | undefined> {
  return await new Promise((resolve) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) resolve(text.slice(0, end))
      else if (text.length > longestRequest) resolve(undefined)
    })
    socket.once('error', () => resolve(undefined))
    socket.once('end', () => resolve(undefined))
    socket.once('close', () => resolve(undefined))
  })
}
