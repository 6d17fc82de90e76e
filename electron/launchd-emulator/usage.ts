/** What each verb takes, and what it does: the text of `help` and of usage errors. */
const verbUsages = {
  bootstrap: ['<domain-target> [service-path1, service-path2, ...]', 'Bootstraps a domain or a service into a domain.'],
  bootout: [
    '<domain-target> [service-path1, service-path2, ...] | <service-target>',
    'Tears down a domain or removes a service from a domain.',
  ],
  enable: ['<service-target>', 'Enables an existing service.'],
  disable: ['<service-target>', 'Disables an existing service.'],
  kickstart: ['[-k] [-p] [-s] <service-target>', 'Forces an existing service to start.'],
  kill: ['<signal-number|signal-name> <service-target>', 'Sends a signal to the service instance.'],
  blame: ['<service-target>', 'Prints the reason a service is running.'],
  print: ['<domain-target> | <service-target>', 'Prints a description of a domain or service.'],
  'print-disabled': ['<domain-target>', 'Prints which services are disabled.'],
  list: ['[service-name]', 'Lists information about services.'],
  load: ['[-wF] [-S <session>] [-D <domain>] <service-path> [...]', 'Bootstraps a service or directory of services.'],
  unload: ['[-wF] [-S <session>] [-D <domain>] <service-path> [...]', 'Unloads a service or directory of services.'],
  start: ['<service-name>', 'Starts the specified service.'],
  stop: ['<service-name>', 'Stops the specified service if it is running.'],
  remove: ['<service-name>', 'Unloads the specified service name.'],
  managerpid: ['', 'Prints the PID of the launchd controlling the session.'],
  manageruid: ['', 'Prints the UID of the current launchd session.'],
  managername: ['', 'Prints the name of the current launchd session.'],
  error: ['[posix|mach|bootstrap] <code>', 'Prints a description of an error.'],
  version: ['', 'Prints the launchd version.'],
  help: ['[subcommand]', 'Prints the usage for a given subcommand.'],
} as const

export type VerbName = keyof typeof verbUsages

export function isVerbName(word: string): word is VerbName {
  return Object.hasOwn(verbUsages, word)
}

/** `Usage: launchctl bootout <domain-target> …`, the line for one verb. */
export function usageLine(verb: VerbName): string {
  return `Usage: launchctl ${verb} ${verbUsages[verb][0]}`.trimEnd()
}

/** The lines about target specifiers that close a usage error of a verb that takes one (V-GEN-8). */
export const targetLines: readonly string[] = [
  '<service-target> takes a form of <domain-target>/<service-id>.',
  'Please refer to `man launchctl` for explanation of the <domain-target> specifiers.',
]

/** The text of `help`. */
export function helpText(): string {
  const width = Math.max(...Object.keys(verbUsages).map((verb) => verb.length))
  return [
    'Usage: launchctl <subcommand> ... | help [subcommand]',
    'Many subcommands take a target specifier that refers to a domain or service',
    'within that domain: system/[service-name], user/<uid>/[service-name] or',
    'gui/<uid>/[service-name].',
    '',
    'Subcommands:',
    ...Object.entries(verbUsages).map(([verb, [, purpose]]) => `\t${verb.padEnd(width)}  ${purpose}`),
    '',
  ].join('\n')
}
