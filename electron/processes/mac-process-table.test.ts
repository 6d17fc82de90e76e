import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMacProcessTable, parsePs } from './mac-process-table.ts'

/** Under LC_ALL=C and TZ=UTC, from macOS 15. */
const printed = `    1     0 Ss   Mon Nov 17 08:00:01 2025     /sbin/launchd
47551     1 S    Thu Sep 24 08:15:29 2026     /usr/bin/osascript -l JavaScript -e ObjC.import("stdlib"); var st = 1
47577 47551 S    Thu Sep 24 08:15:30 2026     /Users/ana/.hermes/hermes-agent/venv/bin/python -m hermes_cli.stderr_timestamp --  x
47584 47577 S+   Thu Sep  3 08:15:30 2026     /Users/ana b/python -m hermes_cli.main gateway run
47590 47584 Z    Thu Sep 24 08:15:31 2026     (python)
  501     1 ??   nonsense
47600     1 U    Thu Sep 24 08:15:32 2026
`

test('rows become processes, with creation times in UTC', () => {
  const byPid = parsePs(printed)
  expect([...byPid.keys()]).toEqual([1, 47551, 47577, 47584, 47600])
  expect(byPid.get(47584)).toEqual({
    pid: 47584,
    parentPid: 47577,
    startedAt: Date.UTC(2026, 8, 3, 8, 15, 30),
    commandLine: '/Users/ana b/python -m hermes_cli.main gateway run',
  })
  expect(byPid.get(47600)?.commandLine).toBe('')
})

test('any text can be read', () => {
  fc.assert(fc.property(fc.string(), (text) => parsePs(text).size >= 0))
})

test('a process comes with its ancestors and nobody else', async () => {
  const table = createMacProcessTable(
    async () => printed,
    () => true,
  )
  const look = await table.lookUp([47584, 47590])
  expect(look.seen === 'processes' && [...look.byPid.keys()]).toEqual([47584, 47577, 47551, 1])
})

test('where no pid exists, no child process is spent', async () => {
  const table = createMacProcessTable(
    () => Promise.reject(new Error('must not run')),
    () => false,
  )
  expect(await table.lookUp([47584])).toEqual({ seen: 'processes', byPid: new Map() })
  expect(await table.lookUp([])).toEqual({ seen: 'processes', byPid: new Map() })
})

test.each([
  ['fails', () => Promise.reject(new Error('ps took longer than 5000 ms')), 'ps took longer than 5000 ms'],
  ['prints nothing', () => Promise.resolve(''), 'ps printed nothing that could be understood'],
])('when ps %s, the look is unknown', async (_, runPs, cause) => {
  expect(await createMacProcessTable(runPs, () => true).lookUp([1])).toEqual({ seen: 'unknown', cause })
})
