import { beforeEach, expect, test } from 'vitest'
import { freshRecord, type JobRecord } from './job-record.ts'
import { testDefinition } from './test-definition.ts'
import { failure, Machine, terminated } from './test-machine.ts'

let machine: Machine
beforeEach(() => {
  machine = new Machine()
})

test('F-STATE-2 a job is scheduled, then xpcproxy with a pid for milliseconds, then running', () => {
  const job = machine.load({ runAtLoad: true })
  expect([job.state, job.pid, job.record.runs]).toEqual(['spawn scheduled', undefined, 0])
  machine.pass(0)
  expect([job.state, job.pid, job.record.runs]).toEqual(['xpcproxy', 100, 1])
  machine.pass(10)
  expect(job.state).toBe('running')
})

test('R-SPAWN-3 the first start of KeepAlive is speculative, the respawn inefficient, kickstart a demand', async () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(0)
  expect(job.record.immediateReason).toBe('speculative')
  machine.exit(job.pid, failure)
  machine.pass(10_000)
  expect(job.record.immediateReason).toBe('inefficient')
  void job.restart()
  machine.exit(job.pid, terminated)
  machine.pass(10_000)
  expect(job.record.immediateReason).toBe('non-ipc demand')
})

test('V-STOP-1 stop sends SIGTERM; K-EXITTIMEOUT the default timeout is 5 s, then SIGKILL, then languishing', () => {
  const job = machine.load({ runAtLoad: true })
  machine.pass(100)
  job.stop()
  expect([job.state, machine.sent]).toEqual(['SIGTERMed', [[100, 'SIGTERM']]])
  machine.pass(4999)
  expect(job.state).toBe('SIGTERMed')
  machine.pass(1)
  expect([job.state, machine.sent.at(-1)]).toEqual(['SIGKILLed', [100, 'SIGKILL']])
  machine.pass(5000)
  expect([job.state, job.pid]).toEqual(['languishing', 100])
})

test('R-EXITTIMEOUT-1 an ExitTimeOut of 0 waits for ever', () => {
  const job = machine.load({ runAtLoad: true, exitTimeoutSeconds: 0 })
  machine.pass(100)
  job.stop()
  machine.pass(1_000_000)
  expect(job.state).toBe('SIGTERMed')
})

test('K-TIMESCALE shortens the exit timeout and the throttle', () => {
  machine.switches = { 'K-TIMESCALE': '0.01' }
  const job = machine.load({ keepAlive: true })
  machine.pass(10)
  job.stop()
  machine.pass(50)
  expect(job.state).toBe('SIGKILLed')
  machine.exit(job.pid, { kind: 'signal', signal: 9 })
  machine.pass(100)
  expect(job.pid).toBe(101)
})

test('V-STOP-1 stop cancels a scheduled respawn', () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(0)
  machine.exit(job.pid, failure)
  job.stop()
  machine.pass(60_000)
  expect([job.state, job.record.runs]).toEqual(['not running', 1])
})

test('R-KEEPALIVE-6 KeepAlive does not remember that somebody stopped it', () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(0)
  job.stop()
  machine.exit(job.pid, terminated)
  machine.pass(10_000)
  expect(job.record.runs).toBe(2)
})

test('R-EXIT-1 what is left of the process group gets SIGTERM, unless AbandonProcessGroup', () => {
  const job = machine.load({ runAtLoad: true })
  machine.pass(0)
  machine.exit(job.pid, failure)
  expect(machine.sent).toEqual([[-100, 'SIGTERM']])
  const other = machine.load({ runAtLoad: true, abandonProcessGroup: true })
  machine.pass(0)
  machine.exit(other.pid, failure)
  expect(machine.sent).toHaveLength(1)
})

test('R-EXIT-3 successive crashes count crash signals and start again after any other end', () => {
  const job = machine.load({ keepAlive: true, throttleIntervalSeconds: 0 })
  for (const [signal, crashes] of [
    [11, 1],
    [6, 2],
    [9, 0],
    [11, 1],
  ] as const) {
    machine.pass(0)
    machine.exit(job.pid, { kind: 'signal', signal })
    expect(job.record.successiveCrashes).toBe(crashes)
  }
})

test('R-DRAIN-1 a label that was booted out stays until its process is gone', async () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(100)
  job.remove()
  expect([job.state, job.pid, machine.gone]).toEqual(['SIGTERMed', 100, []])
  expect(await job.restart()).toEqual({ error: 37 })
  machine.exit(job.pid, terminated)
  expect(machine.gone).toEqual(['com.example.agent'])
  machine.pass(60_000)
  expect(job.record.runs).toBe(1)
})

test('K-SLOWBOOTOUT the label stays for so long after the process is gone', async () => {
  machine.switches = { 'K-SLOWBOOTOUT': '300' }
  const job = machine.load({ runAtLoad: true })
  machine.pass(100)
  job.remove()
  machine.exit(job.pid, terminated)
  expect(await job.demand()).toEqual({ error: 37 })
  machine.pass(299)
  expect(machine.gone).toEqual([])
  machine.pass(1)
  expect(machine.gone).toEqual(['com.example.agent'])
})

