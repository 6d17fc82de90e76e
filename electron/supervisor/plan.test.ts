import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConditionId } from '../contract/condition.ts'
import type { GoalKind } from '../contract/operation.ts'
import { judge } from './condition.ts'
import { anyMemory, anyObservation, anyProgress } from './fixtures/any-observation.ts'
import {
  definitionAbsent,
  definitionInvalid,
  definitionUnknown,
  definitionUnsafe,
  exit,
  gatewayDown,
  gatewayPid,
  gatewayUp,
  idle,
  jobAbsent,
  jobIdle,
  jobPid,
  jobUnknown,
  jobUp,
  kept,
  minute,
  noSession,
  now,
  observed,
  processAlive,
  processNone,
  processUnknown,
  progressed,
  remembering,
  second,
  stateLeft,
  stateSays,
  template,
  unloaded,
  withDefinition,
} from './fixtures/observations.ts'
import { jobPid as jobPidOf, type Memory, type Observation } from './observation.ts'
import { type Goal, type Plan, plan } from './plan.ts'
import { describeStep, type Progress } from './step.ts'

const kinds = ['start', 'stop', 'restart', 'repair'] as const satisfies readonly GoalKind[]

interface Past {
  readonly progress?: Progress
  readonly memory?: Memory
}

function planned(goal: Goal, observation: Observation, past: Past = {}): Plan {
  const intent =
    goal.by === 'automatic' ? (past.memory?.intent ?? 'running') : goal.kind === 'stop' ? 'stopped' : 'running'
  const condition = judge(observation, { ...remembering(), ...past.memory, intent })
  const pid = jobPidOf(observation)
  const fresh: Progress = {
    beganAt: now,
    done: [],
    ...(goal.kind === 'restart' && pid !== undefined && { replacedPid: pid }),
  }
  return plan({ goal, observation, condition, progress: past.progress ?? fresh })
}

const by = (kind: GoalKind): Goal => ({ kind, by: 'person' })
const automatic: Goal = { kind: 'repair', by: 'automatic' }

/** `bootout bootstrap`, `kickstart -k`, `met`, `refused disabled`: a plan in a few words. */
function summary(plan: Plan): string {
  switch (plan.verdict) {
    case 'steps':
      return plan.steps.map((step) => (step.kind === 'kickstart' && step.kill ? 'kickstart -k' : step.kind)).join(' ')
    case 'met':
      return 'met'
    default:
      return `${plan.verdict} ${plan.condition}`
  }
}

/** What each goal of a person is answered with; then what a repair by itself is. */
type Answers = Readonly<Record<GoalKind | 'automatic', string>>

interface Row {
  readonly when: string
  readonly observation: Observation
  readonly answers: Answers
}

const same = (answer: string): Answers => ({
  start: answer,
  stop: answer,
  restart: answer,
  repair: answer,
  automatic: answer,
})
const drift = ['Program: launchd has /a, the file says /b']
const missing = { wrapped: true, logFolders: [], missing: ['its program /gone is missing'] }
const foreign = { wrapped: true, logFolders: [], missing: [], foreign: 'it belongs to another home' }
const detached = unloaded({ gateway: gatewayUp({ process: processAlive('no') }) })
const busy = gatewayUp({ state: stateSays('running', { activeAgents: 2 }) })

