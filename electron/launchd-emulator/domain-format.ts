import { disabledBlock } from './disabled-format.ts'
import { type ExitStatus, listStatus } from './exit-status.ts'
import { block, variableLines } from './print-block.ts'
import type { Switches } from './switches.ts'

/** A domain as `print <domain-target>` reports it. */
interface DomainReport {
  /** `gui/501` */
  readonly domain: string
  readonly kind: 'gui' | 'user' | 'system'
  readonly uid: number
  readonly asid: number
  readonly activeCount: number
  readonly serviceCount: number
  readonly activeServiceCount: number
  readonly environment: readonly (readonly [name: string, value: string])[]
  readonly services: readonly ServiceRow[]
  readonly disabled: readonly (readonly [label: string, disabled: boolean])[]
}

interface ServiceRow {
  readonly label: string
  readonly pid?: number
  readonly lastExit?: ExitStatus
  /** A spawn is held back (R-PEND-1). */
  readonly isPended: boolean
}

const kinds = {
  gui: { type: 'login', creator: 'loginwindow[536]', session: 'Aqua', properties: 'gui | gui login' },
  user: { type: 'user', creator: 'launchd[1]', session: 'Background', properties: 'user' },
  system: { type: 'system', creator: 'launchd[0]', session: 'System', properties: 'uncorked | system' },
} as const

/** F-DOMAIN-1. Only the gui domain is known from a capture; the others follow its shape. */
export function formatDomainReport(report: DomainReport, words: Switches['K-DISABLEDWORDS']): string {
  const kind = kinds[report.kind]
  return [
    `${report.domain} = {`,
    `\ttype = ${kind.type}`,
    `\thandle = ${report.kind === 'gui' ? report.asid : report.uid}`,
    `\tactive count = ${report.activeCount}`,
    `\tservice count = ${report.serviceCount}`,
    `\tactive service count = ${report.activeServiceCount}`,
    `\tcreator = ${kind.creator}`,
    '\tcreator euid = 0',
    `\tsession = ${kind.session}`,
    `\tendpoint destination = com.apple.xpc.launchd.domain.${report.kind === 'system' ? 'system' : `user.${report.uid}`}`,
    '\tauxiliary bootstrapper = com.apple.xpc.otherbsd (complete)',
    ...block('security context', [`uid = ${report.uid}`, `asid = ${report.asid}`]),
    '',
    '\tbringup time = 64 ms',
    '\tdeath port = 0x14503',
    '',
    ...block('environment', variableLines(report.environment)),
    '',
    ...block('services', report.services.map(serviceRow)),
    '',
    ...['unmanaged processes', 'endpoints', 'externally-hosted endpoints', 'task-special ports'].flatMap((name) => [
      ...block(name, []),
      '',
    ]),
    ...disabledBlock(report.disabled, words),
    '',
    `\tproperties = ${kind.properties}`,
    '}',
    '',
  ].join('\n')
}

/** F-DOMAIN-2. */
function serviceRow({ label, pid, lastExit, isPended }: ServiceRow): string {
  const status = isPended ? '(pe)' : lastExit === undefined ? '-' : listStatus(lastExit)
  return `${String(pid ?? 0).padStart(8)} ${status.padStart(6)} \t${label}`
}
