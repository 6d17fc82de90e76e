import { spawn } from 'node:child_process'
import { openSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { parseArguments } from './arguments.ts'
import { findHome } from './hermes-home.ts'
import { say } from './log.ts'
import { readSwitches } from './switches.ts'
import { logTime } from './time-forms.ts'

const forwarded = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/**
 * Hermes' wrapper: runs a command, stamps each line of its stderr into a log, and lets stdout pass.
 *
 * @returns the command's exit code, 128+n if signal n killed it, and 0 for 78 in the current era
 */
export async function runStderrWrapper(errorLog: string, command: readonly string[]): Promise<number> {
  let log: number
  try {
    log = openSync(errorLog, 'a')
  } catch (error) {
    say(2, `hermes_cli.stderr_timestamp: ${String(error)}\n`)
    return 1
  }
  const stamp = (line: string): void => {
    writeSync(log, `${logTime(new Date())} ${line}\n`)
  }
  // Listening begins before the command does: a signal in between must not end the wrapper and leave the command alone.
  let forward = (_signal: NodeJS.Signals): void => {}
  for (const signal of forwarded) process.on(signal, () => forward(signal))
  const [program = '', ...words] = command
  const child = spawn(program, words, { stdio: ['inherit', 'inherit', 'pipe'] })
  forward = (signal) => child.kill(signal)

  let unfinished = ''
  child.stderr.setEncoding('utf8').on('data', (words: string) => {
    const lines = `${unfinished}${words}`.split('\n')
    unfinished = lines.pop() ?? ''
    for (const line of lines) stamp(line)
  })
  return await new Promise((resolve) => {
    child.once('error', (error) => {
      stamp(error.message)
      resolve(127)
    })
    child.once('close', (code, signal) => {
      if (unfinished !== '') stamp(unfinished)
      if (signal !== null) resolve(128 + constants.signals[signal])
      else resolve(code === 78 && hidesConfigurationErrors(command) ? 0 : (code ?? 1))
    })
  })
}

/** Whether the wrapper is of the era that reports 78 as 0, so that launchd does not start a hopeless job for ever. */
function hidesConfigurationErrors(command: readonly string[]): boolean {
  const wrapped = parseArguments(command.slice(1))
  const home = findHome(process.env, wrapped.program === 'gateway' ? wrapped.run.profile : undefined)
  if (!('home' in home)) return true
  try {
    return readSwitches(home.home.path, process.env['HERMES_STAND_IN']).era === 'C'
  } catch {
    return true
  }
}
