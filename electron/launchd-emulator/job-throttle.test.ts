import { beforeEach, expect, test } from 'vitest'
import { failure, Machine, settled, terminated } from './test-machine.ts'

let machine: Machine
beforeEach(() => {
  machine = new Machine()
})

test('R-THROTTLE-2 a job that ran half a second waits the whole interval, one that ran longer does not wait', () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(500)
  machine.exit(job.pid, failure)
  expect(job.state).toBe('spawn scheduled')
  machine.pass(9999)
  expect(job.pid).toBeUndefined()
  machine.pass(1)
  expect([job.pid, job.record.runs]).toEqual([101, 2])
  machine.pass(60_000)
  machine.exit(job.pid, failure)
  machine.pass(0)
  expect([job.pid, job.record.runs]).toEqual([102, 3])
})

test('R-THROTTLE-6 kickstart of a throttled job waits for the scheduled spawn and does not move it', async () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(500)
  machine.exit(job.pid, failure)
  machine.pass(4700)
  let answer: unknown
  void job.demand().then((given) => {
    answer = given
  })
  machine.pass(5299)
  await settled()
  expect(answer).toBeUndefined()
  machine.pass(1)
  await settled()
  expect(answer).toEqual({ pid: 101, wasRunning: false })
})

test('K-THROTTLEMIN lifts a small interval', () => {
  machine.switches = { 'K-THROTTLEMIN': '3' }
  const job = machine.load({ keepAlive: true, throttleIntervalSeconds: 1 })
  machine.pass(0)
  machine.exit(job.pid, failure)
  machine.pass(2999)
  expect(job.pid).toBeUndefined()
  machine.pass(1)
  expect(job.pid).toBe(101)
})

test('C-PIT-1 kickstart -k right after a spawn waits for a full throttle', async () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(0)
  const answer = job.restart()
  machine.exit(job.pid, terminated)
  machine.pass(9999)
  expect(job.pid).toBeUndefined()
  machine.pass(1)
  expect(await answer).toEqual({ pid: 101, wasRunning: false })
})

test('R-THROTTLE-1 a kickstart that nobody asked KeepAlive for is held back too, but not before the first exit', async () => {
  const job = machine.load({})
  void job.demand()
  machine.pass(0)
  expect(job.pid).toBe(100)
  machine.pass(2500)
  machine.exit(job.pid, failure)
  void job.demand()
  expect(job.state).toBe('spawn scheduled')
  machine.pass(7999)
  expect(job.pid).toBeUndefined()
  machine.pass(1)
  expect(job.pid).toBe(101)
})

test('V-KICKSTART-4, V-KICKSTART-5, R-THROTTLE-2 kickstart -k: the rest of the interval since the last spawn, then a spawn', async () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(3200)
  let answer: unknown
  void job.restart().then((given) => {
    answer = given
  })
  expect([job.state, machine.sent]).toEqual(['SIGTERMed', [[100, 'SIGTERM']]])
  machine.pass(1500)
  machine.exit(job.pid, terminated)
  // 4.7 s after the spawn are 4 whole seconds: 6 are missing.
  expect(job.state).toBe('spawn scheduled')
  machine.pass(5999)
  await settled()
  expect([job.pid, answer]).toEqual([undefined, undefined])
  machine.pass(1)
  await settled()
  expect([job.pid, answer]).toEqual([101, { pid: 101, wasRunning: false }])
  expect([job.record.runs, job.record.immediateReason]).toEqual([2, 'non-ipc demand'])
})

test('V-KICKSTART-5, R-THROTTLE-3 kickstart -k of a job that ran longer than its interval does not wait', async () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(10_000)
  const answer = job.restart()
  machine.exit(job.pid, terminated)
  machine.pass(0)
  expect(await answer).toEqual({ pid: 101, wasRunning: false })
})

test('V-KICKSTART-5, R-EXITTIMEOUT-1 the exit timeout of kickstart -k counts towards the interval', async () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(0)
  const answer = job.restart()
  machine.pass(5000)
  expect(machine.sent.at(-1)).toEqual([100, 'SIGKILL'])
  machine.exit(job.pid, { kind: 'signal', signal: 9 })
  machine.pass(4999)
  expect(job.pid).toBeUndefined()
  machine.pass(1)
  expect(await answer).toEqual({ pid: 101, wasRunning: false })
})

test('R-THROTTLE-6 kickstart -k of a throttled job has nothing to end and waits for the scheduled spawn', async () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(500)
  machine.exit(job.pid, failure)
  machine.pass(4000)
  const answer = job.restart()
  machine.pass(6000)
  expect(await answer).toEqual({ pid: 101, wasRunning: false })
  expect(machine.sent).toEqual([[-100, 'SIGTERM']])
})

test('R-THROTTLE-4 the delay neither grows nor ends', () => {
  const job = machine.load({ keepAlive: true })
  machine.pass(0)
  for (let round = 0; round < 50; round += 1) {
    machine.exit(job.pid, { kind: 'signal', signal: 11 })
    machine.pass(9999)
    expect(job.pid).toBeUndefined()
    machine.pass(1)
    expect(job.record.runs).toBe(round + 2)
  }
})

test('R-THROTTLE-5 an interval of 0: KeepAlive and kickstart -k spawn at once', async () => {
  const job = machine.load({ keepAlive: true, throttleIntervalSeconds: 0 })
  machine.pass(0)
  machine.exit(job.pid, failure)
  machine.pass(0)
  expect(job.pid).toBe(101)
  const answer = job.restart()
  machine.exit(job.pid, terminated)
  machine.pass(0)
  expect(await answer).toEqual({ pid: 102, wasRunning: false })
})
