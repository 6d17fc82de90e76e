import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createLinuxProcessTable, parseBootTime, parseStat } from './linux-process-table.ts'

/** The 52 fields of `/proc/<pid>/stat` with those that matter set. */
function stat(pid: number, name: string, state: string, parentPid: number, startTicks: number): string {
  return `${pid} (${name}) ${state} ${parentPid} ${'0 '.repeat(17)}${startTicks} ${'0 '.repeat(30)}`.trim()
}

interface Fake {
  readonly pid: number
  readonly stat: string
  readonly cmdline: string
}

async function procFolder(btime: string, processes: readonly Fake[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'proc-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'stat'), `cpu  1 2 3\n${btime}\nprocesses 9\n`)
  for (const fake of processes) {
    await mkdir(join(folder, String(fake.pid)))
    await writeFile(join(folder, String(fake.pid), 'stat'), fake.stat)
    await writeFile(join(folder, String(fake.pid), 'cmdline'), fake.cmdline)
  }
  return folder
}

test.each(['node', 'my tool', 'a) R 1 (b', '))((', ''])('a name like %j does not shift the fields', (name) => {
  expect(parseStat(stat(47, name, 'S', 12, 98_765))).toEqual({ name, dead: false, parentPid: 12, startTicks: 98_765 })
})

test.each(['', '47 node S 1', '47 (node) S', 'x ) ('])('%j is no stat', (text) => {
  expect(parseStat(text)).toBeUndefined()
})

test('the boot time is found among the other lines', () => {
  expect(parseBootTime('cpu 1\nbtime 1790237000\nprocesses 3')).toBe(1_790_237_000_000)
  expect(parseBootTime('cpu 1\nprocesses 3')).toBeUndefined()
})

test('processes come with their ancestors, creation times and arguments', async () => {
  const proc = await procFolder('btime 1790237000', [
    { pid: 1, stat: stat(1, 'init', 'S', 0, 0), cmdline: '/sbin/init\0' },
    { pid: 20, stat: stat(20, 'sh', 'S', 1, 100), cmdline: '/bin/sh\0-c\0sleep 1\0' },
    { pid: 30, stat: stat(30, 'python (x)', 'R', 20, 73_042), cmdline: '/a b/python\0-m\0hermes_cli.main\0' },
    { pid: 40, stat: stat(40, 'other', 'R', 1, 5), cmdline: 'other\0' },
  ])
  const look = await createLinuxProcessTable(proc).lookUp([30])
  expect(look).toEqual({
    seen: 'processes',
    byPid: new Map([
      [30, { pid: 30, parentPid: 20, startedAt: 1_790_237_730_420, commandLine: '/a b/python -m hermes_cli.main' }],
      [20, { pid: 20, parentPid: 1, startedAt: 1_790_237_001_000, commandLine: '/bin/sh -c sleep 1' }],
      [1, { pid: 1, parentPid: 0, startedAt: 1_790_237_000_000, commandLine: '/sbin/init' }],
    ]),
  })
})

test('zombies and processes past their end are not there; kernel threads have their name', async () => {
  const proc = await procFolder('btime 1790237000', [
    { pid: 5, stat: stat(5, 'gone', 'Z', 0, 1), cmdline: '' },
    { pid: 6, stat: stat(6, 'gone', 'X', 0, 1), cmdline: '' },
    { pid: 7, stat: stat(7, 'kworker/0', 'I', 0, 1), cmdline: '' },
  ])
  const look = await createLinuxProcessTable(proc).lookUp([5, 6, 7, 8])
  expect(look.seen === 'processes' && [...look.byPid.values()].map(({ commandLine }) => commandLine)).toEqual([
    '[kworker/0]',
  ])
})

test('what cannot be understood is unknown, and not absent', async () => {
  const noBoot = await procFolder('', [])
  const garbled = await procFolder('btime 1790237000', [{ pid: 5, stat: 'garbage', cmdline: '' }])
  expect(await createLinuxProcessTable(noBoot).lookUp([5])).toMatchObject({ seen: 'unknown' })
  expect(await createLinuxProcessTable(garbled).lookUp([5])).toMatchObject({ seen: 'unknown' })
  expect(await createLinuxProcessTable('/no/such/proc').lookUp([5])).toMatchObject({ seen: 'unknown' })
})
