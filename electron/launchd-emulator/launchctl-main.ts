#!/usr/bin/env node
import { realpathSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isatty } from 'node:tty'
import { createEmulatorClient } from './client.ts'
import { emulatorCommand } from './emulator-command.ts'
import { defaultRoot } from './root-directory.ts'

/** launchctl as a program: one call of the client, printed. Streams are written at once, which saves loading them. */
async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const program = realpathSync(process.argv[1] ?? '')
  const client = createEmulatorClient({
    root: defaultRoot(process.env),
    daemonPath: join(dirname(program), 'launchd.js'),
  })
  if (args[0] === 'emulator') {
    const { code, stdout, stderr } = await emulatorCommand(args.slice(1), client)
    return exit(code, stdout, stderr)
  }
  const result = await client.run(args, { timeoutMs: Number.POSITIVE_INFINITY, tty: isatty(1) })
  switch (result.ended) {
    case 'exited':
      return exit(result.code, result.stdout, result.stderr)
    case 'timed-out':
      return exit(153, '', 'launchctl: timed out\n')
    case 'failed':
      if (result.cause === 'killed by SIGABRT') process.kill(process.pid, 'SIGABRT')
      return exit(153, '', `launchctl: ${result.cause}\n`)
    default:
      return unreachable(result)
  }
}

function exit(code: number, stdout: string, stderr: string): void {
  write(1, stdout)
  write(2, stderr)
  process.exit(code)
}

function write(file: number, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(file, rest))
    } catch (cause) {
      // A pipe whose reader is slow: wait a moment. A reader that has left wants nothing more.
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EAGAIN')) return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

function unreachable(result: never): never {
  throw new Error(`no such end: ${JSON.stringify(result)}`)
}

main().catch((cause: unknown) =>
  exit(153, '', `launchctl: ${cause instanceof Error ? cause.message : String(cause)}\n`),
)
