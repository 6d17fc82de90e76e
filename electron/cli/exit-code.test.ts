import { describe, expect, it } from 'vitest'
import { type ConditionId, conditionIds } from '../contract/condition.ts'
import type { OperationOutcome, PlannedOperation } from '../contract/operation.ts'
import type { ServiceStatus } from '../contract/service-status.ts'
import { exitCodeOf, exitCodeOfPlan, exitCodeOfStatus, exitCodes } from './exit-code.ts'

function status(id: ConditionId, pid?: number): ServiceStatus {
  return {
    label: 'ai.hermes.gateway',
    profile: 'default',
    home: '/Users/ana/.hermes',
    definition: '/Users/ana/Library/LaunchAgents/ai.hermes.gateway.plist',
    domain: 'gui/501',
    condition: { id, light: 'ok', headline: 'x', reason: 'x', evidence: [], actions: [] },
    intent: 'running',
    ...(pid === undefined ? {} : { pid }),
    observedAt: '2026-11-22T12:00:00.000Z',
  }
}

describe('exitCodes', () => {
  it('are the contract with scripts', () => {
    expect(exitCodes).toEqual({ done: 0, failed: 1, usage: 2, notRunning: 3, unknown: 4, refused: 5, cancelled: 130 })
  })
})

describe('exitCodeOf', () => {
  it.each<[OperationOutcome, number]>([
    ['done', 0],
    ['failed', 1],
    ['unknown', 4],
    ['refused', 5],
    ['cancelled', 130],
  ])('says %s as %d', (outcome, code) => {
    expect(exitCodeOf(outcome)).toBe(code)
  })
})

describe('exitCodeOfPlan', () => {
  it.each<[PlannedOperation['verdict'], number]>([
    ['steps', 0],
    ['met', 0],
    ['unknown', 4],
    ['refused', 5],
  ])('says %s as %d', (verdict, code) => {
    expect(exitCodeOfPlan(verdict)).toBe(code)
  })
})

describe('exitCodeOfStatus', () => {
  const runs: readonly ConditionId[] = ['running', 'degraded', 'definition-missing-running', 'served', 'detached']
  const runsWithPid: readonly ConditionId[] = [
    'definition-stale',
    'definition-invalid',
    'definition-unsafe',
    'definition-foreign',
  ]

  it.each(conditionIds)('says %s as 0 only when the gateway serves its platforms', (id) => {
    const without = id === 'unknown' ? 4 : runs.includes(id) ? 0 : 3
    expect(exitCodeOfStatus([status(id)])).toBe(without)
    expect(exitCodeOfStatus([status(id, 4711)])).toBe(runsWithPid.includes(id) ? 0 : without)
  })

  it.each<[string, readonly ConditionId[], number]>([
    ['all running', ['running', 'served'], 0],
    ['one of them down', ['running', 'unloaded'], 3],
    ['one of them unknown', ['running', 'unknown', 'unloaded'], 4],
    ['none at all', [], 0],
  ])('of %s', (_, ids, code) => {
    expect(exitCodeOfStatus(ids.map((id) => status(id, 4711)))).toBe(code)
  })
})
