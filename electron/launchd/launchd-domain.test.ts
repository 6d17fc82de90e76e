import { describe, expect, it } from 'vitest'
import { running } from './fixtures/print-samples.ts'
import { type ScriptedEnd, scriptedLaunchctl } from './fixtures/results.ts'
import { createLaunchd, type LaunchdOptions } from './launchd-domain.ts'

const label = 'com.example.agent'
const service = `gui/501/${label}`
const gui = { domain: { kind: 'gui', uid: 501 } } as const
const withFallback: LaunchdOptions = { ...gui, fallback: { kind: 'user', uid: 501 } }

const noSession = { code: 125, stderr: 'Could not print domain: 125: Domain does not support specified action\n' }

function look(end: ScriptedEnd) {
  return createLaunchd(scriptedLaunchctl({ [`print ${service}`]: end }).run, gui).print(label)
}

describe('print', () => {
  it('V-PRINT-1: 0 with a report is a job', async () => {
    expect(await look({ code: 0, stdout: running })).toMatchObject({ seen: 'job', report: { pid: 3246, runs: 1 } })
  })

  it('F-PRINT-1: accepts the old header', async () => {
    expect(await look({ code: 0, stdout: running.replace(service, label) })).toMatchObject({ seen: 'job' })
  })

  it.each([3, 113])('V-PRINT-2: %d is the only way to say absent', async (code) => {
    expect(await look({ code })).toEqual({ seen: 'absent' })
  })

  it('V-PRINT-3: 112 is no session', async () => {
    const stderr = 'Bad request.\nCould not find domain for user gui: 501\n'
    expect(await look({ code: 112, stderr })).toEqual({
      seen: 'no-session',
      code: 112,
      evidence: `launchctl print ${service} → 112: Could not find domain for user gui: 501`,
    })
  })

  it('V-PRINT-4: 125 is no session', async () => {
    expect(await look(noSession)).toMatchObject({ seen: 'no-session', code: 125 })
  })

  it.each<[string, ScriptedEnd, string]>([
    ['a timeout', { ended: 'timed-out' }, `launchctl print ${service} did not answer within 5 s`],
    [
      'no launchctl',
      { ended: 'failed', cause: 'spawn ENOENT' },
      `launchctl print ${service} could not be run: spawn ENOENT`,
    ],
    [
      'V-PRINT-5 64',
      { code: 64, stderr: 'Unrecognized target specifier.\nUsage: …\n' },
      `launchctl print ${service} → 64: Unrecognized target specifier.`,
    ],
    ['1', { code: 1, stderr: 'Operation not permitted\n' }, `launchctl print ${service} → 1: Operation not permitted`],
    [
      'garbage',
      { code: 0, stdout: 'hello' },
      `launchctl print ${service} → 0, but its answer could not be read: its first line is not the header of a report`,
    ],
    [
      'a report cut short',
      { code: 0, stdout: running.slice(0, -2) },
      `launchctl print ${service} → 0, but its answer could not be read: it ends before the closing brace`,
    ],
    [
      'a report of another job',
      { code: 0, stdout: running.replace(service, 'gui/501/com.example.other') },
      `launchctl print ${service} → 0, but its answer could not be read: it is about something else`,
    ],
  ])('C-TRUST-1: %s is unknown, not absent', async (_, end, cause) => {
    expect(await look(end)).toEqual({ seen: 'unknown', cause })
  })

  it('never tells the value of an environment variable', async () => {
    const secret = running.replace('PORT => 11010', 'PORT => SECRET')
    for (const stdout of [secret, secret.slice(0, -2), secret.replace('gui/501', 'gui/502'), `x${secret}`]) {
      expect(JSON.stringify(await look({ code: 0, stdout }))).not.toContain('SECRET')
    }
  })
})

describe('print-disabled', () => {
  const ask = (end: ScriptedEnd) =>
    createLaunchd(scriptedLaunchctl({ 'print-disabled gui/501': end }).run, gui).printDisabled()

  it('V-PRINTDIS-1', async () => {
    const stdout = '\n\tdisabled services = {\n\t\t"com.a" => disabled\n\t}\n'
    expect(await ask({ code: 0, stdout })).toEqual({ seen: 'overrides', overrides: { 'com.a': 'disabled' } })
  })

  it.each([112, 125])('%d is no session', async (code) => {
    expect(await ask({ code })).toMatchObject({ seen: 'no-session', code })
  })

  it.each<[string, ScriptedEnd]>([
    ['a timeout', { ended: 'timed-out' }],
    ['garbage', { code: 0, stdout: 'hello' }],
    ['113', { code: 113 }],
  ])('%s is unknown', async (_, end) => {
    expect(await ask(end)).toEqual({
      seen: 'unknown',
      cause: expect.stringContaining('launchctl print-disabled gui/501'),
    })
  })
})

