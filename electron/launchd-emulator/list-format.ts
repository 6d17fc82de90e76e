import { type ExitStatus, listStatus, rawWaitStatus } from './exit-status.ts'
import type { JobDefinition } from './job-definition.ts'

export interface ListedJob {
  readonly definition: JobDefinition
  readonly pid?: number
  readonly lastExit?: ExitStatus
}

/** The table of `list` (F-LIST-1). */
export function formatList(jobs: readonly ListedJob[]): string {
  const rows = jobs.map(
    ({ definition, pid, lastExit }) => `${pid ?? '-'}\t${listStatus(lastExit)}\t${definition.label}\n`,
  )
  return ['PID\tStatus\tLabel\n', ...rows].join('')
}

/** The dictionary of `list <label>` (F-LISTL-1, F-LISTL-2). */
export function formatListed({ definition, pid, lastExit }: ListedJob): string {
  const { stdinPath, stdoutPath, stderrPath, enableTransactions } = definition
  return [
    '{',
    ...optionalText('StandardInPath', stdinPath),
    ...optionalText('StandardOutPath', stdoutPath),
    `\t"LimitLoadToSessionType" = "${definition.sessionTypes[0] ?? 'Aqua'}";`,
    ...optionalText('StandardErrorPath', stderrPath),
    `\t"Label" = "${definition.label}";`,
    ...(enableTransactions ? ['\t"EnableTransactions" = true;'] : []),
    `\t"OnDemand" = ${definition.keepAlive !== true};`,
    `\t"LastExitStatus" = ${rawWaitStatus(lastExit)};`,
    ...(pid === undefined ? [] : [`\t"PID" = ${pid};`]),
    `\t"Program" = "${definition.program}";`,
    '\t"ProgramArguments" = (',
    ...definition.programArguments.map((argument) => `\t\t"${argument}";`),
    '\t);',
    '};',
    '',
  ].join('\n')
}

function optionalText(key: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`\t"${key}" = "${value}";`]
}
