import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mutationsOf } from './fixtures/mutations.ts'
import { finished, killed, neverRun, oldDialect, running, samples } from './fixtures/print-samples.ts'
import { parsePrint } from './parse-print.ts'
import type { PrintReport } from './print-report.ts'

const plist = '/Users/me/Library/LaunchAgents/com.example.agent.plist'
const logs = {
  stdoutPath: '/Users/me/Library/Logs/agent.out.log',
  stderrPath: '/Users/me/Library/Logs/agent.err.log',
}

const node: PrintReport = {
  target: 'gui/501/com.example.agent',
  path: plist,
  type: 'LaunchAgent',
  state: 'running',
  program: '/usr/local/bin/node',
  arguments: ['/usr/local/bin/node', '/Users/me/app/server.js'],
  workingDirectory: '/Users/me/app',
  ...logs,
  environmentNames: ['OSLogRateLimit', 'PORT', 'PATH', 'XPC_SERVICE_NAME'],
  pid: 3246,
  runs: 1,
  minimumRuntimeSeconds: 10,
  exitTimeoutSeconds: 5,
  lastExit: { kind: 'never' },
  immediateReason: 'speculative',
  properties: ['keepalive', 'runatload', 'inferred program', 'managed LWCR', 'has LWCR'],
}

const idle: PrintReport = {
  target: node.target,
  path: plist,
  type: 'LaunchAgent',
  state: 'not running',
  program: '/usr/local/bin/node',
  arguments: node.arguments,
  ...logs,
  environmentNames: node.environmentNames,
  runs: 0,
  minimumRuntimeSeconds: 10,
  exitTimeoutSeconds: 5,
  lastExit: { kind: 'never' },
  properties: ['inferred program'],
}

const expected: Readonly<Record<string, PrintReport>> = {
  'F-SAMPLE-A': node,
  'F-SAMPLE-B': {
    target: node.target,
    path: plist,
    type: 'LaunchAgent',
    state: 'spawn scheduled',
    program: '/usr/bin/env',
    arguments: ['/usr/bin/env', 'python3', '/Users/me/app/daemon.py'],
    workingDirectory: '/Users/me/app',
    ...logs,
    environmentNames: ['APP_MODE', 'XPC_SERVICE_NAME'],
    runs: 2,
    minimumRuntimeSeconds: 10,
    exitTimeoutSeconds: 5,
    lastExit: { kind: 'code', code: 1 },
    properties: ['runatload', 'inferred program', 'system service', 'tle system'],
  },
  'F-SAMPLE-C': {
    target: node.target,
    path: '/private/tmp/com.example.agent.plist',
    type: 'LaunchAgent',
    state: 'spawn scheduled',
    program: '/usr/local/bin/agent',
    arguments: ['/usr/local/bin/agent', 'node', '--config', '/usr/local/etc/agent.yaml'],
    stdoutPath: '/dev/null',
    stderrPath: '/dev/null',
    environmentNames: ['OSLogRateLimit', 'PATH', 'XPC_SERVICE_NAME'],
    runs: 1,
    minimumRuntimeSeconds: 5,
    exitTimeoutSeconds: 88_200,
    lastExit: { kind: 'code', code: 78 },
    properties: ['runatload', 'penalty box', 'inferred program'],
  },
  'F-SAMPLE-D': idle,
  'F-SAMPLE-E': { ...node, state: 'SIGTERMed' },
  'F-SAMPLE-F': {
    target: node.target,
    path: '/private/tmp/com.example.agent.plist',
    type: 'LaunchAgent',
    state: 'not running',
    program: '/bin/sh',
    arguments: ['/bin/sh', '-c', 'exit 3'],
    environmentNames: ['OSLogRateLimit', 'XPC_SERVICE_NAME'],
    runs: 1,
    minimumRuntimeSeconds: 10,
    exitTimeoutSeconds: 5,
    lastExit: { kind: 'code', code: 3 },
    properties: ['runatload', 'inferred program'],
  },
  'F-SAMPLE-G': { ...idle, pendedSpawn: 'speculative' },
  'F-PRINT-1 old dialect': {
    target: 'com.example.agent',
    path: plist,
    state: 'waiting',
    program: '/bin/sleep',
    arguments: ['/bin/sleep', '60'],
    environmentNames: ['XPC_SERVICE_NAME'],
    runs: 4,
    minimumRuntimeSeconds: 10,
    exitTimeoutSeconds: 20,
    lastExit: { kind: 'code', code: 0 },
    properties: ['keepalive', 'runatload'],
  },
}

