import type { GoalKind } from '../../contract/operation.ts'
import type { Context } from '../context.ts'
import { exitCodeOf, exitCodeOfPlan } from '../exit-code.ts'
import { planText, resultText, stepText } from '../operation-text.ts'
import { selectService } from '../select-services.ts'
import { lookSeconds, status } from './status.ts'

export interface OperateOptions {
  readonly profile?: string
  readonly json?: boolean
  /** Seconds for everything together. */
  readonly timeout: number
  readonly dryRun?: boolean
  /** Goes on showing the status after the operation. */
  readonly watch?: boolean
}

/** `caduceus start`, `stop`, `restart` and `repair`: steps as they happen, then how it ended. Returns the exit code. */
export async function operate(kind: GoalKind, context: Context, options: OperateOptions): Promise<number> {
  const { host, terminal, signal } = context
  const controller = host.controller(await selectService(host, options.profile))
  const goal = { kind, by: 'person' } as const
  const json = options.json === true

  if (options.dryRun === true) {
    const planned = await controller.foresee(goal)
    terminal.out(json ? `${JSON.stringify(planned, undefined, 2)}\n` : planText(planned))
    return exitCodeOfPlan(planned.verdict)
  }
  const result = await controller.request(goal, {
    timeoutMs: options.timeout * 1000,
    signal,
    onStep: (step) => (json ? undefined : terminal.out(stepText(step, terminal))),
  })
  terminal.out(json ? `${JSON.stringify(result, undefined, 2)}\n` : resultText(result, terminal))
  if (options.watch !== true || signal.aborted) return exitCodeOf(result.outcome)
  if (!json) terminal.out('\n')
  await status(context, {
    timeout: lookSeconds,
    json,
    watch: terminal.interactive,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  })
  return exitCodeOf(result.outcome)
}
