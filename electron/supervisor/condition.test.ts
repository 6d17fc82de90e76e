import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ActionId, type ConditionId, conditionIds, type Light } from '../contract/condition.ts'
import { judge } from './condition.ts'
import { conditionTable } from './condition-table.ts'
import { anyMemory, anyObservation } from './fixtures/any-observation.ts'
import {
  definitionAbsent,
  definitionInvalid,
  definitionUnknown,
  definitionUnsafe,
  exit,
  gatewayDown,
  gatewayPid,
  gatewayUp,
  hour,
  idle,
  jobAbsent,
  jobIdle,
  jobPid,
  jobUnknown,
  jobUp,
  kept,
  killed,
  minute,
  noSession,
  now,
  observed,
  processAlive,
  processNone,
  processUnknown,
  remembering,
  second,
  service,
  stateLeft,
  stateSays,
  template,
  unloaded,
  validDefinition,
  withDefinition,
} from './fixtures/observations.ts'
import { startGraceMs } from './judge-alive.ts'
import { jobPid as jobPidOf, type Memory, type Observation } from './observation.ts'

interface Case {
  readonly id: ConditionId
  readonly when: string
  readonly light: Light
  readonly observation: Observation
  readonly memory?: Memory
  /** Words that the reason must say. */
  readonly says?: RegExp
}

const stoppedOnPurpose = remembering({ intent: 'stopped' })

function row(
  id: ConditionId,
  light: Light,
  when: string,
  observation: Observation,
  memory?: Memory,
  says?: RegExp,
): Case {
  return { id, light, when, observation, ...(memory && { memory }), ...(says && { says }) }
}

const crashed = idle({ state: 'spawn scheduled', runs: 4, lastExit: exit(1) })
const threeFailures = [now - 90 * second, now - 60 * second, now - 30 * second]
const foreign = { wrapped: true, logFolders: [], missing: [], foreign: 'it belongs to the home /Users/ana/.other' }

/** A process that launchd has just started, over the state file that a dead one left. */
function freshOver(left: ReturnType<typeof stateLeft>, startedAt: number, process = processNone): Observation {
  return observed({
    job: jobUp({ runs: 2, lastExit: exit(75) }),
    gateway: gatewayUp({ process, jobStartedAt: startedAt, state: left, recentStarts: [] }),
  })
}

