import { block } from './print-block.ts'

/** The watch on the missing file of a job in the penalty box is an event trigger like any other (R-PENALTY-1). */
export function missingProgramLines(missingProgram: string | undefined, label: string): readonly string[] {
  if (missingProgram === undefined) return []
  return [
    ...block('event triggers', [
      `${label} => {`,
      '\tkeepalive = 0',
      `\tservice = ${label}`,
      '\tstream = com.apple.launchd.helper',
      '\tmonitor = com.apple.UserEventAgent-Aqua',
      '\tdescriptor = {',
      `\t\t"Executable" => "${missingProgram}"`,
      '\t\t"SkipImmediatePoll" => false',
      '\t}',
      '}',
    ]),
    '',
    ...block('event channels', [
      '"com.apple.launchd.helper" = {',
      '\tport = 0x0',
      '\tactive = 0',
      '\tmanaged = 1',
      '\treset = 0',
      '\thide = 0',
      '\twatching = 0',
      '}',
    ]),
    '',
  ]
}
