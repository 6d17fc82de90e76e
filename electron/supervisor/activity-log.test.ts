import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OperationResult, StepReport } from '../contract/operation.ts'
import { createActivityLog } from './activity-log.ts'
import { judge } from './condition.ts'
import { now, observed, remembering, service } from './fixtures/observations.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'activity-log-'))
  file = join(folder, 'state', 'activity.jsonl')
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

const step: StepReport = {
  at: '2026-11-22T12:00:00.000Z',
  label: service.label,
  step: 'bootstrap',
  outcome: 'failed',
  text: 'launchd did not do it',
  evidence: 'launchctl bootstrap gui/501 /p.plist → 5: Bootstrap failed: 5: Input/output error\nand a second line',
}

const result: OperationResult = {
  label: service.label,
  goal: 'start',
  outcome: 'done',
  message: 'Running with pid 4711.',
  condition: judge(observed(), remembering()),
  pid: 4711,
  steps: [step],
  durationMs: 1234,
}

async function lines(path = file): Promise<unknown[]> {
  const text = await readFile(path, 'utf8')
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
}

describe('createActivityLog', () => {
  it('keeps each step and each end, one a line and oldest first', async () => {
    const log = createActivityLog(file, () => now)
    await log.record(step)
    await log.record(result)
    expect(await lines()).toEqual([
      step,
      {
        at: new Date(now).toISOString(),
        label: service.label,
        goal: 'start',
        outcome: 'done',
        message: 'Running with pid 4711.',
        condition: 'running',
        pid: 4711,
        durationMs: 1234,
      },
    ])
  })

  it('keeps its file to its owner', async () => {
    await createActivityLog(file, () => now).record(step)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'state'))).mode & 0o777).toBe(0o700)
  })

  it('goes on where an earlier run of Caduceus ended', async () => {
    await createActivityLog(file, () => now).record(step)
    await createActivityLog(file, () => now).record(step)
    expect(await lines()).toEqual([step, step])
  })

  it('loses no line of two that write at the same time', async () => {
    const logs = [createActivityLog(file, () => now), createActivityLog(file, () => now)]
    await Promise.all(Array.from({ length: 40 }, (_, n) => logs[n % 2]?.record({ ...step, text: `${n}` })))
    expect(await lines()).toHaveLength(40)
  })

  it('sets a full log aside and begins anew', async () => {
    await createActivityLog(file, () => now).record(step)
    await truncate(file, 5 * 1024 * 1024)
    await createActivityLog(file, () => now).record(step)
    expect(await lines()).toEqual([step])
    expect((await stat(`${file}.1`)).size).toBe(5 * 1024 * 1024)
  })

  it('never fails, and goes on once it can be written again', async () => {
    await writeFile(join(folder, 'state'), 'a file where the folder should be')
    const log = createActivityLog(file, () => now)
    await expect(log.record(step)).resolves.toBeUndefined()
    await rm(join(folder, 'state'))
    await log.record(step)
    expect(await lines()).toEqual([step])
    expect(await readdir(folder)).toEqual(['state'])
  })
})
