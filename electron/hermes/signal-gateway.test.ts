import { expect, test } from 'vitest'
import { blindTable, entry, pid, processTable, startedAt } from './fixtures/gateway-home.ts'
import { signalGateway } from './signal-gateway.ts'

const gateway = { pid, startedAt: Math.floor(startedAt / 1000) * 1000 }
const running = processTable([entry(pid, 1, startedAt, 'hermes gateway run')])

function recording(code?: string) {
  const sent: string[] = []
  const send = (to: number, signal: string) => {
    if (code !== undefined) throw Object.assign(new Error(code), { code })
    sent.push(`${signal} ${to}`)
  }
  return { sent, send }
}

test('the gateway gets the signal', async () => {
  const { sent, send } = recording()
  expect(await signalGateway(gateway, 'SIGUSR1', { processes: running, send })).toBe('sent')
  expect(sent).toEqual([`SIGUSR1 ${pid}`])
})

test.each([
  ['is gone', processTable([])],
  ['is another process by now', processTable([entry(pid, 1, startedAt + 60_000, 'hermes gateway run')])],
])('nobody gets it when the process %s', async (_, processes) => {
  const { sent, send } = recording()
  expect(await signalGateway(gateway, 'SIGTERM', { processes, send })).toBe('gone')
  expect(sent).toEqual([])
})

test('nobody gets it when nothing can be seen', async () => {
  const { sent, send } = recording()
  await expect(signalGateway(gateway, 'SIGTERM', { processes: blindTable, send })).rejects.toThrow('ps timed out')
  expect(sent).toEqual([])
})

test('it may end while the signal is on its way; a refusal is an error', async () => {
  expect(await signalGateway(gateway, 'SIGTERM', { processes: running, send: recording('ESRCH').send })).toBe('gone')
  await expect(
    signalGateway(gateway, 'SIGTERM', { processes: running, send: recording('EPERM').send }),
  ).rejects.toThrow()
})
