/** What the command line asked for: the gateway, the wrapper that stamps its error log, or nothing that is known here. */
type Invocation =
  | { readonly program: 'gateway'; readonly run: GatewayArguments }
  | { readonly program: 'stderr-wrapper'; readonly errorLog: string; readonly command: readonly string[] }
  | { readonly program: 'none'; readonly complaint: string }

export interface GatewayArguments {
  /** `-p X`, `--profile X` or `--profile=X`, as written. */
  readonly profile?: string
  /** Take over from a gateway that already runs for this home. */
  readonly replace: boolean
  /** Below a wrapper launchd's own mark is hidden; this flag says that somebody supervises all the same. */
  readonly externalSupervisor: boolean
  /** What the state files show as the arguments after the program. */
  readonly words: readonly string[]
}

/** Flags of `gateway run` that change nothing a supervisor could see. */
const silentFlags = ['--force', '-v', '--verbose', '-q', '--quiet']

/**
 * Reads the arguments after the script: python's form (`-m hermes_cli.main …`, `-m hermes_cli.stderr_timestamp …`,
 * `-I -c <code> …`) or the CLI's own (`[-p X] gateway run …`).
 */
export function parseArguments(words: readonly string[]): Invocation {
  if (words[0] === '-m' && words[1] === 'hermes_cli.stderr_timestamp') return parseWrapper(words.slice(2))
  if (words[0] === '-m' && words[1] === 'hermes_cli.main') return parseCli(words.slice(2))
  if (words[0] === '-m') return { program: 'none', complaint: `No module named ${words[1] ?? ''}` }
  if (words[0] === '-I' && words[1] === '-c') return parseCli(words.slice(3))
  return parseCli(words)
}

function parseWrapper(words: readonly string[]): Invocation {
  const [flag, errorLog, separator, ...command] = words
  if (flag !== '--error-log' || errorLog === undefined || separator !== '--' || command.length === 0) {
    return { program: 'none', complaint: 'usage: hermes_cli.stderr_timestamp --error-log FILE -- COMMAND…' }
  }
  return { program: 'stderr-wrapper', errorLog, command }
}

function parseCli(words: readonly string[]): Invocation {
  let profile: string | undefined
  const rest: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word === '-p' || word === '--profile') {
      profile = words[++at]
      if (profile === undefined) return { program: 'none', complaint: `argument ${word}: expected one argument` }
    } else if (word.startsWith('--profile=')) {
      profile = word.slice('--profile='.length)
    } else {
      rest.push(word)
    }
  }
  const [noun, verb, ...flags] = rest
  if (noun !== 'gateway' || verb !== 'run') {
    return { program: 'none', complaint: `only "gateway run" is known here, not "${rest.join(' ')}"` }
  }
  const unknown = flags.find((flag) => ![...silentFlags, '--replace', '--external-supervisor'].includes(flag))
  if (unknown !== undefined) return { program: 'none', complaint: `unrecognized arguments: ${unknown}` }
  return {
    program: 'gateway',
    run: {
      ...(profile === undefined ? {} : { profile }),
      replace: flags.includes('--replace'),
      externalSupervisor: flags.includes('--external-supervisor'),
      // Like Hermes' own files: the profile is taken off before anybody records the arguments.
      words: rest,
    },
  }
}