function reportOf(output: string): PrintReport {
  const parse = parsePrint(output)
  if (!parse.parsed) throw new Error(parse.problem)
  return parse.report
}

describe('parsePrint', () => {
  it.each(Object.entries(samples))('%s', (id, sample) => {
    expect(reportOf(sample)).toEqual(expected[id])
  })

  describe('F-EXIT-1', () => {
    it.each([
      ['last exit code = (never exited)', { kind: 'never' }],
      ['last exit code = 0', { kind: 'code', code: 0 }],
      ['last exit code = 64: EX_USAGE', { kind: 'code', code: 64 }],
      ['last exit code = 78: EX_CONFIG', { kind: 'code', code: 78 }],
      ['last exit code = (abandoned)', { kind: 'other', text: '(abandoned)' }],
      ['last exit code = (failed reap)', { kind: 'other', text: '(failed reap)' }],
      ['last terminating signal = Killed: 9', { kind: 'signal', signal: 9, name: 'Killed' }],
      [
        'last terminating signal = User defined signal 1: 30',
        { kind: 'signal', signal: 30, name: 'User defined signal 1' },
      ],
      ['last terminating signal = 9', { kind: 'other', text: '9' }],
      ['last exit reason = OS_REASON_CODESIGNING', { kind: 'other', text: 'OS_REASON_CODESIGNING' }],
      ['some other line = 1', undefined],
    ])('%s', (line, lastExit) => {
      expect(reportOf(finished.replace('last exit code = 3', line)).lastExit).toEqual(lastExit)
    })

    it('names the signal of the killed sample', () => {
      expect(reportOf(killed).lastExit).toEqual({ kind: 'signal', signal: 9, name: 'Killed' })
    })
  })

  describe('F-PARSE-1', () => {
    const withArguments = (lines: readonly string[]) =>
      reportOf(neverRun.replace('\t\t/Users/me/app/server.js\n', lines.map((line) => `${line}\n`).join('')))

    it.each([['}'], ['{'], [''], ['a = {'], ['pid = 7'], ['\tpid = 7'], ['state = running']])(
      'takes an argument %j as it is',
      (argument) => {
        const report = withArguments([`\t\t${argument}`])
        expect(report).toEqual({ ...idle, arguments: ['/usr/local/bin/node', argument] })
      },
    )

    it('keeps an argument of several lines together', () => {
      const report = withArguments(['\t\tif true; then', '  echo }', '}', '', 'fi', '\t\t-x'])
      expect(report).toEqual({ ...idle, arguments: ['/usr/local/bin/node', 'if true; then\n  echo }\n}\n\nfi', '-x'] })
    })

    it('does not mistake a nested pid, state or reason for the job’s own', () => {
      const nested = '\tsockets = {\n\t\tpid = 12\n\t\tstate = active\n\t}\n\truns = 0\n'
      expect(reportOf(neverRun.replace('\truns = 0\n', nested))).toEqual(idle)
    })

    it('does not find a pended spawn in “started suspended”', () => {
      expect(running).toContain('started suspended')
      expect(reportOf(running).pendedSpawn).toBeUndefined()
    })

    it('proves a process by its pid line, whatever the state', () => {
      expect(reportOf(running.replace('\tstate = running\n', '\tstate = something new\n')).pid).toBe(3246)
    })
  })

  it('R-PEND-1: reads the reason of a start that is held back, with or without its longer name', () => {
    const held = neverRun.replace('\truns = 0\n', '\truns = 0\n\tpended spawn = interval\n')
    expect(reportOf(held).pendedSpawn).toBe('interval')
  })

  it('F-PRINT-5: reads successive crashes', () => {
    const crashed = neverRun.replace('\truns = 0\n', '\truns = 4\n\tsuccessive crashes = 3\n')
    expect(reportOf(crashed)).toMatchObject({ runs: 4, successiveCrashes: 3 })
  })

  it('F-PRINT-2: keeps a path that is none', () => {
    expect(reportOf(neverRun.replace(plist, '(submitted by smd.500)')).path).toBe('(submitted by smd.500)')
  })

  describe('is a typed failure', () => {
    it.each([
      ['nothing', ''],
      ['blank lines', '\n\n'],
      ['prose', 'Unrecognized target specifier.\n'],
      ['a header alone', 'gui/501/com.example.agent = {\n'],
      ['a header alone, without a line end', 'gui/501/com.example.agent = {'],
      ['a report cut at a line', running.slice(0, running.indexOf('\tjetsam priority'))],
      ['a report cut in a line', running.slice(0, running.indexOf('\tjetsam priority') + 5)],
      ['a report without its last brace', running.slice(0, -2)],
      ['a report with a block that never ends', neverRun.replace('server.js\n\t}', 'server.js')],
      ['a report with a pid that is no number', running.replace('pid = 3246', 'pid = many')],
      ['a report with a pid of 0', running.replace('pid = 3246', 'pid = 0')],
    ])('for %s', (_, output) => {
      expect(parsePrint(output)).toEqual({ parsed: false, problem: expect.any(String) })
    })

    it('for every beginning of a report that is not the whole', () => {
      for (let length = 0; length < running.length - 1; length += 1) {
        expect(parsePrint(running.slice(0, length)).parsed, `${length} characters`).toBe(false)
      }
    })
  })

  it('never throws, and never calls a running job idle for a damaged pid line', () => {
    fc.assert(
      fc.property(mutationsOf(...Object.values(samples)), (output) => {
        const parse = parsePrint(output)
        if (parse.parsed && parse.report.pid !== undefined) expect(parse.report.pid).toBeGreaterThan(0)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never throws on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (output) => void parsePrint(output)))
  })

  it('never lets the value of an environment variable out', () => {
    const secret = 'sk-SECRET'
    const value = fc
      .tuple(
        fc.string(),
        fc.constantFrom('', '\n', '\n-----BEGIN KEY-----\n', ' => ', ' = ', '\n\t"a": ', '\n}'),
        fc.string(),
      )
      .map(([before, middle, after]) => `${before}${middle}${secret}${after}`)
      // What is laid out exactly like launchd's own lines cannot be told from them.
      .filter((text) => !/\n\t/.test(text.replaceAll('\n\t"a": ', '')))
    fc.assert(
      fc.property(value, (text) => {
        const output = running.replace('PORT => 11010', () => `TOKEN => ${text}`)
        const parse = parsePrint(output)
        expect(JSON.stringify(parse)).not.toContain('SECRET')
        expect(parse).toMatchObject({ parsed: true, report: { pid: 3246 } })
      }),
      { numRuns: 1_000 },
    )
  })

  it('never lets a value out of a report that has lost a line', () => {
    const lines = running.replaceAll(/ => .*/g, ' => SECRET').split('\n')
    for (const lost of lines.keys()) {
      const output = lines.filter((_, index) => index !== lost).join('\n')
      expect(JSON.stringify(parsePrint(output)), `without line ${lost + 1}`).not.toContain('SECRET')
    }
  })

  it('F-PRINT-1: reads the old header of a label alone', () => {
    expect(reportOf(oldDialect).target).toBe('com.example.agent')
  })
})
