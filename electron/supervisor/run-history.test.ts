import { describe, expect, it } from 'vitest'
import type { LastExit } from '../launchd/print-report.ts'
import {
  exit,
  gatewayUp,
  idle,
  jobUnknown,
  jobUp,
  killed,
  minute,
  now,
  observed,
  processAlive,
  processNone,
  remembering,
  second,
  unloaded,
} from './fixtures/observations.ts'
import type { Memory, Observation } from './observation.ts'
import { crashWindowMs, isCrashLooping, lastRunFailed, remember } from './run-history.ts'

function youngAndSilent(ageMs: number): Observation {
  const observation = young(ageMs)
  return { ...observation, gateway: { ...observation.gateway, state: { seen: 'none' } } }
}

function young(ageMs: number): Observation {
  const startedAt = now - ageMs
  return observed({
    job: jobUp({ runs: 4, lastExit: exit(1), minimumRuntimeSeconds: 10 }),
    gateway: gatewayUp({ process: processAlive('yes', startedAt), jobStartedAt: startedAt }),
  })
}

const watched = (...ages: readonly number[]): Memory => remembering({ failedRuns: ages.map((age) => now - age) })

describe('lastRunFailed', () => {
  it.each<[string, LastExit | undefined, boolean]>([
    ['0', exit(0), false],
    ['75, which asks for a restart', exit(75), false],
    ['1', exit(1), true],
    ['78', exit(78), true],
    ['a signal', killed, true],
    ['a code signing kill', { kind: 'other', text: 'OS_REASON_CODESIGNING' }, true],
    ['no exit yet', { kind: 'never' }, false],
    ['nothing that was said', undefined, false],
  ])('of %s', (_, lastExit, failed) => {
    const { job } = idle(lastExit === undefined ? {} : { lastExit })
    if (job.seen !== 'job') throw new Error('no job')
    const { lastExit: __, ...silent } = job.report
    expect(lastRunFailed(lastExit === undefined ? silent : job.report)).toBe(failed)
  })
})

describe('isCrashLooping', () => {
  it.each<[string, Observation, Memory, boolean]>([
    ['three watched failures within the window', idle({ lastExit: exit(1) }), watched(90_000, 60_000, 1), true],
    ['two watched failures', idle({ lastExit: exit(1) }), watched(60_000, 1), false],
    ['three, one of them too long ago', idle({ lastExit: exit(1) }), watched(crashWindowMs + 1, 60_000, 1), false],
    ['three, the oldest at the very edge', idle({ lastExit: exit(1) }), watched(crashWindowMs, 60_000, 1), true],
    ['three watched failures and then a run that ended well', idle({ lastExit: exit(0) }), watched(3, 2, 1), false],
    ['three watched failures and a run that outlived the throttle', young(11 * second), watched(3, 2, 1), false],
    ['three watched failures and a young run', young(9 * second), watched(3, 2, 1), true],
    ['one look: four runs and a young one that is not up yet', youngAndSilent(9 * second), remembering(), true],
    ['one look: four runs and a young one that says it is up: restarts', young(9 * second), remembering(), false],
    ['one look: four runs and one that outlived the throttle', young(10 * second), remembering(), false],
    [
      'one look: three runs, the next put off',
      idle({ state: 'spawn scheduled', runs: 3, lastExit: killed }),
      remembering(),
      true,
    ],
    [
      'one look: two runs, the next put off',
      idle({ state: 'spawn scheduled', runs: 2, lastExit: killed }),
      remembering(),
      false,
    ],
    [
      'one look: many runs that asked for restarts',
      idle({ state: 'spawn scheduled', runs: 30, lastExit: exit(75) }),
      remembering(),
      false,
    ],
    ['one look: many runs and nothing put off', idle({ runs: 30, lastExit: exit(1) }), remembering(), false],
    ['no job', unloaded(), watched(3, 2, 1), false],
    ['no answer', observed({ job: jobUnknown }), watched(3, 2, 1), false],
  ])('of %s', (_, observation, memory, looping) => {
    expect(isCrashLooping(observation, memory)).toBe(looping)
  })

  it('takes the age of launchd’s process where the gateway in it is not known', () => {
    const since = (ageMs: number) =>
      observed({
        job: jobUp({ runs: 4, lastExit: exit(1) }),
        gateway: gatewayUp({ process: processNone, jobStartedAt: now - ageMs, state: { seen: 'none' } }),
      })
    expect(isCrashLooping(since(second), remembering())).toBe(true)
    expect(isCrashLooping(since(40 * minute), remembering())).toBe(false)
  })

  it('does not call a process young whose age could not be seen: unknown is no failure', () => {
    const { jobStartedAt: _, ...gateway } = gatewayUp({ process: processNone })
    expect(isCrashLooping(observed({ job: jobUp({ runs: 4, lastExit: exit(1) }), gateway }), remembering())).toBe(false)
  })
})

describe('remember', () => {
  const at = (observation: Observation, ageMs: number): Observation => ({ ...observation, at: now - ageMs })
  const failedAgain = at(idle({ state: 'spawn scheduled', runs: 2, lastExit: exit(1) }), 0)

  it.each<[string, Observation | undefined, Observation, number]>([
    ['a run that ended since the look before', at(observed({ job: jobUp({ runs: 2 }) }), second), failedAgain, 1],
    ['a run that came and went between two looks', at(idle({ runs: 1, lastExit: exit(1) }), second), failedAgain, 1],
    [
      'a run that ended and was followed by another at once',
      at(observed({ job: jobUp({ runs: 1 }) }), second),
      observed({ job: jobUp({ runs: 2, lastExit: killed }) }),
      1,
    ],
    ['the same idle job again', at(failedAgain, second), failedAgain, 0],
    ['the same running job again', observed(), observed(), 0],
    ['a run that ended well', at(observed(), second), idle({ lastExit: exit(0) }), 0],
    [
      'a run that asked for a restart',
      at(observed(), second),
      idle({ state: 'spawn scheduled', lastExit: exit(75) }),
      0,
    ],
    ['a first look, which has seen nothing end', undefined, failedAgain, 0],
    ['a job that was not loaded before', at(unloaded(), second), failedAgain, 0],
    ['a look without an answer', at(observed(), second), observed({ job: jobUnknown }), 0],
    ['a job that was loaded anew and counts from 0', at(idle({ runs: 7, lastExit: exit(1) }), second), failedAgain, 0],
  ])('notes %s', (_, previous, next, noted) => {
    expect(remember(remembering(), previous, next).failedRuns).toEqual(noted === 0 ? [] : [now])
  })

  it('forgets what lies outside the window and keeps the rest of the memory', () => {
    const memory = remembering({ intent: 'stopped', blockedAt: 5, failedRuns: [now - crashWindowMs - 1, now - 1] })
    expect(remember(memory, undefined, observed())).toEqual({ intent: 'stopped', blockedAt: 5, failedRuns: [now - 1] })
  })
})
