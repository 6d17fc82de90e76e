import { expect, test } from 'vitest'
import { isAlive } from './pid-probe.ts'

function failsWith(code: string) {
  return () => {
    throw Object.assign(new Error(code), { code })
  }
}

test('a process of ours is alive', () => {
  expect(isAlive(process.pid)).toBe(true)
})

test.each([
  ['EPERM', true],
  ['ESRCH', false],
  ['EINVAL', false],
])('signal 0 answered with %s', (code, alive) => {
  expect(isAlive(4711, failsWith(code))).toBe(alive)
})

test.each([0, -1, 1.5, Number.NaN])('%s is no process, and nothing is signalled', (pid) => {
  expect(
    isAlive(pid, () => {
      throw new Error('must not be asked')
    }),
  ).toBe(false)
})
