import { execFile } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { until, useBuiltEmulator, useEmulator } from './test-emulator.ts'

const programs = useBuiltEmulator()
const emulator = useEmulator(programs)
afterEach(async () => {
  await emulator.client.setSwitches({ HANG: '', EIO: '', GARBLE: '' })
})

const label = 'com.example.fault'

/** The executable: [exit code, stderr]. */
async function launchctl(...args: readonly string[]): Promise<readonly [number, string]> {
  const env = { PATH: process.env['PATH'], LAUNCHD_EMULATOR_ROOT: emulator.root, HOME: emulator.home }
  return await new Promise((resolve) => {
    execFile(programs.launchctl, args, { env }, (error, _stdout, stderr) =>
      resolve([error === null ? 0 : Number(error.code), stderr]),
    )
  })
}

async function hangs(...args: readonly string[]): Promise<boolean> {
  return (await emulator.client.run(args, { timeoutMs: 300 })).ended === 'timed-out'
}

test('K-BASE-1 HANG: the verb is not performed and never answers; the switch can be taken back meanwhile', async () => {
  const plist = emulator.plist(label, { ProgramArguments: ['/bin/sleep', '1000'], RunAtLoad: true })
  expect(await launchctl('emulator', 'switch', 'HANG=bootstrap,print')).toEqual([0, ''])
  const hanging = emulator.client.run(['bootstrap', emulator.target(), plist], { timeoutMs: 1500 })
  expect(await hangs('print', emulator.target(label))).toBe(true)
  expect(await launchctl('list')).toEqual([0, ''])
  expect(await launchctl('emulator', 'status')).toEqual([0, ''])
  expect(await launchctl('emulator', 'switch', 'HANG=')).toEqual([0, ''])
  expect((await emulator.run(['print', emulator.target(label)]))[0]).toBe(113)
  expect(await hanging).toMatchObject({ ended: 'timed-out' })
  expect((await emulator.run(['print', emulator.target(label)]))[0]).toBe(113)
})

test('K-BASE-1 HANG=all: help and the emulator’s own commands answer, and stop ends who still hangs', async () => {
  await launchctl('emulator', 'switch', 'HANG=all')
  const hanging = emulator.client.run(['version'], { timeoutMs: 10_000 })
  expect(await hangs('list')).toBe(true)
  expect(await launchctl('help')).toEqual([0, ''])
  expect(await launchctl('emulator', 'stop')).toEqual([0, ''])
  expect(await hanging).toMatchObject({ ended: 'failed', cause: 'launchd went away' })
})

test.each([
  [['bootstrap', 'gui/1', '/a.plist'], 'Bootstrap failed'],
  [['bootout', `gui/1/${label}`], 'Boot-out failed'],
  [['kickstart', '-k', `gui/1/${label}`], `Could not kickstart service "${label}"`],
  [['print', `gui/1/${label}`], 'Could not print service'],
  [['load', '/a.plist'], 'Load failed'],
])('K-BASE-1 EIO: %j always fails with 5', async (args, words) => {
  await launchctl('emulator', 'switch', 'EIO=all')
  expect(await launchctl(...args)).toEqual([5, `${words}: 5: Input/output error\n`])
})

test('K-BASE-1 EIO: the verb is not performed', async () => {
  await emulator.client.setSwitches({ EIO: 'disable' })
  expect((await emulator.run(['disable', emulator.target(label)]))[0]).toBe(5)
  expect((await emulator.run(['print-disabled', emulator.target()]))[1]).not.toContain(label)
})

test('K-BASE-1 GARBLE: the verb is performed and its lines come backwards', async () => {
  await emulator.client.setSwitches({ GARBLE: 'manageruid,enable' })
  expect(await emulator.run(['manageruid'])).toEqual([0, `${[...String(emulator.uid)].reverse().join('')}\n`, ''])
  expect(await emulator.run(['managername'])).toEqual([0, 'Aqua\n', ''])
  await emulator.client.setSwitches({ GARBLE: 'all' })
  expect(await emulator.run(['managername'])).toEqual([0, 'auqA\n', ''])
  expect(await emulator.run(['enable', emulator.target(label)])).toEqual([0, '', ''])
  await emulator.client.setSwitches({ GARBLE: '' })
  await until(async () =>
    (await emulator.run(['print-disabled', emulator.target()]))[1].includes(`"${label}" => enabled`),
  )
})

test('K-BASE-1 a fault of no verb is refused', async () => {
  expect(await launchctl('emulator', 'switch', 'HANG=bootot')).toEqual([
    153,
    'launchctl: HANG takes verbs, or all; not bootot\n',
  ])
})
