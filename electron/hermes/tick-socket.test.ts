import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import { probeTickSocket, tickSocketPath } from './tick-socket.ts'

const quick = { attempts: 3, answerWithinMs: 40, pauseMs: 5 }

async function serve(answer: (socket: Socket, connection: number) => void) {
  const path = join(await temporaryFolder(), 's')
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    answer(socket, sockets.length)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { path, connections: () => sockets.length }
}

test('the place of the socket', () => {
  expect(tickSocketPath('/h', 48211)).toBe('/h/state/gateway.loop-tick.48211.sock')
})

test('a loop that turns answers at once', async () => {
  const { path, connections } = await serve((socket) => socket.end('1'))
  expect(await probeTickSocket(path, quick)).toBe('answered')
  expect(connections()).toBe(1)
})

test('one answer out of three is enough', async () => {
  const { path, connections } = await serve((socket, connection) => void (connection === 3 && socket.write('1')))
  expect(await probeTickSocket(path, quick)).toBe('answered')
  expect(connections()).toBe(3)
})

test('silent three times is silent', async () => {
  const { path, connections } = await serve(() => undefined)
  expect(await probeTickSocket(path, quick)).toBe('silent')
  expect(connections()).toBe(3)
})

test('no socket, or one that is closed without an answer, proves nothing', async () => {
  const { path } = await serve((socket) => socket.end())
  expect(await probeTickSocket(path, quick)).toBe('unknown')
  expect(await probeTickSocket(`${path}-not`, quick)).toBe('unknown')
})
