import { describe, expect, it } from 'vitest'
import { conditionIds } from './condition.ts'

describe('the ids of conditions', () => {
  it('are a contract: menu, window, command line, notifications and documents are keyed by them', () => {
    expect(conditionIds.toSorted()).toEqual([
      'blocked',
      'cannot-execute',
      'configuration-error',
      'crash-looping',
      'definition-foreign',
      'definition-invalid',
      'definition-missing',
      'definition-missing-running',
      'definition-stale',
      'definition-unsafe',
      'degraded',
      'detached',
      'disabled',
      'draining',
      'held-back',
      'no-session',
      'not-installed',
      'profile-parked',
      'reloading',
      'running',
      'served',
      'starting',
      'stopped',
      'stopping',
      'unknown',
      'unloaded',
      'unresponsive',
      'waiting',
    ])
  })

  it('are each there once', () => {
    expect(new Set(conditionIds).size).toBe(conditionIds.length)
  })
})
