#!/usr/bin/env node
import { parseArguments } from './arguments.ts'
import { runGateway } from './gateway.ts'
import { findHome } from './hermes-home.ts'
import { say } from './log.ts'
import { runStderrWrapper } from './stderr-wrapper.ts'
import { readSwitches, SwitchError } from './switches.ts'

async function main(words: readonly string[]): Promise<number> {
  const invocation = parseArguments(words)
  switch (invocation.program) {
    case 'none':
      say(2, `hermes: error: ${invocation.complaint}\n`)
      return 2
    case 'stderr-wrapper':
      return await runStderrWrapper(invocation.errorLog, invocation.command)
    case 'gateway': {
      const look = findHome(process.env, invocation.run.profile)
      if ('complaint' in look) {
        say(2, `${look.complaint}\n`)
        return look.exitCode
      }
      return await runGateway(look.home, readSwitches(look.home.path, process.env['HERMES_STAND_IN']), invocation.run)
    }
  }
}

// Python dies of a SIGUSR1 that nobody serves, the wrapper included. Node would open its debugger instead.
process.on('SIGUSR1', () => process.kill(process.pid, 'SIGKILL'))

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    say(
      2,
      error instanceof SwitchError ? `${error.message}\n` : `${String(error instanceof Error ? error.stack : error)}\n`,
    )
    process.exit(error instanceof SwitchError ? 2 : 1)
  },
)
