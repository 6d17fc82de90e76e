import { describe, expect, it } from 'vitest'
import type { JobDefinition } from './definition.ts'
import { running } from './fixtures/print-samples.ts'
import { parsePrint } from './parse-print.ts'
import type { PrintReport } from './print-report.ts'
import { sameJob } from './same-job.ts'

const path = '/Users/me/Library/LaunchAgents/com.example.agent.plist'

const written: JobDefinition = {
  label: 'com.example.agent',
  program: '/usr/local/bin/node',
  arguments: ['/usr/local/bin/node', '/Users/me/app/server.js'],
  workingDirectory: '/Users/me/app',
  environment: { PORT: 'SECRET', PATH: undefined },
  runAtLoad: true,
  keepAlive: true,
  throttleIntervalSeconds: 10,
  stdoutPath: '/Users/me/Library/Logs/agent.out.log',
  stderrPath: '/Users/me/Library/Logs/agent.err.log',
}

const loaded = reportOf(running)

function reportOf(output: string): PrintReport {
  const parse = parsePrint(output)
  if (!parse.parsed) throw new Error(parse.problem)
  return parse.report
}

function without<T extends object, Key extends keyof T>(object: T, key: Key): Omit<T, Key> {
  const { [key]: _, ...rest } = object
  return rest
}

describe('sameJob: no difference', () => {
  it.each<[string, JobDefinition, PrintReport, string?]>([
    ['for what was loaded from it', written, loaded, path],
    ['where no place is given', written, loaded],
    ['where the default exit timeout is reported', written, { ...loaded, exitTimeoutSeconds: 20 }],
    [
      'where the exit timeout is the same',
      { ...written, exitTimeoutSeconds: 25 },
      { ...loaded, exitTimeoutSeconds: 25 },
    ],
    ['where a gui domain cut it to 60', { ...written, exitTimeoutSeconds: 180 }, { ...loaded, exitTimeoutSeconds: 60 }],
    [
      'where it did not (F-SAMPLE-C)',
      { ...written, exitTimeoutSeconds: 88_200 },
      { ...loaded, exitTimeoutSeconds: 88_200 },
    ],
    ['where launchd raised a tiny throttle (R-THROTTLE-5)', { ...written, throttleIntervalSeconds: 0 }, loaded],
    ['where the report has no program line', written, without(loaded, 'program')],
    ['where the report has no throttle line', written, without(loaded, 'minimumRuntimeSeconds')],
    [
      'for a Program without arguments block',
      { ...written, arguments: [written.program] },
      { ...loaded, arguments: [] },
    ],
    ['where launchd names /private', written, { ...loaded, path: '/private/tmp/a.plist' }, '/tmp/a.plist'],
    [
      'where the file sets what launchd adds',
      { ...written, environment: { ...written.environment, XPC_SERVICE_NAME: undefined } },
      loaded,
    ],
  ])('%s', (_, definition, report, place) => {
    expect(sameJob(definition, report, place)).toEqual({ same: true })
  })
})

describe('sameJob: names the difference', () => {
  it.each<[JobDefinition, PrintReport, string, string?]>([
    [written, loaded, `path: launchd has ${path}, the file says /other.plist`, '/other.plist'],
    [{ ...written, program: '/bin/a' }, loaded, 'Program: launchd has /usr/local/bin/node, the file says /bin/a'],
    [{ ...written, arguments: ['x'] }, loaded, 'ProgramArguments: launchd has other arguments than the file'],
    [written, { ...loaded, arguments: [] }, 'ProgramArguments: launchd has other arguments than the file'],
    [
      without(written, 'workingDirectory'),
      loaded,
      'WorkingDirectory: launchd has /Users/me/app, the file says nothing',
    ],
    [written, without(loaded, 'workingDirectory'), 'WorkingDirectory: launchd has none, the file says /Users/me/app'],
    [{ ...written, stdoutPath: '/a' }, loaded, `StandardOutPath: launchd has ${loaded.stdoutPath}, the file says /a`],
    [{ ...written, stderrPath: '/a' }, loaded, `StandardErrorPath: launchd has ${loaded.stderrPath}, the file says /a`],
    [{ ...written, throttleIntervalSeconds: 30 }, loaded, 'ThrottleInterval: launchd has 10, the file says 30'],
    [{ ...written, exitTimeoutSeconds: 60 }, loaded, 'ExitTimeOut: launchd has 5, the file says 60'],
    [{ ...written, exitTimeoutSeconds: 90 }, loaded, 'ExitTimeOut: launchd has 5, the file says 90'],
    [
      { ...written, environment: { ...written.environment, TOKEN: 'SECRET' } },
      loaded,
      'EnvironmentVariables: launchd does not have TOKEN',
    ],
    [{ ...written, environment: { PATH: 'SECRET' } }, loaded, 'EnvironmentVariables: launchd still has PORT'],
  ])('%#', (definition, report, difference, place) => {
    const result = sameJob(definition, report, place)
    expect(result).toEqual({ same: false, differences: [difference] })
    expect(JSON.stringify(result)).not.toContain('SECRET')
  })

  it('each of them', () => {
    const other = { ...written, program: '/bin/a', throttleIntervalSeconds: 30, environment: {} }
    const result = sameJob(other, loaded)
    expect(result.same ? [] : result.differences).toHaveLength(4)
  })
})
