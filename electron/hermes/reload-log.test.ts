import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeHome } from './fixtures/gateway-home.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import { judgeReload, readReload } from './reload-log.ts'

const label = 'ai.hermes.gateway'
const started = '[2026-09-24 10:15:02 +0200] Launchd reload helper started for gui/501/ai.hermes.gateway'
const retrying = '[2026-09-24 10:15:40 +0200] bootstrap not yet registered for gui/501/ai.hermes.gateway — retrying'
const failed = '[2026-09-24 10:16:12 +0200] FAILED launchd reload for gui/501/ai.hermes.gateway'
const startedAt = Date.UTC(2026, 8, 24, 8, 15, 2)

test.each([
  ['no line', '', 5_000, 'none'],
  ['a fresh start', started, 5_000, 'at-work'],
  ['retries', `${started}\n${retrying}\n`, 60_000, 'at-work'],
  ['a start that nothing followed', started, 91_000, 'none'],
  ['a start of the future', started, -3_600_000, 'none'],
  ['a failure', `${started}\n${failed}\n\n`, 90_000, 'failed'],
  ['a failure of last week', `${started}\n${failed}`, 7 * 86_400_000, 'failed'],
  ['a new start after a failure', `${failed.replace('10:16', '09:16')}\n${started}`, 5_000, 'at-work'],
  ['a last line that says done', `${started}\n[2026-09-24 10:15:20 +0200] reload completed`, 20_000, 'none'],
  ["another profile's", started.replace(label, `${label}-work`), 5_000, 'none'],
  ["another profile's after ours", `${started}\n${failed.replace(label, `${label}-work`)}`, 5_000, 'at-work'],
  ['the helper by its own label', started.replace(label, `${label}.reload.12.34`), 5_000, 'at-work'],
] as const)('reload log with %s', (_, end, age, stage) => {
  const look = judgeReload(end, label, { now: startedAt + age, writtenAt: 0 })
  expect(look.stage).toBe(stage)
})

test('a line without a readable time counts from when the log was written', () => {
  const end = 'Launchd reload helper started for gui/501/ai.hermes.gateway'
  expect(judgeReload(end, label, { now: 1_000_000, writtenAt: 990_000 }).stage).toBe('at-work')
  expect(judgeReload(end, label, { now: 1_000_000, writtenAt: 10_000 }).stage).toBe('none')
})

test('the reload log is read from the home, and its absence means nothing', async () => {
  const home = await temporaryFolder()
  expect(await readReload(home, label, startedAt)).toEqual({ stage: 'none' })
  await writeHome(home, { 'logs/launchd-reload.log': `${started}\n${failed}\n` })
  expect(await readReload(home, label, startedAt)).toEqual({ stage: 'failed', line: failed })
})

test('times of files do not matter where the lines have their own', async () => {
  const home = await temporaryFolder()
  await writeHome(home, { 'logs/launchd-reload.log': started })
  await utimes(join(home, 'logs/launchd-reload.log'), 1, 1)
  expect((await readReload(home, label, startedAt + 1_000)).stage).toBe('at-work')
})