test('V-KICKSTART-7 kickstart -k of a job that is terminating: 37', async () => {
  const job = machine.load({ runAtLoad: true })
  machine.pass(100)
  job.stop()
  expect(await job.restart()).toEqual({ error: 37 })
})

test('V-KICKSTART-6 a kickstart that waits when the job is booted out ends with 113', async () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(0)
  machine.exit(job.pid, failure)
  const answer = job.demand()
  job.remove()
  expect(await answer).toEqual({ error: 113 })
})

test('R-PENALTY-1 a missing program waits in the penalty box, kickstart is 139, its appearance starts the job', async () => {
  machine.nextAttempt = { problem: 'no such program: /opt/x', missingProgram: '/opt/x' }
  const job = machine.load({ keepAlive: true })
  machine.pass(0)
  expect(job.state).toBe('xpcproxy')
  machine.exit(job.pid, { kind: 'code', code: 78 })
  machine.pass(120_000)
  expect([job.state, job.record.runs, job.record.missingProgram]).toEqual(['spawn scheduled', 1, '/opt/x'])
  expect(await job.demand()).toEqual({ error: 139 })
  machine.nextAttempt = {}
  machine.executables.add('/opt/x')
  machine.pass(1000)
  expect([job.state, job.record.runs, job.record.missingProgram]).toEqual(['running', 2, undefined])
  expect(job.record.immediateReason).toBe('launch event')
})

test('R-78-1 a job that could not be executed for another reason is tried again after the throttle', () => {
  machine.nextAttempt = { problem: 'could not change to directory /gone' }
  const job = machine.load({ keepAlive: { successfulExit: false } })
  machine.pass(0)
  machine.exit(job.pid, { kind: 'code', code: 78 })
  expect(job.state).toBe('spawn scheduled')
  machine.pass(10_000)
  expect(job.record.runs).toBe(2)
})

test('R-PEND-1 non-demand spawns are held back; R-PEND-2 kickstart starts the job and the line vanishes', async () => {
  machine.switches = { 'K-PENDED': 'speculative' }
  const job = machine.load({ keepAlive: true })
  machine.pass(60_000)
  expect([job.state, job.record.runs, job.record.pended]).toEqual(['not running', 0, 'speculative'])
  const answer = job.demand()
  machine.pass(0)
  expect(await answer).toEqual({ pid: 100, wasRunning: false })
  expect(job.record.pended).toBeUndefined()
})

test('R-PEND-1 a spawn that is released happens', () => {
  machine.switches = { 'K-PENDED': 'speculative' }
  const job = machine.load({ runAtLoad: true })
  machine.switches = {}
  job.releasePended()
  machine.pass(0)
  expect(job.pid).toBe(100)
})

test('K-BASE-1 a spawn is written down before and after the process is created', () => {
  const job = machine.load({ runAtLoad: true })
  machine.pass(0)
  const spawning = machine.saved.findIndex((record) => record.spawning === true)
  expect(machine.saved[spawning]).toMatchObject({ runs: 1, lastSpawnAt: machine.now })
  expect(machine.saved[spawning + 1]?.process).toEqual({ pid: job.pid, start: `start of ${job.pid}` })
})

const left: JobRecord = {
  ...freshRecord('gui', '/a.plist', testDefinition({ keepAlive: true })),
  runs: 3,
  lastSpawnAt: 995_000,
  process: { pid: 77, start: 'then' },
}

test('K-BASE-1 a process that outlived the daemon is adopted, never doubled; how it ends is unknown', () => {
  machine.alive.set(77, 'then')
  const job = machine.recover(left)
  machine.pass(60_000)
  expect([job.state, job.pid, job.record.runs]).toEqual(['running', 77, 3])
  machine.alive.delete(77)
  machine.pass(1000)
  expect([job.record.lastExit, job.record.runs]).toEqual([{ kind: 'abandoned' }, 4])
})

test('K-BASE-1 another process under the same pid is neither adopted nor signalled', () => {
  machine.alive.set(77, 'another time')
  const job = machine.recover(left)
  expect([job.pid, job.record.lastExit, machine.sent]).toEqual([undefined, { kind: 'abandoned' }, []])
  machine.pass(5000)
  expect(job.record.runs).toBe(4)
})

test('R-DRAIN-1 a bootout that the daemon did not live to see goes on', () => {
  machine.alive.set(77, 'then')
  const job = machine.recover({ ...left, removing: true, stopping: 'SIGTERMed' })
  expect([job.state, machine.sent]).toEqual(['SIGTERMed', [[77, 'SIGTERM']]])
  machine.alive.delete(77)
  machine.pass(1000)
  expect(machine.gone).toEqual(['com.example.agent'])
})

test('R-THROTTLE-2 a respawn that was scheduled keeps to the last spawn', () => {
  const { process: _process, ...down } = left
  const job = machine.recover({ ...down, lastExit: failure, scheduled: 'inefficient' })
  machine.pass(4999)
  expect(job.pid).toBeUndefined()
  machine.pass(1)
  expect(job.pid).toBe(100)
})
