import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../files/replace-file.ts'
import { quoteShellWord } from '../hermes/shell-words.ts'

/** Programs of the build that the sandbox runs; all absolute. */
export interface SandboxPrograms {
  /** Node, which runs the two others. */
  readonly node: string
  /** The emulator's daemon. */
  readonly launchd: string
  /** The stand-in gateway. */
  readonly standIn: string
}

/** A world of its own under one folder: an account home, a Hermes in it, and the embedded launchd that serves them. */
export interface Sandbox {
  readonly root: string
  /** Stands for the account's home: `Library/LaunchAgents` and `.hermes` are in it. */
  readonly accountHome: string
  /** The embedded launchd's own folder. */
  readonly launchdRoot: string
}

export function sandboxIn(stateDirectory: string): Sandbox {
  const root = join(stateDirectory, 'sandbox')
  return { root, accountHome: join(root, 'home'), launchdRoot: join(root, 'launchd') }
}

/**
 * Makes the sandbox ready: its folders, and the stand-in gateway in the place of Hermes' own python. Idempotent; a
 * build that has moved is followed.
 */
export async function prepareSandbox({ root, accountHome }: Sandbox, programs: SandboxPrograms): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  if (!isSandbox({ root })) await replaceFile(join(root, marker), '', { mode: 0o600 })
  const bin = join(accountHome, '.hermes', 'hermes-agent', 'venv', 'bin')
  await mkdir(bin, { recursive: true })
  const python = join(bin, 'python')
  const script = `#!/bin/sh\n# Runs the stand-in gateway of Caduceus where Hermes has its python.\nexec ${quoteShellWord(programs.node)} ${quoteShellWord(programs.standIn)} "$@"\n`
  const present = await readFile(python, 'utf8').catch(() => undefined)
  if (present !== script) await replaceFile(python, script, { mode: 0o755 })
  await chmod(python, 0o755)
}

/** Tells a sandbox of ours from a folder that merely has its name. */
const marker = '.caduceus-sandbox'

export function isSandbox({ root }: Pick<Sandbox, 'root'>): boolean {
  return existsSync(join(root, marker))
}

/** Removes the sandbox with everything in it. The embedded launchd must have been stopped before. */
export async function removeSandbox({ root }: Sandbox): Promise<void> {
  await rm(root, { recursive: true, force: true })
}
