#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { startDaemon } from './daemon.ts'
import { createRoot, defaultRoot } from './root-directory.ts'
import { writeSwitchTexts } from './switches.ts'

/** The daemon as a program. Its stderr is the log; launchctl opens it on `<root>/launchd.log`. */
async function main(): Promise<void> {
  const environment = process.env
  const requestedAt = environment['LAUNCHD_EMULATOR_REQUESTED_AT']
  // A caller has made the root; where it is gone again, the caller is gone too and there is nothing to serve.
  if (requestedAt !== undefined && !existsSync(defaultRoot(environment))) return
  const root = createRoot(defaultRoot(environment))
  const switches = (environment['LAUNCHD_EMULATOR_SWITCHES'] ?? '').split(/\s+/).filter((word) => word !== '')
  if (switches.length > 0) writeSwitchTexts(root, Object.fromEntries(switches.map(splitSwitch)))
  const daemon = await startDaemon({
    root,
    home: environment['LAUNCHD_EMULATOR_HOME'] || homedir(),
    idleSeconds: Number(environment['LAUNCHD_EMULATOR_IDLE_SECONDS'] || 30),
    ...(requestedAt === undefined ? {} : { requestedAt: Number(requestedAt) }),
    log: (line) => process.stderr.write(`${new Date().toISOString()} ${line}\n`),
  })
  if (daemon === undefined) return
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void daemon.stop())
  process.on('SIGHUP', () => {})
  await daemon.ended
}

function splitSwitch(word: string): readonly [string, string] {
  const [key = '', ...value] = word.split('=')
  return [key, value.join('=')]
}

main().then(
  // Answers that are still on their way out must not be cut off; nothing else keeps the process.
  () => setTimeout(() => process.exit(0), 1000).unref(),
  (cause: unknown) => {
    process.stderr.write(`launchd: ${cause instanceof Error ? cause.message : String(cause)}\n`)
    process.exit(1)
  },
)
