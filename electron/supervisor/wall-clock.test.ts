import { describe, expect, it } from 'vitest'
import { wallClock } from './wall-clock.ts'

describe('a sleep on the wall clock', () => {
  it('does not begin where there is news already', async () => {
    const began = performance.now()
    await wallClock.sleep(60_000, AbortSignal.abort())
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('ends with the first news', async () => {
    const news = new AbortController()
    const began = performance.now()
    const sleep = wallClock.sleep(60_000, news.signal)
    news.abort()
    await sleep
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('lasts as long as it was asked to', async () => {
    const began = performance.now()
    await wallClock.sleep(30)
    expect(performance.now() - began).toBeGreaterThanOrEqual(29)
  })
})
