import { type ExitStatus, lastExitLine } from './exit-status.ts'
import type { JobDefinition } from './job-definition.ts'
import { block, variableLines } from './print-block.ts'
import { missingProgramLines } from './print-penalty-box.ts'
import type { Switches } from './switches.ts'

type Dialect = Switches['K-DIALECT']

/** A loaded job as `print` reports it. */
export interface ServiceReport {
  /** `gui/501` */
  readonly domain: string
  readonly asid: number
  readonly path: string
  readonly state: string
  readonly definition: JobDefinition
  readonly inheritedEnvironment: readonly (readonly [name: string, value: string])[]
  readonly defaultPath: string
  readonly minimumRuntimeSeconds: number
  readonly exitTimeoutSeconds: number
  readonly runs: number
  readonly successiveCrashes: number
  /** Present while a process exists. */
  readonly process?: { readonly pid: number; readonly immediateReason: string }
  readonly pendedReason?: string
  readonly lastExit?: ExitStatus
  /** In the penalty box until this file appears. */
  readonly missingProgram?: string
  /** Number of the resource coalition, which a job has from its first spawn on; the next number is the jetsam coalition's. */
  readonly coalitionId?: number
}

/** `print <service-target>`, byte for byte (F-PRINT-1 to F-PRINT-11). */
export function formatService(report: ServiceReport, dialect: Dialect): string {
  const { definition } = report
  return [
    dialect === 'old' ? `${definition.label} = {` : `${report.domain}/${definition.label} = {`,
    `\tactive count = ${report.process === undefined ? 0 : 1}`,
    `\tpath = ${report.path}`,
    '\ttype = LaunchAgent',
    `\tstate = ${dialect === 'old' && report.state === 'not running' ? 'waiting' : report.state}`,
    '',
    `\tprogram = ${definition.program}`,
    ...block('arguments', definition.programArguments),
    '',
    ...pathLines(definition),
    ...environmentLines(report, dialect),
    ...counterLines(report),
    ...processLines(report, dialect),
    ...(report.pendedReason === undefined ? [] : [`\tpended nondemand spawn = ${report.pendedReason}`]),
    `\t${lastExitLine(report.lastExit)}`,
    '',
    ...semaphoreLines(definition),
    ...missingProgramLines(report.missingProgram, definition.label),
    ...coalitionLines(report, dialect),
    ...resourceLines(definition, dialect),
    `\tproperties = ${properties(report, dialect).join(' | ')}`,
    '}',
    '',
  ].join('\n')
}

function pathLines({ workingDirectory, stdinPath, stdoutPath, stderrPath }: JobDefinition): readonly string[] {
  return [
    ...(workingDirectory === undefined ? [] : [`\tworking directory = ${workingDirectory}`, '']),
    ...(stdinPath === undefined ? [] : [`\tstdin path = ${stdinPath}`]),
    ...(stdoutPath === undefined ? [] : [`\tstdout path = ${stdoutPath}`]),
    ...(stderrPath === undefined ? [] : [`\tstderr path = ${stderrPath}`]),
  ]
}

/** F-PRINT-4. The HOME group is not listed (R-ENV-1). */
function environmentLines(report: ServiceReport, dialect: Dialect): readonly string[] {
  const { definition } = report
  return [
    ...block('inherited environment', variableLines(report.inheritedEnvironment)),
    '',
    ...block('default environment', [`PATH => ${report.defaultPath}`]),
    '',
    ...block('environment', [
      ...(dialect === '26' ? ['OSLogRateLimit => 64'] : []),
      ...variableLines(definition.environment),
      `XPC_SERVICE_NAME => ${definition.label}`,
    ]),
    '',
  ]
}

/** F-PRINT-5. */
function counterLines(report: ServiceReport): readonly string[] {
  const { umask } = report.definition
  return [
    `\tdomain = ${report.domain} [${report.asid}]`,
    ...(umask === undefined ? [] : [`\tumask = ${umask.toString(8)}`]),
    `\tasid = ${report.asid}`,
    `\tminimum runtime = ${report.minimumRuntimeSeconds}`,
    `\texit timeout = ${report.exitTimeoutSeconds}`,
    `\truns = ${report.runs}`,
    ...(report.successiveCrashes === 0 ? [] : [`\tsuccessive crashes = ${report.successiveCrashes}`]),
  ]
}

