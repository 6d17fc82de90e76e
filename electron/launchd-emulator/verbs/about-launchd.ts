import { errorText, numberedError } from '../error-table.ts'
import { failed, printed } from '../launchctl-call.ts'
import { helpText, usageLine, type VerbName } from '../usage.ts'
import { plainUsage, type Verb } from './verb.ts'

/** F-VERSION-1 */
const versionLine =
  'Darwin Bootstrapper Version 7.0.0: Sat Apr 18 19:58:40 PDT 2026; root:libxpc_executables-3102.120.13~112/launchd/RELEASE_ARM64E'

export const version: Verb = () => printed(`${versionLine}\n`)

/** The pid of the launchd that manages the session: always 1, as no job can tell the emulator from the real one by it. */
export const managerPid: Verb = () => printed('1\n')

export const managerUid: Verb = (_args, launchd) => printed(`${launchd.uid}\n`)

/** V-MANAGER-1 */
export const managerName: Verb = (_args, launchd) =>
  printed(launchd.switches['K-NOGUI'] === 'off' ? 'Aqua\n' : 'Background\n')

/** `error [posix|mach|bootstrap] <code>` (V-ERROR-1 to V-ERROR-3). */
export const error: Verb = (args) => {
  const [first, second] = args
  const kind = first === 'posix' || first === 'mach' || first === 'bootstrap' ? first : undefined
  const text = kind === undefined ? first : second
  const code = Number(text)
  if (text === undefined || text === '' || !Number.isInteger(code)) return plainUsage('error')
  if (kind !== 'mach' && !text.startsWith('0x')) return printed(`${numberedError(code)}\n`)
  const [system, subsystem, number] = [(code >>> 26) & 0x3f, (code >>> 14) & 0xfff, code & 0x3fff]
  return printed(
    [
      `0x${code.toString(16)}: ${errorText(code)}`,
      `system = 0x${system.toString(16)}`,
      `subsystem = 0x${subsystem.toString(16)}`,
      `code = 0x${number.toString(16)}`,
      '',
    ].join('\n'),
  )
}

/** Help goes to stdout, the usage of one verb to stderr; both exit 0 (V-GEN-4). */
export function help(verb: VerbName | undefined) {
  return verb === undefined ? printed(helpText()) : failed(0, usageLine(verb))
}

/** V-GEN-3 */
export function unrecognizedSubcommand(word: string) {
  return { ...failed(1, `Unrecognized subcommand: ${word}`), stdout: helpText() }
}
