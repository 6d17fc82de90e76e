import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Holder, holdService, type OperationLock } from './operation-lock.ts'

let folder: string
let held: OperationLock[]

const label = 'ai.hermes.gateway'

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'operation-lock-')), 'operations')
  held = []
})

afterEach(async () => {
  for (const lock of held) await lock.release().catch(() => undefined)
  await rm(join(folder, '..'), { recursive: true })
})

/** Tries to hold the service, and tells who it had to wait for. */
async function hold(what: string, options: { timeoutMs?: number; signal?: AbortSignal; of?: string } = {}) {
  const told: (Holder | undefined)[] = []
  const lock = await holdService(folder, options.of ?? label, {
    what,
    timeoutMs: options.timeoutMs ?? 0,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onWait: (holder) => told.push(holder),
  })
  if (lock !== undefined) held.push(lock)
  return { lock, told }
}

describe('holdService', () => {
  it('holds a service that nobody holds, without a word', async () => {
    const { lock, told } = await hold('caduceus start')
    expect(lock?.lost.aborted).toBe(false)
    expect(told).toEqual([])
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  it('is refused while another one holds it, and is told who that is, once', async () => {
    await hold('caduceus start')
    const { lock, told } = await hold('caduceus stop', { timeoutMs: 250 })
    expect(lock).toBeUndefined()
    expect(told).toEqual([
      { pid: process.pid, what: 'caduceus start', since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    ])
  })

  it('takes over as soon as the other one is done', async () => {
    const first = await hold('caduceus start')
    const second = hold('caduceus stop', { timeoutMs: 10_000 })
    await first.lock?.release()
    expect((await second).lock).toBeDefined()
    const { told } = await hold('caduceus restart')
    expect(told).toMatchObject([{ what: 'caduceus stop' }])
  })

  it('lets only one of many at it', async () => {
    const tries = await Promise.all(Array.from({ length: 8 }, (_, n) => hold(`caduceus ${n}`)))
    expect(tries.filter(({ lock }) => lock !== undefined)).toHaveLength(1)
  })

  it('holds each service by itself', async () => {
    await hold('caduceus start')
    expect((await hold('caduceus start', { of: `${label}-work` })).lock).toBeDefined()
  })

  it('gives up when its caller does', async () => {
    await hold('caduceus start')
    const { lock } = await hold('caduceus stop', { timeoutMs: 60_000, signal: AbortSignal.abort() })
    expect(lock).toBeUndefined()
  })

  it('recovers from a holder that died: its lock shows no sign of life', async () => {
    await mkdir(join(folder, `${label}.lock`), { recursive: true })
    await writeFile(join(folder, `${label}.holder`), '{"pid":1,"what":"caduceus start","since":"2026-11-22T12:00:00Z"}')
    const longAgo = new Date(Date.now() - 60_000)
    await utimes(join(folder, `${label}.lock`), longAgo, longAgo)
    const { lock, told } = await hold('caduceus stop')
    expect(lock).toBeDefined()
    expect(told).toEqual([])
  })

  it('does not know who it is when that is not written, or makes no sense', async () => {
    await hold('caduceus start')
    await writeFile(join(folder, `${label}.holder`), '{"pid":')
    expect((await hold('caduceus stop')).told).toEqual([undefined])
    await rm(join(folder, `${label}.holder`))
    expect((await hold('caduceus stop')).told).toEqual([undefined])
  })

  it('holds it all the same when it cannot be written who holds it', async () => {
    await mkdir(join(folder, `${label}.holder`), { recursive: true })
    const { lock } = await hold('caduceus start')
    expect(lock).toBeDefined()
    await lock?.release()
    expect((await hold('caduceus stop')).lock).toBeDefined()
  })
})