const cases: readonly Case[] = [
  row('running', 'ok', 'launchd has a pid and the gateway itself says running', observed(), undefined, /47551/),
  row(
    'running',
    'ok',
    'launchd has a pid and no state file exists (an early Hermes)',
    observed({
      gateway: gatewayUp({ process: processNone, state: { seen: 'none' } }),
    }),
  ),
  row(
    'running',
    'ok',
    'it crashed several times and has been up for an hour since',
    observed({
      job: jobUp({ runs: 7, lastExit: exit(1) }),
    }),
  ),
  row(
    'running',
    'ok',
    'it crashed several times, is up for an hour since, and cannot be told from another process',
    observed({
      job: jobUp({ runs: 7, lastExit: killed }),
      gateway: gatewayUp({ process: processNone, state: { seen: 'none' } }),
    }),
  ),
  row(
    'running',
    'ok',
    'a disabled override is set while it runs: the light stays, the reason warns',
    observed({
      override: 'disabled',
    }),
    undefined,
    /disabled/,
  ),
  row(
    'running',
    'ok',
    'it runs although a person stopped it here: somebody else started it',
    observed(),
    stoppedOnPurpose,
  ),
  row(
    'running',
    'ok',
    'its state file has not been touched for hours (#32887)',
    observed({
      gateway: gatewayUp({ state: stateSays('running', { updatedAt: now - 9 * hour }) }),
    }),
  ),
  row(
    'running',
    'ok',
    'only the heartbeat is stale: one witness is not enough',
    observed({
      gateway: gatewayUp({ heartbeatAgeMs: 10 * minute }),
    }),
  ),
  row('running', 'ok', 'its definition could not be read this time', withDefinition(observed(), definitionUnknown)),
  row(
    'running',
    'ok',
    'a parked marker is left over beside a gateway of its own',
    observed({
      gateway: gatewayUp({ parked: true }),
    }),
  ),
  row(
    'degraded',
    'attention',
    'one platform is retrying',
    observed({
      gateway: gatewayUp({
        state: stateSays('running', {
          platforms: [
            { name: 'telegram', state: 'connected', needsAttention: false },
            { name: 'slack', state: 'retrying', error: 'timed out', needsAttention: true },
          ],
        }),
      }),
    }),
    undefined,
    /[Ss]lack is retrying \(timed out\)/,
  ),
  row(
    'degraded',
    'attention',
    'the gateway calls itself degraded',
    observed({
      gateway: gatewayUp({ state: stateSays('degraded') }),
    }),
  ),
  row('starting', 'busy', 'launchd is between fork and exec', idle({ state: 'xpcproxy' })),
  row(
    'starting',
    'busy',
    'the gateway says starting',
    observed({ gateway: gatewayUp({ state: stateSays('starting') }) }),
  ),
  row(
    'starting',
    'busy',
    'the state file of a dead process says running and the fresh one has said nothing yet',
    freshOver(stateLeft('running', { updatedAt: now - 9 * hour }), now - 2 * second),
  ),
  row(
    'starting',
    'busy',
    'the fresh process is known as a gateway, the state file is still that of the dead one',
    freshOver(
      stateLeft('running', { updatedAt: now - 9 * hour }),
      now - 2 * second,
      processAlive('yes', now - 2 * second),
    ),
  ),
  row(
    'waiting',
    'busy',
    'it ended with 75 and launchd starts it again after the throttle',
    idle(
      { state: 'spawn scheduled', runs: 9, lastExit: exit(75) },
      { gateway: gatewayDown({ recentStarts: [now - 12 * second] }) },
    ),
    undefined,
    /18 s/,
  ),
  row(
    'waiting',
    'busy',
    'it failed once and launchd starts it again',
    idle({
      state: 'spawn scheduled',
      runs: 1,
      lastExit: exit(1),
    }),
    undefined,
    /exit 1/,
  ),
  row(
    'draining',
    'busy',
    'it finishes its work and restarts by itself',
    observed({
      gateway: gatewayUp({
        state: stateSays('draining', {
          restartRequested: true,
          activeAgents: 1,
          activeWork: ['cron daily-report (212 s)'],
        }),
      }),
    }),
    undefined,
    /daily-report.*starts again/,
  ),
  row(
    'draining',
    'busy',
    'it finishes its work and then stops',
    observed({
      gateway: gatewayUp({ state: stateSays('draining', { restartRequested: false }) }),
    }),
    undefined,
    /then it stops/,
  ),
  row('stopping', 'busy', 'it was SIGTERMed', observed({ job: jobUp({ state: 'SIGTERMed' }) })),
  row('stopping', 'busy', 'it was SIGKILLed', observed({ job: jobUp({ state: 'SIGKILLed' }) })),
  row(
    'stopping',
    'busy',
    'its job is gone, it was told to end and is still there',
    unloaded({
      gateway: gatewayUp({
        process: processAlive('no'),
        plannedStop: { targetPid: gatewayPid, writtenAt: now - second },
      }),
    }),
  ),
  row('stopped', 'stopped', 'a person stopped it and the label is gone', unloaded(), stoppedOnPurpose),
  row(
    'stopped',
    'stopped',
    'a person stopped it: what is broken meanwhile is said, not failed',
    withDefinition(unloaded(), definitionInvalid),
    stoppedOnPurpose,
    /Before the next start: The file is empty/,
  ),
  row(
    'stopped',
    'stopped',
    'a person stopped it and the job is still registered',
    idle({ lastExit: exit(1) }),
    stoppedOnPurpose,
  ),
  row('stopped', 'stopped', 'it ended with 0 and its state file says stopped', idle({ lastExit: exit(0) })),
  row('unloaded', 'failed', 'the definition is in order and launchd has not loaded it', unloaded()),
  row(
    'unloaded',
    'failed',
    'Hermes gave up its own reload and left the job unloaded',
    unloaded({
      gateway: gatewayDown({ reload: { stage: 'failed', line: 'FAILED launchd reload' } }),
    }),
  ),
  row(
    'unloaded',
    'failed',
    'whether it is disabled could not be seen',
    unloaded({ override: 'unknown' }),
    undefined,
    /could not be seen/,
  ),
  row(
    'definition-missing',
    'failed',
    'no plist, no job, and a copy was kept',
    withDefinition(unloaded(), definitionAbsent),
    undefined,
    /copy was kept/,
  ),
  row(
    'definition-missing',
    'failed',
    'no plist, no job, no copy, but an installed Hermes',
    withDefinition(unloaded(), definitionAbsent, [template]),
    undefined,
    /written anew/,
  ),
  row(
    'definition-missing',
    'failed',
    'no plist, and launchd still has an idle job',
    withDefinition(idle({ lastExit: exit(1) }), definitionAbsent, []),
  ),
  row(
    'definition-missing-running',
    'attention',
    'the plist is gone under a gateway that runs',
    withDefinition(observed(), definitionAbsent),
    undefined,
    /next logout/,
  ),
  row(
    'definition-invalid',
    'failed',
    'the file is empty and nothing is loaded',
    withDefinition(unloaded(), definitionInvalid),
  ),
  row(
    'definition-invalid',
    'attention',
    'the file is empty under a gateway that runs',
    withDefinition(observed(), definitionInvalid),
    undefined,
    /runs on/,
  ),
  row(
    'definition-unsafe',
    'failed',
    'others may write to the file and nothing is loaded',
    withDefinition(unloaded(), definitionUnsafe),
  ),
  row(
    'definition-unsafe',
    'attention',
    'others may write to the file of a gateway that runs',
    withDefinition(observed(), definitionUnsafe),
  ),
  row(
    'definition-foreign',
    'attention',
    'it is pinned to another home',
    unloaded({ assessment: foreign }),
    undefined,
    /\.other/,
  ),
  row('definition-foreign', 'attention', 'what runs is pinned to another home', observed({ assessment: foreign })),
  row(
    'definition-stale',
    'attention',
    'launchd runs an older definition than the one on disk',
    observed({
      drift: ['Program: launchd has /a, the file says /b'],
    }),
    undefined,
    /file says \/b/,
  ),
  row('disabled', 'stopped', 'a disabled override is set and nothing runs', unloaded({ override: 'disabled' })),
  row(
    'disabled',
    'stopped',
    'a disabled override is set and the job is idle after failures',
    idle({ lastExit: exit(1), runs: 5 }, { override: 'disabled' }),
  ),
  row(
    'blocked',
    'failed',
    'launchd was seen to refuse it although nothing is wrong',
    unloaded(),
    remembering({
      blockedAt: now - minute,
    }),
    /Login Items/,
  ),
  row(
    'no-session',
    'failed',
    'nobody is logged in at the screen',
    observed({ job: noSession, gateway: gatewayDown() }),
  ),
  row(
    'cannot-execute',
    'failed',
    'the wrapped gateway ended with 78, which can only be launchd’s own (R-78-1)',
    idle(
      { state: 'spawn scheduled', lastExit: exit(78) },
      { gateway: gatewayDown({ state: stateLeft('startup_failed') }) },
    ),
  ),
  row(
    'cannot-execute',
    'failed',
    'an unwrapped one ended with 78 and no gateway ever said why',
    idle(
      { state: 'spawn scheduled', lastExit: exit(78) },
      { assessment: { wrapped: false, logFolders: [], missing: [] } },
    ),
  ),
  row(
    'cannot-execute',
    'failed',
    'launchd waits in its penalty box for the program (R-PENALTY-1)',
    idle({
      state: 'spawn scheduled',
      lastExit: exit(78),
      properties: ['penalty box'],
    }),
  ),
  row(
    'cannot-execute',
    'failed',
    'its program does not exist',
    unloaded({
      assessment: {
        wrapped: true,
        logFolders: [],
        missing: ['its interpreter /gone/python is missing or cannot be executed'],
      },
    }),
    undefined,
    /\/gone\/python/,
  ),
  row(
    'cannot-execute',
    'failed',
    'it ended with 78 many times: that is no crash loop',
    idle({
      state: 'spawn scheduled',
      lastExit: exit(78),
      runs: 12,
    }),
    remembering({ failedRuns: threeFailures }),
  ),
  row(
    'crash-looping',
    'failed',
    'three failed runs were watched within the window',
    idle({
      state: 'spawn scheduled',
      runs: 1,
      lastExit: exit(1),
    }),
    remembering({ failedRuns: threeFailures }),
  ),
  row(
    'crash-looping',
    'failed',
    'one look finds four runs, the last one failed, the next one put off',
    crashed,
    undefined,
    /4 runs.*exit 1/,
  ),
  row(
    'crash-looping',
    'failed',
    'one look finds a process that is younger than the throttle after three failures',
    observed({
      job: jobUp({ runs: 4, lastExit: killed }),
      gateway: gatewayUp({
        process: processAlive('yes', now - 4 * second),
        jobStartedAt: now - 4 * second,
        state: stateSays('starting'),
      }),
    }),
  ),
  row(
    'configuration-error',
    'failed',
    '78 hidden as 0: clean exit after startup_failed',
    idle(
      { lastExit: exit(0) },
      { gateway: gatewayDown({ state: stateLeft('startup_failed', { exitReason: 'telegram token already in use' }) }) },
    ),
    undefined,
    /token already in use/,
  ),
  row(
    'configuration-error',
    'failed',
    'an unwrapped gateway ended with 78 and says startup_failed',
    idle(
      { state: 'spawn scheduled', lastExit: exit(78) },
      {
        assessment: { wrapped: false, logFolders: [], missing: [] },
        gateway: gatewayDown({ state: stateLeft('startup_failed') }),
      },
    ),
  ),
  row(
    'reloading',
    'busy',
    'Hermes’ own deferred reload is at work and the label is gone',
    unloaded({
      gateway: gatewayDown({ reload: { stage: 'at-work', line: 'Launchd reload helper started' } }),
    }),
    undefined,
    /reload helper started/,
  ),
  row(
    'served',
    'ok',
    'the host gateway serves this profile',
    unloaded({
      gateway: gatewayDown({ servedBy: '/Users/ana/.hermes', state: { seen: 'none' } }),
    }),
    undefined,
    /host gateway/,
  ),
  row(
    'profile-parked',
    'stopped',
    'somebody parked this served profile',
    unloaded({
      gateway: gatewayDown({ parked: true, servedBy: '/Users/ana/.hermes', state: { seen: 'none' } }),
    }),
  ),
  row(
    'held-back',
    'attention',
    'launchd puts off a start that nobody demanded (R-PEND-1)',
    idle({
      runs: 0,
      lastExit: { kind: 'never' },
      pendedSpawn: 'speculative',
    }),
    undefined,
    /speculative/,
  ),
  row('held-back', 'attention', 'it was loaded and never started', idle({ runs: 0, lastExit: { kind: 'never' } })),
  row('held-back', 'attention', 'it failed and launchd plans no other start', idle({ lastExit: exit(1) })),
  row(
    'held-back',
    'attention',
    'it ended with 0 to be restarted and nothing restarts it (#28135)',
    idle({ lastExit: exit(0) }, { gateway: gatewayDown({ state: stateLeft('stopped', { restartRequested: true }) }) }),
  ),
  row(
    'held-back',
    'attention',
    'it ended with 75 to be restarted and nothing restarts it (#94540)',
    idle({ lastExit: exit(75) }),
  ),
  row(
    'unresponsive',
    'failed',
    'both witnesses agree that the event loop is dead',
    observed({
      gateway: gatewayUp({ wedged: true, heartbeatAgeMs: 150 * second }),
    }),
    undefined,
    /2 min/,
  ),
  row(
    'detached',
    'attention',
    'a gateway runs and launchd does not know the label',
    unloaded({
      gateway: gatewayUp({ process: processAlive('no') }),
    }),
  ),
  row(
    'detached',
    'attention',
    'a gateway runs beside an idle job',
    idle({}, { gateway: gatewayUp({ process: processAlive('no') }) }),
  ),
  row(
    'detached',
    'attention',
    'a gateway runs beside an idle job and its parents could not be told',
    idle({}, { gateway: gatewayUp({ process: processAlive('unknown') }) }),
  ),
  row(
    'detached',
    'attention',
    'another gateway than launchd’s holds the home',
    observed({
      gateway: gatewayUp({ process: processAlive('no') }),
    }),
    undefined,
    /47584.*47551/,
  ),
  row(
    'detached',
    'attention',
    'a detached gateway runs after a stop: it is still said',
    unloaded({
      gateway: gatewayUp({ process: processAlive('no') }),
    }),
    stoppedOnPurpose,
  ),
  row(
    'not-installed',
    'stopped',
    'no plist, no job, no kept copy, no Hermes',
    withDefinition(unloaded(), definitionAbsent, []),
  ),
  row(
    'unknown',
    'unknown',
    'launchctl timed out',
    observed({ job: jobUnknown, gateway: gatewayDown() }),
    undefined,
    /did not answer/,
  ),
  row(
    'unknown',
    'unknown',
    'launchctl timed out, and a state file says stopped',
    observed({
      job: jobUnknown,
      gateway: gatewayDown({ state: stateLeft('stopped') }),
    }),
    stoppedOnPurpose,
  ),
  row('unknown', 'unknown', 'launchctl timed out while everything else looks healthy', observed({ job: jobUnknown })),
  row(
    'unknown',
    'unknown',
    'the label is gone and processes could not be listed',
    unloaded({
      gateway: gatewayDown({ process: processUnknown }),
    }),
  ),
  row(
    'unknown',
    'unknown',
    'the label is gone and the definition could not be read',
    withDefinition(unloaded(), definitionUnknown),
  ),
]

