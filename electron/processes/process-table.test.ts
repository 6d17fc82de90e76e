import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { isSameStart } from './process-identity.ts'
import { createProcessTable } from './process-table.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

// Both adapters, wherever their source is: most Linux machines have a ps that knows the same words.
const platforms = [
  ...(process.platform === 'linux' ? ['linux' as const] : []),
  ...(existsSync('/bin/ps') ? ['darwin' as const] : []),
]

test.each(platforms)('%s: a child is seen with its arguments, its creation and its parents', async (platform) => {
  const startedAt = Date.now()
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', 'gateway', 'run'], { stdio: 'ignore' })
  children.push(child)
  const pid = child.pid ?? 0
  const look = await createProcessTable(platform).lookUp([pid, process.pid])
  const entry = look.seen === 'processes' ? look.byPid.get(pid) : undefined
  expect(entry?.parentPid).toBe(process.pid)
  expect(entry?.commandLine).toMatch(/gateway run$/)
  expect(isSameStart(entry?.startedAt ?? 0, startedAt)).toBe(true)
  expect(look.seen === 'processes' && look.byPid.has(process.ppid)).toBe(true)
})

test.each(platforms)('%s: a process that is gone is not there', async (platform) => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' })
  await new Promise((resolve) => child.once('exit', resolve))
  const look = await createProcessTable(platform).lookUp([child.pid ?? 0, process.pid])
  expect(look.seen === 'processes' && look.byPid.has(child.pid ?? 0)).toBe(false)
})