const rows: readonly Row[] = [
  {
    when: 'it runs and all is well',
    observation: observed(),
    answers: {
      start: 'met',
      stop: 'announce-stop bootout wait',
      restart: 'kickstart -k',
      repair: 'met',
      automatic: 'met',
    },
  },
  {
    when: 'it runs as the word of a newer Hermes says',
    observation: observed({ gateway: gatewayUp({ state: stateSays('serving') }) }),
    answers: {
      start: 'met',
      stop: 'announce-stop bootout wait',
      restart: 'kickstart -k',
      repair: 'met',
      automatic: 'met',
    },
  },
  {
    when: 'it runs and its state file cannot be read',
    observation: observed({ gateway: gatewayUp({ state: { seen: 'unknown', cause: 'EACCES' } }) }),
    answers: {
      start: 'met',
      stop: 'announce-stop bootout wait',
      restart: 'kickstart -k',
      repair: 'met',
      automatic: 'met',
    },
  },
  {
    when: 'it is starting',
    observation: observed({ gateway: gatewayUp({ state: stateSays('starting') }) }),
    answers: {
      start: 'wait',
      stop: 'announce-stop bootout wait',
      restart: 'kickstart -k',
      repair: 'wait',
      automatic: 'wait',
    },
  },
  {
    when: 'a fresh process has not reported itself and the state file is a dead one’s',
    observation: observed({
      gateway: gatewayUp({ process: processNone, jobStartedAt: now - second, state: stateLeft('running') }),
    }),
    answers: { start: 'wait', stop: 'bootout wait', restart: 'kickstart -k', repair: 'wait', automatic: 'wait' },
  },
  {
    when: 'a fresh gateway is known and the state file is still that of the one before',
    observation: observed({
      gateway: gatewayUp({
        process: processAlive('yes', now - second),
        jobStartedAt: now - second,
        state: stateLeft('running'),
      }),
    }),
    answers: {
      start: 'wait',
      stop: 'announce-stop bootout wait',
      restart: 'kickstart -k',
      repair: 'wait',
      automatic: 'wait',
    },
  },
  {
    when: 'it is busy',
    observation: observed({ gateway: busy }),
    answers: { start: 'met', stop: 'announce-stop bootout wait', restart: 'drain', repair: 'met', automatic: 'met' },
  },
  {
    when: 'it is busy and launchd runs an older definition',
    observation: observed({ gateway: busy, drift }),
    answers: {
      start: 'met',
      stop: 'announce-stop bootout wait',
      restart: 'drain',
      repair: 'announce-stop bootout bootstrap',
      automatic: 'refused definition-stale',
    },
  },
  {
    when: 'it drains already',
    observation: observed({ gateway: gatewayUp({ state: stateSays('draining', { restartRequested: true }) }) }),
    answers: { start: 'wait', stop: 'announce-stop bootout wait', restart: 'wait', repair: 'wait', automatic: 'wait' },
  },
  {
    when: 'it is wedged',
    observation: observed({ gateway: gatewayUp({ wedged: true }) }),
    answers: {
      start: 'refused unresponsive',
      stop: 'announce-stop bootout wait',
      restart: 'kickstart -k',
      repair: 'kickstart -k wait',
      automatic: 'refused unresponsive',
    },
  },
  {
    when: 'launchd runs an older definition',
    observation: observed({ drift }),
    answers: {
      start: 'met',
      stop: 'announce-stop bootout wait',
      restart: 'announce-stop bootout bootstrap',
      repair: 'announce-stop bootout bootstrap',
      automatic: 'refused definition-stale',
    },
  },
  {
    when: 'launchd runs an older definition and a disabled override is set',
    observation: observed({ drift, override: 'disabled' }),
    answers: {
      start: 'met',
      stop: 'announce-stop bootout wait',
      restart: 'enable bootout bootstrap',
      repair: 'refused disabled',
      automatic: 'refused definition-stale',
    },
  },
  {
    when: 'it crashes again and again and is up for the moment',
    observation: observed({
      job: jobUp({ runs: 5, lastExit: exit(1) }),
      gateway: gatewayUp({ process: processNone, jobStartedAt: now - second, state: { seen: 'none' } }),
    }),
    answers: {
      start: 'wait',
      stop: 'bootout wait',
      restart: 'bootout bootstrap',
      repair: 'wait',
      automatic: 'refused crash-looping',
    },
  },
  {
    when: 'it is not up yet, and crashed each time before',
    observation: observed({
      job: jobUp({ runs: 5, lastExit: exit(1) }),
      gateway: gatewayUp({
        process: processAlive('yes', now - second),
        jobStartedAt: now - second,
        state: { seen: 'none' },
      }),
    }),
    answers: {
      start: 'wait',
      stop: 'announce-stop bootout wait',
      restart: 'announce-stop bootout bootstrap',
      repair: 'wait',
      automatic: 'refused crash-looping',
    },
  },
  {
    when: 'its plist is gone while it runs',
    observation: withDefinition(observed(), definitionAbsent),
    answers: {
      start: 'write-definition',
      stop: 'announce-stop bootout wait',
      restart: 'write-definition kickstart -k',
      repair: 'write-definition',
      automatic: 'write-definition',
    },
  },
  {
    when: 'its plist is gone while it runs and nothing could replace it',
    observation: withDefinition(observed(), definitionAbsent, []),
    answers: {
      start: 'met',
      stop: 'announce-stop bootout wait',
      restart: 'kickstart -k',
      repair: 'refused definition-missing-running',
      automatic: 'refused definition-missing-running',
    },
  },
  {
    when: 'its plist is gone, it crashes again and again, and nothing could replace the plist: the job is not given up',
    observation: withDefinition(
      observed({
        job: jobUp({ runs: 5, lastExit: exit(1) }),
        gateway: gatewayUp({ process: processNone, jobStartedAt: now - second, state: { seen: 'none' } }),
      }),
      definitionAbsent,
      [],
    ),
    answers: {
      start: 'wait',
      stop: 'bootout wait',
      restart: 'kickstart -k',
      repair: 'refused crash-looping',
      automatic: 'refused crash-looping',
    },
  },
  {
    when: 'what it needs is gone while it runs: it is not given up for a definition that cannot run',
    observation: observed({ assessment: missing }),
    answers: {
      start: 'met',
      stop: 'announce-stop bootout wait',
      restart: 'refused cannot-execute',
      repair: 'refused cannot-execute',
      automatic: 'met',
    },
  },
  {
    when: 'it is being ended',
    observation: observed({ job: jobUp({ state: 'SIGTERMed' }) }),
    answers: { start: 'wait', stop: 'announce-stop wait', restart: 'wait', repair: 'wait', automatic: 'wait' },
  },
  {
    when: 'the label is gone and the definition is in order',
    observation: unloaded(),
    answers: {
      start: 'bootstrap wait',
      stop: 'met',
      restart: 'bootstrap wait',
      repair: 'bootstrap wait',
      automatic: 'bootstrap wait',
    },
  },
  {
    when: 'the plist is gone, too',
    observation: withDefinition(unloaded(), definitionAbsent),
    answers: {
      start: 'write-definition bootstrap wait',
      stop: 'met',
      restart: 'write-definition bootstrap wait',
      repair: 'write-definition bootstrap wait',
      automatic: 'write-definition bootstrap wait',
    },
  },
  {
    when: 'the plist is gone and disabled',
    observation: withDefinition(unloaded({ override: 'disabled' }), definitionAbsent),
    answers: {
      start: 'write-definition enable bootstrap wait',
      stop: 'met',
      restart: 'write-definition enable bootstrap wait',
      repair: 'refused disabled',
      automatic: 'refused disabled',
    },
  },
  {
    when: 'nothing is installed',
    observation: withDefinition(unloaded(), definitionAbsent, []),
    answers: {
      start: 'refused not-installed',
      stop: 'met',
      restart: 'refused not-installed',
      repair: 'refused not-installed',
      automatic: 'refused not-installed',
    },
  },
  {
    when: 'the plist is empty',
    observation: withDefinition(unloaded(), definitionInvalid),
    answers: {
      start: 'write-definition bootstrap wait',
      stop: 'met',
      restart: 'write-definition bootstrap wait',
      repair: 'write-definition bootstrap wait',
      automatic: 'refused definition-invalid',
    },
  },
  {
    when: 'others may write to the plist',
    observation: withDefinition(unloaded(), definitionUnsafe),
    answers: {
      start: 'write-definition bootstrap wait',
      stop: 'met',
      restart: 'write-definition bootstrap wait',
      repair: 'write-definition bootstrap wait',
      automatic: 'write-definition bootstrap wait',
    },
  },
  {
    when: 'a folder stands in the place of the plist',
    observation: withDefinition(unloaded(), { seen: 'unsafe', problem: 'A folder stands there.', replaceable: false }),
    answers: {
      start: 'refused definition-unsafe',
      stop: 'met',
      restart: 'refused definition-unsafe',
      repair: 'refused definition-unsafe',
      automatic: 'refused definition-unsafe',
    },
  },
  {
    when: 'the plist could not be read',
    observation: withDefinition(unloaded(), definitionUnknown),
    answers: {
      start: 'refused unknown',
      stop: 'met',
      restart: 'refused unknown',
      repair: 'refused unknown',
      automatic: 'refused unknown',
    },
  },
  {
    when: 'the plist is of another home',
    observation: unloaded({ assessment: foreign }),
    answers: {
      start: 'refused definition-foreign',
      stop: 'met',
      restart: 'refused definition-foreign',
      repair: 'refused definition-foreign',
      automatic: 'refused definition-foreign',
    },
  },
  {
    when: 'what runs is of another home',
    observation: observed({ assessment: foreign }),
    answers: same('refused definition-foreign'),
  },
  {
    when: 'what the plist needs is gone',
    observation: unloaded({ assessment: missing, sources: [template] }),
    answers: {
      start: 'refused cannot-execute',
      stop: 'met',
      restart: 'refused cannot-execute',
      repair: 'write-definition bootstrap wait',
      automatic: 'refused cannot-execute',
    },
  },
  {
    when: 'what the plist of an idle job needs is gone: it is not unloaded for that',
    observation: idle({ lastExit: exit(1) }, { assessment: missing }),
    answers: {
      start: 'refused cannot-execute',
      stop: 'bootout wait',
      restart: 'refused cannot-execute',
      repair: 'refused cannot-execute',
      automatic: 'refused cannot-execute',
    },
  },
  {
    when: 'what the plist needs is gone and it is disabled: the override stays',
    observation: unloaded({ assessment: missing, override: 'disabled' }),
    answers: {
      start: 'refused cannot-execute',
      stop: 'met',
      restart: 'refused cannot-execute',
      repair: 'refused disabled',
      automatic: 'refused disabled',
    },
  },
  {
    when: 'it is disabled',
    observation: unloaded({ override: 'disabled' }),
    answers: {
      start: 'enable bootstrap wait',
      stop: 'met',
      restart: 'enable bootstrap wait',
      repair: 'refused disabled',
      automatic: 'refused disabled',
    },
  },
  {
    when: 'it is loaded, idle and disabled',
    observation: idle({}, { override: 'disabled' }),
    answers: {
      start: 'enable kickstart wait',
      stop: 'bootout wait',
      restart: 'bootout',
      repair: 'refused disabled',
      automatic: 'refused disabled',
    },
  },
  {
    when: 'it ended as it was meant to',
    observation: idle({ lastExit: exit(0) }),
    answers: {
      start: 'kickstart wait',
      stop: 'bootout wait',
      restart: 'bootout',
      repair: 'kickstart wait',
      automatic: 'refused stopped',
    },
  },
  {
    when: 'its start is held back',
    observation: idle({ runs: 0, lastExit: { kind: 'never' }, pendedSpawn: 'speculative' }),
    answers: {
      start: 'kickstart wait',
      stop: 'bootout wait',
      restart: 'bootout',
      repair: 'kickstart wait',
      automatic: 'kickstart wait',
    },
  },
  {
    when: 'launchd starts it again after the throttle',
    observation: idle({ state: 'spawn scheduled', runs: 1, lastExit: exit(1) }),
    answers: { start: 'wait', stop: 'bootout wait', restart: 'bootout', repair: 'wait', automatic: 'wait' },
  },
  {
    when: 'it is idle and launchd has an older definition',
    observation: idle({ state: 'spawn scheduled', runs: 1, lastExit: exit(1) }, { drift }),
    answers: {
      start: 'bootout bootstrap wait',
      stop: 'bootout wait',
      restart: 'bootout',
      repair: 'bootout bootstrap wait',
      automatic: 'bootout bootstrap wait',
    },
  },
  {
    when: 'it crashes again and again',
    observation: idle({ state: 'spawn scheduled', runs: 5, lastExit: exit(1) }),
    answers: {
      start: 'refused crash-looping',
      stop: 'bootout wait',
      restart: 'bootout',
      repair: 'refused crash-looping',
      automatic: 'refused crash-looping',
    },
  },
  {
    when: 'launchd could not execute it',
    observation: idle({ state: 'spawn scheduled', lastExit: exit(78) }),
    answers: {
      start: 'bootout bootstrap wait',
      stop: 'bootout wait',
      restart: 'bootout',
      repair: 'bootout bootstrap wait',
      automatic: 'refused cannot-execute',
    },
  },
  {
    when: 'it ended because of its configuration',
    observation: idle({ lastExit: exit(0) }, { gateway: gatewayDown({ state: stateLeft('startup_failed') }) }),
    answers: {
      start: 'kickstart wait',
      stop: 'bootout wait',
      restart: 'bootout',
      repair: 'kickstart wait',
      automatic: 'refused configuration-error',
    },
  },
  {
    when: 'a gateway runs and the label is gone',
    observation: detached,
    answers: {
      start: 'refused detached',
      stop: 'announce-stop end',
      restart: 'refused detached',
      repair: 'announce-stop end bootstrap',
      automatic: 'refused detached',
    },
  },
  {
    when: 'a gateway runs beside an idle job',
    observation: { ...detached, job: jobIdle() },
    answers: {
      start: 'refused detached',
      stop: 'announce-stop bootout wait',
      restart: 'refused detached',
      repair: 'announce-stop end kickstart',
      automatic: 'refused detached',
    },
  },
  {
    when: 'another gateway than launchd’s holds the home',
    observation: { ...detached, job: jobUp() },
    answers: {
      start: 'refused detached',
      stop: 'announce-stop bootout wait',
      restart: 'refused detached',
      repair: 'announce-stop end kickstart',
      automatic: 'refused detached',
    },
  },
  {
    when: 'a gateway runs, the label and the plist are gone',
    observation: withDefinition(detached, definitionAbsent),
    answers: {
      start: 'refused detached',
      stop: 'announce-stop end',
      restart: 'refused detached',
      repair: 'write-definition announce-stop end bootstrap',
      automatic: 'refused detached',
    },
  },
  {
    when: 'a gateway runs and what launchd would run is gone: it is not ended for nothing',
    observation: { ...detached, assessment: missing },
    answers: {
      start: 'refused detached',
      stop: 'announce-stop end',
      restart: 'refused detached',
      repair: 'refused cannot-execute',
      automatic: 'refused detached',
    },
  },
  {
    when: 'a gateway runs and launchd could not take over: it is not ended for nothing',
    observation: withDefinition(detached, definitionAbsent, []),
    answers: {
      start: 'refused detached',
      stop: 'announce-stop end',
      restart: 'refused detached',
      repair: 'refused detached',
      automatic: 'refused detached',
    },
  },
  {
    when: 'a gateway runs and launchd is forbidden to take over: it is not ended for nothing',
    observation: { ...detached, override: 'disabled' },
    answers: {
      start: 'refused detached',
      stop: 'announce-stop end',
      restart: 'refused detached',
      repair: 'refused disabled',
      automatic: 'refused detached',
    },
  },
  {
    when: 'Hermes reloads it',
    observation: unloaded({ gateway: gatewayDown({ reload: { stage: 'at-work', line: 'helper started' } }) }),
    answers: same('wait'),
  },
  {
    when: 'Hermes reloads it and the idle job is still there',
    observation: idle({}, { gateway: gatewayDown({ reload: { stage: 'at-work', line: 'helper started' } }) }),
    answers: { start: 'wait', stop: 'bootout wait', restart: 'wait', repair: 'wait', automatic: 'wait' },
  },
  {
    when: 'its host serves it',
    observation: unloaded({ gateway: gatewayDown({ servedBy: '/h', state: { seen: 'none' } }) }),
    answers: same('refused served'),
  },
  {
    when: 'it is parked',
    observation: unloaded({ gateway: gatewayDown({ parked: true, servedBy: '/h', state: { seen: 'none' } }) }),
    answers: {
      start: 'refused profile-parked',
      stop: 'met',
      restart: 'refused profile-parked',
      repair: 'refused profile-parked',
      automatic: 'refused profile-parked',
    },
  },
  {
    when: 'a parked marker lies beside a gateway of its own',
    observation: observed({ gateway: gatewayUp({ parked: true }) }),
    answers: {
      start: 'met',
      stop: 'announce-stop bootout wait',
      restart: 'kickstart -k',
      repair: 'met',
      automatic: 'met',
    },
  },
  {
    when: 'nobody is logged in at the screen',
    observation: observed({ job: noSession, gateway: gatewayDown() }),
    answers: same('refused no-session'),
  },
  {
    when: 'launchd does not answer',
    observation: observed({ job: jobUnknown, gateway: gatewayDown() }),
    answers: same('unknown unknown'),
  },
  {
    when: 'the label is gone and whether a gateway runs could not be seen',
    observation: unloaded({ gateway: gatewayDown({ process: processUnknown }) }),
    answers: same('unknown unknown'),
  },
]