/** What is offered first; `undefined` = time does it, and nothing that starts or mends is offered. */
const firstAction: Readonly<Record<ConditionId, ActionId | undefined>> = {
  running: 'stop',
  degraded: 'open',
  starting: undefined,
  waiting: undefined,
  draining: undefined,
  stopping: undefined,
  stopped: 'start',
  unloaded: 'start',
  'definition-missing': 'start',
  'definition-missing-running': 'repair',
  'definition-invalid': 'repair',
  'definition-unsafe': 'repair',
  'definition-foreign': 'review',
  'definition-stale': 'repair',
  disabled: 'start',
  blocked: 'open-login-items',
  'no-session': 'retry',
  'cannot-execute': 'repair',
  'crash-looping': 'show-log',
  'configuration-error': 'show-log',
  reloading: undefined,
  served: 'open-host',
  'profile-parked': 'start',
  'held-back': 'start',
  unresponsive: 'restart',
  detached: 'repair',
  'not-installed': 'install',
  unknown: 'retry',
}

describe('judge', () => {
  it.each(cases)('says $id ($light) when $when', ({ id, light, observation, memory, says }) => {
    const condition = judge(observation, memory ?? remembering())
    expect(condition).toMatchObject({ id, light })
    expect(condition.reason).not.toBe('')
    if (says !== undefined) expect(condition.reason).toMatch(says)
  })

  it('has a case for every condition of the contract', () => {
    expect(new Set(cases.map(({ id }) => id))).toEqual(new Set(conditionIds))
  })

  it.each(conditionIds)('offers for %s what a person would want first, in words', (id) => {
    const { headline, actions } = conditionTable[id]
    expect(headline).not.toBe('')
    const wanted = firstAction[id]
    if (wanted === undefined) {
      expect(actions.map((action) => action.id)).not.toEqual(expect.arrayContaining(['start']))
      expect(actions.map((action) => action.id)).not.toEqual(expect.arrayContaining(['repair']))
    } else {
      expect(actions[0]?.id).toBe(wanted)
    }
    for (const { label, command } of actions) {
      expect(label).not.toBe('')
      if (command !== undefined) expect(command).toMatch(/^(caduceus|tail|hermes) /)
    }
  })

  it('tells every condition apart by its headline, never by colour alone', () => {
    const headlines = conditionIds.map((id) => conditionTable[id].headline)
    expect(new Set(headlines).size).toBe(headlines.length)
  })

  it('does not say for ever that a process is starting which never reports itself', () => {
    const old = freshOver(stateLeft('running', { updatedAt: now - 9 * hour }), now - startGraceMs - second)
    expect(judge(old, remembering()).id).not.toBe('starting')
  })

  it('does not call 75 a failure, however often it happens', () => {
    const restarted = idle({ state: 'spawn scheduled', runs: 40, lastExit: exit(75) })
    expect(judge(restarted, remembering({ failedRuns: threeFailures })).id).toBe('waiting')
  })

  it('forgets failed runs that lie outside the window', () => {
    const failedRuns = [now - 50 * minute, now - 40 * minute, now - 30 * minute]
    const once = idle({ state: 'spawn scheduled', runs: 1, lastExit: exit(1) })
    expect(judge(once, remembering({ failedRuns })).id).toBe('waiting')
  })

  it('does not count runs of weeks as a loop when launchd puts nothing off', () => {
    const ended = idle({ state: 'not running', runs: 9, lastExit: exit(1) })
    expect(judge(ended, remembering()).id).toBe('held-back')
  })

  it('needs memory to say blocked', () => {
    expect(judge(unloaded(), remembering()).id).toBe('unloaded')
  })

  it('never shows the value of an environment variable, which a report and a definition may name', () => {
    const secret = '123456:AAF-secret'
    const definition = {
      ...validDefinition,
      ...(validDefinition.seen === 'valid' && {
        definition: { ...validDefinition.definition, environment: { TELEGRAM_BOT_TOKEN: secret } },
      }),
    }
    const told = cases.map(({ observation, memory }) =>
      judge(
        observation.definition.seen === 'valid' ? { ...observation, definition } : observation,
        memory ?? remembering(),
      ),
    )
    expect(JSON.stringify(told)).not.toContain(secret)
  })

  it('gives the same evidence in the same order every time, starting with launchd', () => {
    const { evidence } = judge(observed(), remembering())
    expect(evidence).toEqual([
      'launchd: gui/501/ai.hermes.gateway is loaded, state running, pid 47551, runs 1, last exit: none so far',
      `definition: ${service.plistPath} is valid`,
      'gateway: pid 47584, started 60 min ago',
      'state file: running',
      'heartbeat: 12 s old',
    ])
  })

  it('names in the evidence what a definition could be recreated from', () => {
    const { evidence } = judge(withDefinition(unloaded(), definitionAbsent, [kept]), remembering())
    expect(evidence).toContainEqual(expect.stringContaining('a proven copy was kept on 2026-11-22'))
  })
})