/** F-PRINT-6: only while a pid exists. */
function processLines({ process }: ServiceReport, dialect: Dialect): readonly string[] {
  if (process === undefined) return []
  return [
    `\tpid = ${process.pid}`,
    `\timmediate reason = ${process.immediateReason}`,
    '\tforks = 0',
    '\texecs = 1',
    '\tinitialized = 1',
    '\ttrampolined = 1',
    '\tstarted suspended = 0',
    '\tproxy started suspended = 0',
    ...(dialect === '26'
      ? [
          '\tchecked allocations = 0 (queried = 1)',
          '\tchecked allocations reason = no host',
          '\tchecked allocations flags = 0x0',
        ]
      : []),
  ]
}

/** The dictionary forms of KeepAlive show here and not as the word `keepalive` (F-PRINT-8, F-PROP-2). */
function semaphoreLines({ keepAlive }: JobDefinition): readonly string[] {
  if (typeof keepAlive === 'boolean') return []
  const { successfulExit, crashed } = keepAlive
  const lines = [
    ...(successfulExit === undefined ? [] : [`successful exit => ${successfulExit ? 1 : 0}`]),
    ...(crashed === undefined ? [] : [`after crash => ${crashed ? 1 : 0}`]),
  ]
  return lines.length === 0 ? [] : [...block('semaphores', lines), '']
}

/** F-PRINT-9: they stay active after the exit, and a job that never ran has none. */
function coalitionLines({ coalitionId, definition }: ServiceReport, dialect: Dialect): readonly string[] {
  if (dialect !== '26' || coalitionId === undefined) return []
  return (['resource', 'jetsam'] as const).flatMap((type, index) => [
    ...block(`${type} coalition`, [
      `ID = ${coalitionId + index}`,
      `type = ${type}`,
      'state = active',
      'active count = 1',
      `name = ${definition.label}`,
    ]),
    '',
  ])
}

const spawnTypes = { daemon: 'daemon (3)', interactive: 'interactive (4)', adaptive: 'adaptive (6)' } as const

/** F-PRINT-10, R-PTYPE-1. */
function resourceLines({ processType }: JobDefinition, dialect: Dialect): readonly string[] {
  return [
    `\tspawn type = ${spawnTypes[processType]}`,
    '\tjetsam priority = 40',
    '\tjetsam memory limit (active) = (unlimited)',
    '\tjetsam memory limit (inactive) = (unlimited)',
    '\tjetsamproperties category = daemon',
    '\tjetsam thread limit = 32',
    '\tcpumon = default',
    ...(dialect === '14'
      ? block('probabilistic guard malloc policy', ['activation rate = 1/1000', 'sample rate = 1/0'])
      : []),
    '',
  ]
}

/** F-PROP-1. The words about launch constraints and about the system stand where the captures of a release have them. */
function properties(report: ServiceReport, dialect: Dialect): readonly string[] {
  const { definition } = report
  const isConstrained = dialect === '26' && report.process !== undefined
  const words: readonly (readonly [word: string, applies: boolean])[] = [
    ['keepalive', definition.keepAlive === true],
    ['runatload', definition.runAtLoad],
    ['low priority i/o', definition.lowPriorityIo],
    ['supports transactions', definition.enableTransactions],
    ['abandon process group', definition.abandonProcessGroup],
    ['penalty box', report.missingProgram !== undefined],
    ['launch only once', definition.launchOnlyOnce],
    ['inferred program', definition.inferredProgram],
    ['system service', dialect === '14'],
    ['managed LWCR', isConstrained],
    ['has LWCR', isConstrained],
    ['tle system', dialect === '14'],
  ]
  return words.filter(([, applies]) => applies).map(([word]) => word)
}