describe('plan', () => {
  describe.each(rows)('when $when', ({ observation, answers }) => {
    it.each(kinds)('answers %s by a person', (kind) => {
      expect(summary(planned(by(kind), observation))).toBe(answers[kind])
    })

    it('answers a repair by itself', () => {
      expect(summary(planned(automatic, observation))).toBe(answers.automatic)
    })
  })

  it('start recreates a missing plist, loads it and starts the service', () => {
    const missingPlist = withDefinition(unloaded(), definitionAbsent, [kept, template])
    const first = planned(by('start'), missingPlist)
    expect(first).toMatchObject({
      verdict: 'steps',
      steps: [{ kind: 'write-definition', source: kept, replaces: false }, { kind: 'bootstrap' }, { kind: 'wait' }],
    })
    const written = planned(by('start'), unloaded(), { progress: progressed([{ kind: 'write-definition' }]) })
    expect(summary(written)).toBe('bootstrap wait')
    const loaded = progressed([{ kind: 'write-definition' }, { kind: 'bootstrap', claim: 'done' }])
    expect(summary(planned(by('start'), idle({ runs: 0, lastExit: { kind: 'never' } }), { progress: loaded }))).toBe(
      'wait',
    )
    expect(planned(by('start'), observed(), { progress: loaded })).toEqual({
      verdict: 'met',
      message: `Running with pid ${jobPid}.`,
    })
  })

  it.each<[string, Goal, Observation, Past, string]>([
    [
      'bootstraps again after a pause when launchd said 5',
      by('start'),
      unloaded(),
      { progress: progressed([{ kind: 'bootstrap', claim: 'masked', at: now - 300 }]) },
      'bootstrap wait',
    ],
    [
      'waits before it bootstraps again',
      by('start'),
      unloaded(),
      { progress: progressed([{ kind: 'bootstrap', claim: 'masked', at: now - 100 }]) },
      'wait',
    ],
    [
      'does not believe a bootstrap that says done while the label is absent: once more',
      by('start'),
      unloaded(),
      { progress: progressed([{ kind: 'bootstrap', claim: 'done', at: now - second }]) },
      'bootstrap wait',
    ],
    [
      'calls it blocked when launchd took it twice and kept it neither time (R-BTM-3)',
      by('start'),
      unloaded(),
      {
        progress: progressed([
          { kind: 'bootstrap', claim: 'done', at: now - 3 * second },
          { kind: 'bootstrap', claim: 'done', at: now - second },
        ]),
      },
      'refused blocked',
    ],
    [
      'does not call it blocked for one acceptance in vain after a refusal',
      by('start'),
      unloaded(),
      {
        progress: progressed([
          { kind: 'bootstrap', claim: 'masked', at: now - 3 * second },
          { kind: 'bootstrap', claim: 'done', at: now - second },
        ]),
      },
      'bootstrap wait',
    ],
    [
      'calls it blocked when launchd has refused it for as long as a drain can take',
      by('start'),
      unloaded(),
      { progress: progressed(Array.from({ length: 7 }, () => ({ kind: 'bootstrap', claim: 'masked' }) as const)) },
      'refused blocked',
    ],
    [
      'clears the override that a bootstrap stumbled over (119) for a person',
      by('start'),
      unloaded(),
      { progress: progressed([{ kind: 'bootstrap', claim: 'disabled' }]) },
      'enable bootstrap wait',
    ],
    [
      'does not clear it for a repair',
      by('repair'),
      unloaded(),
      { progress: progressed([{ kind: 'bootstrap', claim: 'disabled' }]) },
      'refused disabled',
    ],
    [
      'gives up when the override stays although it was cleared',
      by('start'),
      unloaded({ override: 'disabled' }),
      { progress: progressed([{ kind: 'enable' }]) },
      'failed disabled',
    ],
    [
      'gives up in a restart as well when the override stays although it was cleared',
      by('restart'),
      observed({ drift, override: 'disabled' }),
      { progress: progressed([{ kind: 'enable' }], { replacedPid: jobPid }) },
      'failed definition-stale',
    ],
    [
      'gives up at once when the disk is full',
      by('start'),
      withDefinition(unloaded(), definitionAbsent),
      { progress: progressed([{ kind: 'write-definition', failure: 'ENOSPC: no space left on device' }]) },
      'failed definition-missing',
    ],
    [
      'gives up when somebody else undoes each definition',
      by('start'),
      withDefinition(unloaded(), definitionInvalid),
      { progress: progressed([{ kind: 'write-definition' }, { kind: 'write-definition' }]) },
      'failed definition-invalid',
    ],
    [
      'waits while launchd still shows the idle job that was unloaded',
      by('repair'),
      idle({ lastExit: exit(0) }),
      { progress: progressed([{ kind: 'bootout', claim: 'done', at: now - second }]) },
      'wait',
    ],
    [
      'does not take the process that was unloaded for a fresh one',
      by('repair'),
      observed(),
      { progress: progressed([{ kind: 'bootout', claim: 'unknown', at: now - second }]) },
      'wait',
    ],
    [
      'takes a process that is younger than the unload for a fresh one: somebody else was faster',
      by('repair'),
      observed({ gateway: gatewayUp({ process: processAlive('yes', now - second) }) }),
      { progress: progressed([{ kind: 'bootout', claim: 'done', at: now - 5 * second }]) },
      'met',
    ],
    [
      'does not blame on its own start what launchd was too busy to do',
      by('start'),
      idle({ lastExit: exit(0) }),
      { progress: progressed([{ kind: 'kickstart', claim: 'in-progress', at: now - second }]) },
      'wait',
    ],
    [
      'fails when what it started ended at once, and cleanly',
      by('start'),
      idle({ lastExit: exit(0) }),
      { progress: progressed([{ kind: 'kickstart', claim: 'done', at: now - second }]) },
      'failed stopped',
    ],
    [
      'waits out the throttle after a kickstart that started nothing',
      by('start'),
      idle({ lastExit: exit(1) }),
      { progress: progressed([{ kind: 'kickstart', claim: 'done', at: now - 20 * second }]) },
      'wait',
    ],
    [
      'kickstarts once more after the throttle',
      by('start'),
      idle({ lastExit: exit(1) }),
      { progress: progressed([{ kind: 'kickstart', claim: 'done', at: now - 31 * second }]) },
      'kickstart wait',
    ],
    [
      'stops asking after three kickstarts',
      by('start'),
      idle({ lastExit: exit(1) }),
      {
        progress: progressed(
          [90, 60, 31].map((age) => ({ kind: 'kickstart', claim: 'done', at: now - age * second }) as const),
        ),
      },
      'failed held-back',
    ],
    [
      'fails when what it loaded could not be executed',
      by('start'),
      idle({ state: 'spawn scheduled', lastExit: exit(78), runs: 1 }),
      { progress: progressed([{ kind: 'bootstrap', claim: 'done' }]) },
      'failed cannot-execute',
    ],
    [
      'fails when what it loaded has failed twice',
      by('start'),
      idle({ state: 'spawn scheduled', lastExit: exit(1), runs: 2 }),
      { progress: progressed([{ kind: 'bootstrap', claim: 'done' }]) },
      'failed crash-looping',
    ],
    [
      'does not call it up while it is wedged, even after a kickstart',
      by('repair'),
      observed({ gateway: gatewayUp({ wedged: true }) }),
      { progress: progressed([{ kind: 'kickstart', claim: 'unknown' }]) },
      'wait',
    ],
    [
      'does not call the old process of a restart a fresh one',
      by('restart'),
      observed(),
      { progress: progressed([{ kind: 'kickstart', claim: 'done' }], { replacedPid: jobPid }) },
      'wait',
    ],
    [
      'ends a restart when another process is up',
      by('restart'),
      observed(),
      { progress: progressed([{ kind: 'kickstart', claim: 'done' }], { replacedPid: 4001 }) },
      'met',
    ],
    [
      'loads the new definition after a drain that revived the old one',
      by('restart'),
      observed({ drift }),
      { progress: progressed([{ kind: 'drain' }], { replacedPid: 4001 }) },
      'announce-stop bootout bootstrap',
    ],
    [
      'waits for a drain however long it takes',
      by('restart'),
      observed({ gateway: busy }),
      { progress: progressed([{ kind: 'drain', at: now - 10 * minute }], { replacedPid: jobPid }) },
      'wait',
    ],
    [
      'announces a stop no more than once, also where the marker could not be written',
      by('repair'),
      detached,
      { progress: progressed([{ kind: 'announce-stop', failure: 'ENOSPC' }]) },
      'end bootstrap',
    ],
    [
      'fails when the detached gateway could not even be asked to end',
      by('repair'),
      detached,
      { progress: progressed([{ kind: 'announce-stop' }, { kind: 'end', failure: 'ps failed' }]) },
      'failed detached',
    ],
    [
      'waits for a gateway that Hermes is stopping',
      by('start'),
      unloaded({
        gateway: gatewayUp({ process: processAlive('no'), plannedStop: { targetPid: gatewayPid, writtenAt: now } }),
      }),
      {},
      'wait',
    ],
    [
      'waits for a while when a process outlives its job',
      by('stop'),
      detached,
      { progress: progressed([{ kind: 'announce-stop' }, { kind: 'bootout', claim: 'done', at: now - second }]) },
      'wait',
    ],
    [
      'then asks that process by itself',
      by('stop'),
      detached,
      { progress: progressed([{ kind: 'announce-stop' }, { kind: 'bootout', claim: 'done', at: now - 11 * second }]) },
      'end',
    ],
    [
      'unloads it again when somebody has loaded it again',
      by('stop'),
      observed(),
      { progress: progressed([{ kind: 'announce-stop' }, { kind: 'bootout', claim: 'done', at: now - 11 * second }]) },
      'bootout wait',
    ],
    [
      'does not fight for ever with somebody who loads it again and again',
      by('stop'),
      observed(),
      {
        progress: progressed(
          [60, 40, 20].map((age) => ({ kind: 'bootout', claim: 'done', at: now - age * second }) as const),
        ),
      },
      'wait',
    ],
    [
      'fails a stop that launchd does not permit',
      by('stop'),
      observed(),
      { progress: progressed([{ kind: 'announce-stop' }, { kind: 'bootout', claim: 'not-permitted' }]) },
      'failed running',
    ],
    [
      'waits in the middle of an operation when launchd does not answer',
      by('start'),
      observed({ job: jobUnknown }),
      { progress: progressed([{ kind: 'bootstrap', claim: 'done' }]) },
      'wait',
    ],
    [
      'does not start by itself what somebody stopped here',
      automatic,
      unloaded(),
      { memory: remembering({ intent: 'stopped' }) },
      'refused stopped',
    ],
    [
      'does not end by itself a gateway whose definition it has just restored',
      automatic,
      observed({ drift }),
      { progress: progressed([{ kind: 'write-definition' }]) },
      'met',
    ],
  ])('%s', (_, goal, observation, past, expected) => {
    expect(summary(planned(goal, observation, past))).toBe(expected)
  })

  it('describes every step in words', () => {
    const steps = rows.flatMap(({ observation }) =>
      kinds.flatMap((kind) => {
        const answer = planned(by(kind), observation)
        return answer.verdict === 'steps' ? answer.steps : []
      }),
    )
    expect(new Set(steps.map(({ kind }) => kind)).size).toBe(9)
    for (const step of steps) expect(describeStep(step, '/p.plist')).toMatch(/^[A-Z]/)
  })
})

