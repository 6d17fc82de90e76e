import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { JobDefinition } from './job-definition.ts'
import { formatService, type ServiceReport } from './print-format.ts'
import { testDefinition } from './test-definition.ts'

function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
}

const definition = testDefinition({
  program: '/usr/local/bin/node',
  programArguments: ['/usr/local/bin/node', '/Users/me/app/server.js'],
})

const report: ServiceReport = {
  domain: 'gui/501',
  asid: 100023,
  path: '/Users/me/Library/LaunchAgents/com.example.agent.plist',
  state: 'not running',
  definition,
  inheritedEnvironment: [['SSH_AUTH_SOCK', '/private/tmp/com.apple.launchd.P9o2KqP4p5/Listeners']],
  defaultPath: '/usr/bin:/bin:/usr/sbin:/sbin',
  minimumRuntimeSeconds: 10,
  exitTimeoutSeconds: 5,
  runs: 0,
  successiveCrashes: 0,
}

const running: ServiceReport = {
  ...report,
  asid: 100057,
  state: 'running',
  runs: 1,
  process: { pid: 3246, immediateReason: 'speculative' },
  coalitionId: 1622,
  definition: {
    ...definition,
    keepAlive: true,
    runAtLoad: true,
    workingDirectory: '/Users/me/app',
    stdoutPath: '/Users/me/Library/Logs/agent.out.log',
    stderrPath: '/Users/me/Library/Logs/agent.err.log',
    environment: [
      ['PORT', '11010'],
      ['PATH', '/opt/homebrew/bin:/usr/bin:/bin:/usr/sbin:/sbin'],
    ],
  },
}

const { workingDirectory: _none, ...withoutWorkingDirectory } = running.definition
const neverRun: ServiceReport = {
  ...report,
  definition: { ...withoutWorkingDirectory, keepAlive: false, runAtLoad: false },
}

test('F-SAMPLE-A a running KeepAlive job on 26', () => {
  expect(formatService(running, '26')).toBe(fixture('print-running.txt'))
})

test('F-SAMPLE-B a job of 14 whose respawn is scheduled, without its WatchPaths', () => {
  const scheduled: ServiceReport = {
    ...report,
    asid: 100003,
    state: 'spawn scheduled',
    runs: 2,
    coalitionId: 7,
    lastExit: { kind: 'code', code: 1 },
    definition: {
      ...running.definition,
      program: '/usr/bin/env',
      programArguments: ['/usr/bin/env', 'python3', '/Users/me/app/daemon.py'],
      environment: [['APP_MODE', 'watch']],
      keepAlive: { successfulExit: false },
    },
  }
  expect(formatService(scheduled, '14')).toBe(fixture('print-respawn-scheduled-14.txt'))
})

test('F-SAMPLE-C a missing program in the penalty box', () => {
  const penaltyBox: ServiceReport = {
    ...report,
    path: '/private/tmp/com.example.agent.plist',
    state: 'spawn scheduled',
    minimumRuntimeSeconds: 5,
    exitTimeoutSeconds: 88200,
    runs: 1,
    coalitionId: 713839,
    lastExit: { kind: 'code', code: 78 },
    missingProgram: '/usr/local/bin/agent',
    definition: {
      ...definition,
      program: '/usr/local/bin/agent',
      programArguments: ['/usr/local/bin/agent', 'node', '--config', '/usr/local/etc/agent.yaml'],
      stdoutPath: '/dev/null',
      stderrPath: '/dev/null',
      environment: [['PATH', '/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin']],
      keepAlive: { successfulExit: false },
      runAtLoad: true,
      processType: 'interactive',
    },
  }
  expect(formatService(penaltyBox, '26')).toBe(fixture('print-penalty-box.txt'))
})

test('F-SAMPLE-D a job that never ran has no coalitions', () => {
  expect(formatService(neverRun, '26')).toBe(fixture('print-never-run.txt'))
})

test('F-SAMPLE-E a job that is being stopped differs in its state alone', () => {
  const expected = fixture('print-running.txt').replace('\n\tstate = running\n', '\n\tstate = SIGTERMed\n')
  expect(formatService({ ...running, state: 'SIGTERMed' }, '26')).toBe(expected)
})

const finished: ServiceReport = {
  ...report,
  path: '/private/tmp/com.example.agent.plist',
  runs: 1,
  coalitionId: 230067,
  lastExit: { kind: 'code', code: 3 },
  definition: { ...definition, program: '/bin/sh', programArguments: ['/bin/sh', '-c', 'exit 3'], runAtLoad: true },
}

test('F-SAMPLE-F a finished one-shot', () => {
  expect(formatService(finished, '26')).toBe(fixture('print-finished.txt'))
})

test('F-SAMPLE-F a one-shot that was killed', () => {
  const expected = fixture('print-finished.txt').replace('last exit code = 3', 'last terminating signal = Killed: 9')
  expect(formatService({ ...finished, lastExit: { kind: 'signal', signal: 9 } }, '26')).toBe(expected)
})

test('F-SAMPLE-G a pended spawn is one more line between runs and the exit line', () => {
  const expected = fixture('print-never-run.txt').replace(
    '\truns = 0\n',
    '\truns = 0\n\tpended nondemand spawn = speculative\n',
  )
  expect(formatService({ ...neverRun, pendedReason: 'speculative' }, '26')).toBe(expected)
})

test('F-PRINT-1 the old dialect names the label alone and says waiting', () => {
  const lines = formatService(neverRun, 'old').split('\n')
  expect(lines[0]).toBe('com.example.agent = {')
  expect(lines).toContain('\tstate = waiting')
  expect(lines.join('\n')).not.toMatch(/OSLogRateLimit|guard malloc|coalition/)
})

test('F-PRINT-5 a umask is shown in octal, successive crashes only above zero', () => {
  const text = formatService({ ...report, successiveCrashes: 2, definition: { ...definition, umask: 0o77 } }, '26')
  expect(text).toContain('\tdomain = gui/501 [100023]\n\tumask = 77\n\tasid = 100023\n')
  expect(text).toContain('\truns = 0\n\tsuccessive crashes = 2\n\tlast exit code')
})

test('F-PRINT-8 both semaphores are listed, in this order', () => {
  const text = formatService(
    { ...report, definition: { ...definition, keepAlive: { successfulExit: false, crashed: true } } },
    '26',
  )
  expect(text).toContain('\tsemaphores = {\n\t\tsuccessful exit => 0\n\t\tafter crash => 1\n\t}\n\n\tspawn type')
  expect(text).not.toContain('keepalive')
})

test('F-PROP-1 words stand in launchd’s order', () => {
  const everything: JobDefinition = {
    ...definition,
    keepAlive: true,
    runAtLoad: true,
    lowPriorityIo: true,
    enableTransactions: true,
    abandonProcessGroup: true,
    launchOnlyOnce: true,
  }
  expect(formatService({ ...report, definition: everything }, '26')).toContain(
    '\tproperties = keepalive | runatload | low priority i/o | supports transactions | abandon process group | launch only once | inferred program\n',
  )
})
