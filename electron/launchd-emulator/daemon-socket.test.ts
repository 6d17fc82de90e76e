import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DaemonSocket, isAnswered } from './daemon-socket.ts'
import { temporaryFolder } from './test-emulator.ts'

let folder: string
let path: string
let log: string[]
let socket: DaemonSocket
beforeEach(async () => {
  folder = temporaryFolder('emulator-socket-')
  path = join(folder, 's')
  log = []
  socket = new DaemonSocket(
    path,
    (connection) => connection.destroy(),
    (line) => log.push(line),
  )
  await socket.open()
})
afterEach(() => {
  socket.close()
  rmSync(folder, { recursive: true, force: true })
})

test('K-BASE-1 the socket is its owner’s alone, and its file goes with it', () => {
  expect([statSync(path).mode & 0o777, socket.isGone]).toEqual([0o600, false])
  socket.close()
  expect(socket.isGone).toBe(true)
})

test('K-BASE-1 a socket that was removed comes back once, however often it is asked for meanwhile', async () => {
  rmSync(path)
  expect(socket.isGone).toBe(true)
  await Promise.all([socket.renew(), socket.renew(), socket.renew()])
  expect(log).toEqual(['the socket is gone: listening again'])
  expect([await isAnswered(path), statSync(path).mode & 0o777]).toEqual([true, 0o600])
})

test('K-BASE-1 a socket that cannot come back is logged, ends nothing and is tried again', async () => {
  rmSync(folder, { recursive: true })
  await socket.renew()
  await socket.renew()
  expect(log).toEqual([
    'the socket is gone: listening again',
    expect.stringMatching(/^could not listen again: Error: listen E/),
    'the socket is gone: listening again',
    expect.stringMatching(/^could not listen again: Error: listen E/),
  ])
  mkdirSync(folder)
  await socket.renew()
  expect(await isAnswered(path)).toBe(true)
})

test('K-BASE-1 a daemon that ends while its socket comes back leaves none', async () => {
  rmSync(path)
  const renewed = socket.renew()
  socket.close()
  await renewed
  expect([socket.isGone, await isAnswered(path)]).toEqual([true, false])
})
