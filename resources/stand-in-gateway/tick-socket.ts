import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

interface TickSocket {
  /** Ends it and takes the file away, as a clean exit does. */
  close(): void
}

/** macOS cuts the path of a socket after this many bytes. */
const longestPath = 103

/**
 * Opens `state/gateway.loop-tick.<pid>.sock`: whoever connects is sent one byte by the event loop, which proves that the
 * loop still turns. Absent if no socket can be opened there.
 */
export async function openTickSocket(home: string): Promise<TickSocket | undefined> {
  const path = join(home, 'state', `gateway.loop-tick.${process.pid}.sock`)
  if (Buffer.byteLength(path) > longestPath) return undefined
  rmSync(path, { force: true })
  const server = createServer((connection) => {
    connection.on('error', () => connection.destroy())
    connection.end('1')
  })
  return await new Promise((resolve) => {
    server.on('error', () => resolve(undefined))
    server.listen(path, () =>
      resolve({
        close() {
          server.close()
          rmSync(path, { force: true })
        },
      }),
    )
  })
}
