import type { OperationResult, PlannedOperation, StepReport } from '../contract/operation.ts'
import { dim, lightGlyph, type Terminal } from './terminal.ts'

/** One step on one line, as it happens. */
export function stepText(step: StepReport, terminal: Terminal): string {
  const evidence = step.evidence === undefined ? '' : `  ${dim(step.evidence, terminal)}`
  return `${mark(step, terminal)} ${step.text}${evidence}\n`
}

function mark({ outcome }: StepReport, terminal: Terminal): string {
  switch (outcome) {
    case 'done':
      return lightGlyph('ok', terminal)
    case 'failed':
      return lightGlyph('failed', terminal)
    case 'waiting':
      return lightGlyph('busy', terminal)
    default:
      return outcome satisfies never
  }
}

/** How it ended, and what to do next where something is left to do. */
export function resultText(result: OperationResult, terminal: Terminal): string {
  const glyph = result.outcome === 'done' ? '✓' : lightGlyph(result.condition.light, terminal)
  const heading = result.outcome === 'done' ? '' : `${result.condition.headline}. `
  const next = result.next === undefined ? '' : `  Next: ${result.next}\n`
  return `${glyph} ${heading}${result.message}\n${next}`
}

/** What an operation would do, a line a step. */
export function planText(planned: PlannedOperation): string {
  switch (planned.verdict) {
    case 'steps':
      return planned.steps.map(({ text }, index) => `${index + 1}. ${text}\n`).join('')
    case 'met':
      return `Nothing to do. ${planned.message ?? ''}\n`
    case 'refused':
    case 'unknown':
      return `${planned.message ?? ''}\n  Next: ${planned.next ?? ''}\n`
    default:
      return planned.verdict satisfies never
  }
}
