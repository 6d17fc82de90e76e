#!/usr/bin/env node
import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CommanderError } from 'commander'
import { version } from '../../package.json'
import { hasLaunchd, openLaunchdHost, openSandboxHost } from '../host/open-host.ts'
import type { SandboxPrograms } from '../host/sandbox.ts'
import { stateDirectory } from '../host/state-directory.ts'
import { status } from './commands/status.ts'
import { exitCodes } from './exit-code.ts'
import { createProgram, type Request } from './program.ts'
import { processTerminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** The composition root of the command line: words in, the right host and command, an exit code out. */
async function main(words: readonly string[]): Promise<number> {
  const requests: Request[] = []
  try {
    createProgram(version, (request) => requests.push(request)).parse(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help that was asked for is no mistake; everything else that Commander throws has been explained on stderr.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  }
  const [request] = requests
  return request === undefined ? exitCodes.usage : run(request)
}

async function run(request: Request): Promise<number> {
  const terminal = processTerminal()
  const state = stateDirectory(process.env, process.platform)
  if (request.kind === 'sandbox') {
    const { sandbox } = await import('./commands/sandbox.ts')
    return sandbox(request.action, state, programs(), terminal)
  }
  const inSandbox = request.sandbox || process.env['CADUCEUS_SANDBOX'] === '1' || !hasLaunchd()
  const host = inSandbox ? await openSandboxHost(state, programs()) : openLaunchdHost(state)
  if (inSandbox && request.options.json !== true) terminal.out(`Sandbox: ${host.stateDirectory}\n\n`)
  const context = { host, terminal, signal: interrupted(), readerGone: readerGone.signal }
  if (request.kind === 'status') return status(context, request.options)
  // Loaded only now: a status should not wait for what it never calls.
  const { operate } = await import('./commands/operate.ts')
  return operate(request.kind, context, request.options)
}

/** The other programs of the build, beside this one. */
function programs(): SandboxPrograms {
  const dist = dirname(dirname(realpathSync(process.argv[1] ?? '')))
  return {
    node: process.execPath,
    launchd: join(dist, 'launchd-emulator', 'launchd.js'),
    standIn: join(dist, 'stand-in-gateway', 'hermes.js'),
  }
}

/** Aborted by the first Ctrl-C or SIGTERM; the second one ends the process where it stands. */
function interrupted(): AbortSignal {
  const abort = new AbortController()
  // Not `once`: proper-lockfile ends the process by a signal that nobody else listens to any longer.
  const onSignal = () => (abort.signal.aborted ? process.exit(exitCodes.cancelled) : abort.abort())
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)
  return abort.signal
}

// `caduceus stop | head -1`: whoever stopped reading has read enough, but what was begun is brought to its end.
const readerGone = new AbortController()
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  readerGone.abort()
})

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`caduceus: ${message}\n`)
    process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed
  },
)
