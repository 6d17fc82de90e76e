import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  gatewayUp,
  hour,
  idle,
  jobUnknown,
  jobUp,
  minute,
  now,
  observed,
  processNone,
  remembering,
  unloaded,
} from './fixtures/observations.ts'
import { adopt, createServiceMemory, startedSince } from './service-memory.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-memory-'))
  file = join(folder, 'services', 'ai.hermes.gateway.json')
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function place(text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

describe('createServiceMemory', () => {
  it('takes a gateway that nobody spoke of as one that is meant to run', async () => {
    expect(await createServiceMemory(file).recall()).toEqual({ intent: 'running', failedRuns: [] })
  })

  it('remembers across runs of Caduceus what a person asked for, and since when', async () => {
    await createServiceMemory(file).want('stopped', now)
    expect(await createServiceMemory(file).recall()).toEqual({ intent: 'stopped', intentSince: now, failedRuns: [] })
    await createServiceMemory(file).want('running', now + 1)
    expect(await createServiceMemory(file).recall()).toMatchObject({ intent: 'running', intentSince: now + 1 })
  })

  it('remembers beside it that macOS blocked the gateway, until it no longer does', async () => {
    const memory = createServiceMemory(file)
    await memory.want('stopped', now)
    await memory.noteBlocked(now + 1)
    await memory.want('running', now + 2)
    expect(await memory.recall()).toEqual({
      intent: 'running',
      intentSince: now + 2,
      blockedAt: now + 1,
      failedRuns: [],
    })
    await memory.noteBlocked(undefined)
    expect(await memory.recall()).toEqual({ intent: 'running', intentSince: now + 2, failedRuns: [] })
  })

  it('writes nothing to note that nothing is blocked', async () => {
    await createServiceMemory(file).noteBlocked(undefined)
    expect(await readdir(folder)).toEqual([])
  })

  it('keeps its file to its owner', async () => {
    await createServiceMemory(file).want('stopped', now)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700)
  })

  it.each([
    ['is cut short', '{"intent":"sto'],
    ['is empty', ''],
    ['is no object', '"stopped"'],
    ['is null', 'null'],
    ['says something that nobody can want', '{"intent":"paused"}'],
    ['says nothing of it', '{"blockedAt":1}'],
  ])('sets a file aside that %s, and begins anew', async (_, text) => {
    await place(text)
    expect(await createServiceMemory(file).recall()).toEqual({ intent: 'running', failedRuns: [] })
    expect(await readFile(`${file}.unreadable`, 'utf8')).toBe(text)
    await createServiceMemory(file).want('stopped', now)
    expect(await createServiceMemory(file).recall()).toMatchObject({ intent: 'stopped' })
  })

  it('passes over what it does not know in a file of another version', async () => {
    await place('{"intent":"stopped","intentSince":"yesterday","blockedAt":null,"mood":"good"}')
    expect(await createServiceMemory(file).recall()).toEqual({ intent: 'stopped', failedRuns: [] })
  })

  it('recalls all the same when its file cannot be read, but notes nothing over it', async () => {
    await mkdir(file, { recursive: true })
    const memory = createServiceMemory(file)
    expect(await memory.recall()).toEqual({ intent: 'running', failedRuns: [] })
    await expect(memory.want('stopped', now)).rejects.toThrow()
    await chmod(file, 0o700)
    expect(await readdir(dirname(file))).toEqual(['ai.hermes.gateway.json'])
  })
})

describe('adopt', () => {
  const blocked = remembering({ intent: 'stopped', blockedAt: now - minute })

  it('takes what runs after a stop as wanted, and what is loaded as no longer blocked', () => {
    expect(adopt(blocked, observed())).toEqual({ intent: 'running', failedRuns: [] })
  })

  it('does not take the last moments of a stop for a start', () => {
    expect(adopt(blocked, observed({ job: jobUp({ state: 'SIGTERMed' }) }))).toMatchObject({ intent: 'stopped' })
  })

  it.each([
    ['that is not loaded', unloaded()],
    ['that could not be asked for', observed({ job: jobUnknown })],
  ])('changes nothing for a job %s', (_, observation) => {
    expect(adopt(blocked, observation)).toEqual(blocked)
  })
})

describe('startedSince', () => {
  it.each([
    ['a process that is older than the stop', now - minute, false],
    ['a process that was started after the stop', now - 2 * hour, true],
  ])('of %s', (_, intentSince, since) => {
    expect(startedSince(remembering({ intent: 'stopped', intentSince }), observed())).toBe(since)
  })

  it('needs a process', () => {
    expect(startedSince(remembering({ intentSince: 0 }), idle({}))).toBe(false)
  })

  it('takes launchd’s process where the gateway is not known', () => {
    const observation = observed({ gateway: gatewayUp({ process: processNone, jobStartedAt: now - minute }) })
    expect(startedSince(remembering({ intentSince: now - hour }), observation)).toBe(true)
  })
})