describe('plan, whatever was seen', () => {
  const anyGoal = fc.record({
    kind: fc.constantFrom(...kinds),
    by: fc.constantFrom('person' as const, 'automatic' as const),
  })

  const property = (check: (goal: Goal, observation: Observation, answer: Plan, progress: Progress) => void) =>
    fc.assert(
      fc.property(anyGoal, anyObservation, anyMemory, anyProgress, (goal, observation, memory, progress) => {
        const condition = judge(observation, memory)
        check(goal, observation, plan({ goal, observation, condition, progress }), progress)
      }),
      { numRuns: 4000 },
    )

  const stepsOf = (answer: Plan) => (answer.verdict === 'steps' ? answer.steps : [])
  const has = (answer: Plan, kind: string) => stepsOf(answer).some((step) => step.kind === kind)
  const isDetached = ({ gateway, job }: Observation) =>
    gateway.process.seen === 'alive' &&
    (gateway.process.supervised === 'no' ||
      job.seen === 'absent' ||
      (job.seen === 'job' && job.report.pid === undefined))

  it('gives a cause and a next action with everything but steps and success', () => {
    property((_goal, _observation, answer) => {
      if (answer.verdict === 'steps') expect(answer.steps.length).toBeGreaterThan(0)
      else if (answer.verdict === 'met') expect(answer.message).not.toBe('')
      else {
        expect(answer.cause.trim()).not.toBe('')
        expect(answer.next.trim()).not.toBe('')
      }
    })
  })

  it('never bootstraps or kickstarts beside a gateway outside launchd: that one is ended first', () => {
    property((_goal, observation, answer) => {
      if (!isDetached(observation)) return
      const kindsInOrder = stepsOf(answer).map(({ kind }) => kind)
      const starts = kindsInOrder.findIndex((kind) => kind === 'bootstrap' || kind === 'kickstart')
      if (starts < 0) return
      const ends = kindsInOrder.indexOf('end')
      expect(ends).toBeGreaterThanOrEqual(0)
      expect(ends).toBeLessThan(starts)
    })
  })

  it('clears an override only for a start or restart of a person', () => {
    property((goal, _observation, answer) => {
      if (goal.kind === 'repair' || goal.kind === 'stop' || goal.by === 'automatic')
        expect(has(answer, 'enable')).toBe(false)
    })
  })

  it('never ends a process for a start', () => {
    property((goal, observation, answer) => {
      if (goal.kind !== 'start') return
      expect(stepsOf(answer)).not.toContainEqual({ kind: 'kickstart', kill: true })
      expect(has(answer, 'drain')).toBe(false)
      if (jobPidOf(observation) !== undefined) expect(has(answer, 'bootout')).toBe(false)
    })
  })

  it('never ends a process by itself', () => {
    property((goal, observation, answer) => {
      if (goal.kind !== 'repair' || goal.by !== 'automatic') return
      expect(stepsOf(answer)).not.toContainEqual({ kind: 'kickstart', kill: true })
      expect(has(answer, 'drain')).toBe(false)
      if (jobPidOf(observation) !== undefined) expect(has(answer, 'bootout')).toBe(false)
    })
  })

  it('never replaces a valid definition, but for a repair of one that cannot run', () => {
    property((goal, { definition, assessment }, answer) => {
      if (definition.seen !== 'valid' || !has(answer, 'write-definition')) return
      expect(goal).toEqual({ kind: 'repair', by: 'person' })
      expect(assessment?.missing).not.toEqual([])
    })
  })

  it('never writes, loads, clears or starts anything for a stop', () => {
    property((goal, _observation, answer) => {
      if (goal.kind !== 'stop') return
      for (const kind of ['write-definition', 'bootstrap', 'enable', 'kickstart', 'drain']) {
        expect(has(answer, kind)).toBe(false)
      }
    })
  })

  it('never unloads a job whose definition could not be loaded again, but for a stop', () => {
    property((goal, { definition, assessment }, answer) => {
      if (goal.kind === 'stop' || stepsOf(answer)[0]?.kind !== 'bootout') return
      expect(definition.seen).toBe('valid')
      expect(assessment?.missing ?? []).toEqual([])
    })
  })

  it('never touches a definition that is somebody else’s', () => {
    property((goal, { assessment, definition }, answer) => {
      const readable = definition.seen === 'valid' || (definition.seen === 'unsafe' && definition.content !== undefined)
      if (assessment?.foreign === undefined || !readable) return
      for (const kind of ['write-definition', 'bootstrap', 'bootout', 'kickstart']) {
        expect(`${goal.kind}: ${has(answer, kind)}`).toBe(`${goal.kind}: false`)
      }
    })
  })

  it('says that a start, restart or repair is done only of a launchd process that is not wedged', () => {
    property((goal, observation, answer) => {
      if (answer.verdict !== 'met' || goal.kind === 'stop') return
      expect(jobPidOf(observation)).toBeDefined()
      expect(observation.gateway.wedged).toBe(false)
      expect(isDetached(observation)).toBe(false)
    })
  })

  it('says that a stop is done only when launchd has no job and no process lives', () => {
    property((goal, observation, answer) => {
      if (answer.verdict !== 'met' || goal.kind !== 'stop') return
      expect(['absent', 'no-session']).toContain(observation.job.seen)
      expect(observation.gateway.process.seen).toBe('none')
    })
  })

  it('repeats no step that costs launchd something without bound', () => {
    const bounds = {
      'write-definition': 2,
      'make-log-folders': 1,
      enable: 2,
      bootstrap: 7,
      bootout: 3,
      kickstart: 3,
      'announce-stop': 2,
      end: 1,
      drain: 1,
    }
    property((_goal, _observation, answer, progress) => {
      const first = stepsOf(answer)[0]
      if (first === undefined || first.kind === 'wait') return
      expect(progress.done.filter(({ kind }) => kind === first.kind).length).toBeLessThan(bounds[first.kind])
    })
  })

  it('changes nothing while launchd does not answer', () => {
    property((_goal, observation, answer) => {
      if (observation.job.seen !== 'unknown') return
      for (const step of stepsOf(answer)) expect(step.kind).toBe('wait')
      expect(answer.verdict).not.toBe('met')
    })
  })
})

describe('the rows', () => {
  it('are told apart by their words', () => {
    expect(new Set(rows.map(({ when }) => when)).size).toBe(rows.length)
  })

  it('end in reasons that are conditions', () => {
    const refusal = planned(by('start'), unloaded({ job: jobAbsent, assessment: foreign }))
    expect(refusal).toMatchObject({ verdict: 'refused', condition: 'definition-foreign' satisfies ConditionId })
  })
})
