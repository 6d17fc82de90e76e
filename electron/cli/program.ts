import { Command, InvalidArgumentError, Option } from 'commander'
import type { GoalKind } from '../contract/operation.ts'
import type { OperateOptions } from './commands/operate.ts'
import type { SandboxAction } from './commands/sandbox.ts'
import { lookSeconds, type StatusOptions } from './commands/status.ts'

/** What the words of a command line ask for; running it is somebody else's. */
export type Request =
  | {
      readonly kind: 'status'
      readonly sandbox: boolean
      readonly options: StatusOptions
    }
  | { readonly kind: GoalKind; readonly sandbox: boolean; readonly options: OperateOptions }
  | { readonly kind: 'sandbox'; readonly action: SandboxAction }

/** Seconds that a start may take: the longest throttle of a definition, 30 s, and as much again to come up. */
const startSeconds = 60
/** Seconds that a stop may take: the longest exit timeout of the gui domain, 60 s, and a margin. */
const stopSeconds = 75

/** The grammar of `caduceus`. Commander throws a CommanderError for words that make no sense, for help and version. */
export function createProgram(version: string, onRequest: (request: Request) => void): Command {
  const program = new Command('caduceus')
    .description('Keeps the Hermes messaging gateway alive under launchd: observes, explains and repairs.')
    .version(version, '-V, --version')
    .helpOption('-h, --help')
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 done or running, 1 failed, 2 usage, 3 not running, 4 cannot tell, 5 refused, 130 cancelled.',
    )

  addCommand('status', 'show whether the gateway runs, why not, and what can be done', lookSeconds)
    .option('--watch', 'go on showing it until Ctrl-C')
    .action(({ sandbox = false, ...options }) => onRequest({ kind: 'status', sandbox, options }))
  addGoal('start', 'bring the gateway up: restore its definition, load it, start it, see it run', startSeconds).option(
    '--watch',
    'go on showing the status afterwards',
  )
  addGoal('stop', 'end the gateway and keep it down until the next start or login; its definition stays', stopSeconds)
  addGoal('restart', 'end the gateway gently and bring up a fresh one', startSeconds + stopSeconds)
  addGoal(
    'repair',
    'mend what keeps the gateway from running, and what would at the next login',
    startSeconds + stopSeconds,
  ).option('--dry-run', 'show what would be done, and do nothing')

  const sandbox = program.command('sandbox').description('the world of its own in which the embedded launchd works')
  for (const [action, description] of [
    ['status', 'where it lives and what runs in it'],
    ['stop', 'end its gateways and its launchd; keep its files'],
    ['reset', 'stop it and remove its files'],
  ] as const) {
    sandbox
      .command(action)
      .description(description)
      .action(() => onRequest({ kind: 'sandbox', action }))
  }
  return program

  function addCommand(name: string, description: string, seconds: number): Command {
    return program
      .command(name)
      .description(description)
      .option(
        '--profile <name>',
        name === 'status' ? 'only this profile' : 'this profile instead of the default gateway',
      )
      .option('--sandbox', 'work in the sandbox, even where there is a launchd')
      .option('--json', 'write JSON for programs')
      .addOption(
        new Option('--timeout <seconds>', 'give up after so many seconds').default(seconds).argParser(parseSeconds),
      )
  }

  function addGoal(kind: GoalKind, description: string, seconds: number): Command {
    return addCommand(kind, description, seconds).action(({ sandbox: inSandbox = false, ...options }) =>
      onRequest({ kind, sandbox: inSandbox, options }),
    )
  }
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!Number.isFinite(seconds) || seconds <= 0 || seconds > 86_400) {
    throw new InvalidArgumentError('It must be a number of seconds between 0 and 86400.')
  }
  return seconds
}
