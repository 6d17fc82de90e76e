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

/** Where the daemon listens, for its owner only. */
export class DaemonSocket {
  readonly #path: string
  readonly #onConnection: (socket: Socket) => void
  readonly #log: (line: string) => void
  #server: Server | undefined
  #renewing = false
  #closed = false

  constructor(path: string, onConnection: (socket: Socket) => void, log: (line: string) => void) {
    this.#path = path
    this.#onConnection = onConnection
    this.#log = log
  }

  /** @throws when nobody can listen at this path. */
  async open(): Promise<void> {
    this.#server = await listen(this.#path, this.#onConnection)
    // The daemon may have ended meanwhile.
    if (this.#closed) this.#server.close()
  }

  /** Somebody has removed the file: whoever has not connected yet will not find the daemon. */
  get isGone(): boolean {
    return statSync(this.#path, { throwIfNoEntry: false }) === undefined
  }

  /** Listens anew. Never rejects: a failure is logged, and whoever asks again tries again. */
  async renew(): Promise<void> {
    if (this.#renewing) return
    this.#renewing = true
    this.#log('the socket is gone: listening again')
    try {
      this.#server?.close()
      await this.open()
    } catch (cause) {
      this.#log(`could not listen again: ${String(cause)}`)
    } finally {
      this.#renewing = false
    }
  }

  /** Removes the file; connections stay. */
  close(): void {
    this.#closed = true
    this.#server?.close()
  }
}

async function listen(path: string, onConnection: (socket: Socket) => void): Promise<Server> {
  // A caller may go on to close its sending side; the answer still has to reach it.
  const server = createServer({ allowHalfOpen: true }, onConnection)
  await new Promise<void>((resolve, reject) => {
    // Also hears a connection that could not be accepted later: that one caller is turned away, the daemon stays.
    server.on('error', reject)
    server.listen({ path, backlog: 511 }, resolve)
  })
  try {
    chmodSync(path, 0o600)
  } catch (cause) {
    server.close()
    throw cause
  }
  return server
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