describe('judge, whatever was seen', () => {
  const property = (check: (observation: Observation, memory: Memory) => void) =>
    fc.assert(fc.property(anyObservation, anyMemory, check), { numRuns: 3000 })

  it('has exactly one condition of the contract, with words, and the same again', () => {
    property((observation, memory) => {
      const condition = judge(observation, memory)
      expect(conditionIds).toContain(condition.id)
      expect(condition.headline).not.toBe('')
      expect(condition.reason).not.toBe('')
      expect(condition.evidence.length).toBeGreaterThan(0)
      expect(judge(observation, memory)).toEqual(condition)
    })
  })

  it('is unknown whenever launchd could not be asked, and only says no session when launchd does', () => {
    property((observation, memory) => {
      const { id } = judge(observation, memory)
      if (observation.job.seen === 'unknown') expect(id).toBe('unknown')
      expect(id === 'no-session').toBe(observation.job.seen === 'no-session')
    })
  })

  it('never says that launchd runs it without launchd’s pid', () => {
    property((observation, memory) => {
      const { id } = judge(observation, memory)
      const needsPid: readonly ConditionId[] = ['running', 'degraded', 'definition-stale', 'definition-missing-running']
      if (needsPid.includes(id)) expect(jobPidOf(observation)).toBeDefined()
    })
  })

  it('never calls a stop that was meant a failure', () => {
    property((observation, memory) => {
      const { job, gateway } = observation
      const canTell = job.seen === 'job' || job.seen === 'absent'
      const nothingLives = jobPidOf(observation) === undefined && gateway.process.seen === 'none'
      if (!canTell || !nothingLives) return
      expect(judge(observation, { ...memory, intent: 'stopped' }).light).not.toBe('failed')
    })
  })

  it('never calls it stopped or down while a process of it lives', () => {
    property((observation, memory) => {
      const down: readonly ConditionId[] = [
        'stopped',
        'unloaded',
        'definition-missing',
        'not-installed',
        'blocked',
        'profile-parked',
      ]
      const { id } = judge(observation, memory)
      if (down.includes(id)) expect(jobPidOf(observation)).toBeUndefined()
      if (down.includes(id)) expect(observation.gateway.process.seen).not.toBe('alive')
    })
  })

  it('never says running over a state file that calls itself starting, draining, stopped or failed', () => {
    property((observation, memory) => {
      const { state } = observation.gateway
      if (judge(observation, memory).id !== 'running' || state.seen !== 'state' || !state.state.current) return
      expect(['starting', 'draining', 'stopped', 'startup_failed']).not.toContain(state.state.gatewayState)
    })
  })
})

// Kept apart so that the builders themselves are seen to hold together.
describe('the builders of observations', () => {
  it('agree with each other about pids', () => {
    expect(jobPidOf(observed())).toBe(jobPid)
    expect(jobPidOf(idle({}))).toBeUndefined()
    expect(unloaded().job).toBe(jobAbsent)
    expect(jobIdle()).not.toHaveProperty('report.pid')
  })
})