describe('verbs', () => {
  it('are given launchctl’s own arguments and a time limit each', async () => {
    const { run, calls } = scriptedLaunchctl({})
    const launchd = createLaunchd(run, gui)
    await launchd.print(label)
    await launchd.printDisabled()
    await launchd.enable(label)
    await launchd.bootout(label)
    await launchd.bootstrap('/Users/me/a.plist')
    await launchd.kickstart(label, { kill: false })
    await launchd.kickstart(label, { kill: true })
    expect(calls).toEqual([
      [`print ${service}`, 5_000],
      ['print-disabled gui/501', 5_000],
      [`enable ${service}`, 30_000],
      [`bootout ${service}`, 90_000],
      ['bootstrap gui/501 /Users/me/a.plist', 30_000],
      [`kickstart ${service}`, 100_000],
      [`kickstart -k ${service}`, 100_000],
    ])
  })

  it('answer with a claim and evidence', async () => {
    const stderr = 'Boot-out failed: 3: No such process\n'
    const { run } = scriptedLaunchctl({ [`bootout ${service}`]: { code: 3, stderr } })
    expect(await createLaunchd(run, gui).bootout(label)).toEqual({
      claim: 'not-loaded',
      evidence: `launchctl bootout ${service} → 3: Boot-out failed: 3: No such process`,
    })
  })

  it('take other time limits, one by one', async () => {
    const { run, calls } = scriptedLaunchctl({ [`print ${service}`]: { ended: 'timed-out' } })
    const launchd = createLaunchd(run, { ...gui, timeouts: { print: 250 } })
    expect(await launchd.print(label)).toEqual({
      seen: 'unknown',
      cause: `launchctl print ${service} did not answer within 0.25 s`,
    })
    await launchd.enable(label)
    expect(calls.map(([, timeoutMs]) => timeoutMs)).toEqual([250, 30_000])
  })
})

describe('C-DOMAIN-1', () => {
  it('costs no other call where gui answers', async () => {
    const { run, calls } = scriptedLaunchctl({ [`print ${service}`]: { code: 0, stdout: running } })
    const launchd = createLaunchd(run, withFallback)
    await launchd.print(label)
    expect(calls.map(([command]) => command)).toEqual([`print ${service}`])
    expect(launchd.domain).toEqual({ kind: 'gui', uid: 501 })
  })

  it('falls back where the job is loaded without a session, and gives every later verb to that domain', async () => {
    const there = running.replace(/^gui\//, 'user/')
    const { run, calls } = scriptedLaunchctl({
      [`print ${service}`]: noSession,
      [`print user/501/${label}`]: { code: 0, stdout: there },
    })
    const launchd = createLaunchd(run, withFallback)
    expect(await launchd.print(label)).toMatchObject({ seen: 'job' })
    expect(launchd.domain).toEqual({ kind: 'user', uid: 501 })
    await launchd.bootstrap('/a.plist')
    expect(calls.map(([command]) => command)).toEqual([
      `print ${service}`,
      `print user/501/${label}`,
      'bootstrap user/501 /a.plist',
    ])
  })

  it('loads nothing where no session is: the next login would load it a second time', async () => {
    const { run } = scriptedLaunchctl({ [`print ${service}`]: noSession })
    const launchd = createLaunchd(run, withFallback)
    expect(await launchd.print(label)).toMatchObject({ seen: 'no-session' })
    expect(launchd.domain).toEqual({ kind: 'gui', uid: 501 })
  })

  it('never tries another domain on a verb that changes something', async () => {
    const { run, calls } = scriptedLaunchctl({ [`kickstart ${service}`]: { code: 125 } })
    expect(await createLaunchd(run, withFallback).kickstart(label, { kill: false })).toMatchObject({
      claim: 'no-session',
    })
    expect(calls).toHaveLength(1)
  })
})
