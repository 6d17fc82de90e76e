import type { ServiceStatus } from '../contract/service-status.ts'
import { duration } from '../supervisor/words.ts'
import { bold, dim, lightGlyph, type Terminal } from './terminal.ts'

/** One service as a person reads it: what, why, the numbers, the evidence, what to do. Ends with a newline. */
export function statusText(status: ServiceStatus, terminal: Terminal): string {
  const { condition } = status
  const commands = condition.actions.flatMap(({ label, command }) =>
    command === undefined ? [] : [`${label}: ${command}`],
  )
  return [
    `${lightGlyph(condition.light, terminal)} ${bold(status.label, terminal)}  ${condition.headline}`,
    `  ${condition.reason}`,
    ...indent(numbers(status)),
    ...condition.evidence.map((line) => dim(`  · ${line}`, terminal)),
    ...indent(commands.join('   ')),
    '',
  ].join('\n')
}

function numbers({ pid, gatewayPid, uptimeSeconds, runs }: ServiceStatus): string {
  return [
    ...(pid === undefined ? [] : [`pid ${pid}`]),
    ...(gatewayPid === undefined || gatewayPid === pid ? [] : [`gateway pid ${gatewayPid}`]),
    ...(uptimeSeconds === undefined ? [] : [`up ${duration(uptimeSeconds * 1000)}`]),
    ...(runs === undefined ? [] : [`started ${runs === 1 ? 'once' : `${runs} times`} since it was loaded`]),
  ].join(', ')
}

function indent(line: string): readonly string[] {
  return line === '' ? [] : [`  ${line}`]
}
