import { expect, test } from 'vitest'
import type { ProcessEntry, ProcessLook } from './process-table.ts'
import { rememberProcesses } from './remembered-processes.ts'

function entry(pid: number, parentPid: number): ProcessEntry {
  return { pid, parentPid, startedAt: 0, commandLine: '' }
}

function counting(answer: (pids: readonly number[]) => ProcessLook) {
  const asked: (readonly number[])[] = []
  const table = rememberProcesses({
    lookUp: async (pids) => {
      asked.push(pids)
      return answer(pids)
    },
  })
  return { asked, table }
}

test('a process and its ancestors are asked for once', async () => {
  const { asked, table } = counting(() => ({
    seen: 'processes',
    byPid: new Map([
      [30, entry(30, 20)],
      [20, entry(20, 1)],
    ]),
  }))
  await table.lookUp([30])
  const look = await table.lookUp([20])
  expect(look.seen === 'processes' && look.byPid.get(20)).toEqual(entry(20, 1))
  expect(asked).toEqual([[30]])
})

test('what was missing, or could not be seen, is asked for anew', async () => {
  const missing = counting(() => ({ seen: 'processes', byPid: new Map() }))
  await missing.table.lookUp([30])
  await missing.table.lookUp([30])
  expect(missing.asked).toHaveLength(2)
  const blind = counting(() => ({ seen: 'unknown', cause: 'x' }))
  expect(await blind.table.lookUp([30])).toEqual({ seen: 'unknown', cause: 'x' })
  await blind.table.lookUp([30])
  expect(blind.asked).toHaveLength(2)
})
