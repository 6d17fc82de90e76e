import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readTail } from '../files/read-tail.ts'
import { projectOf } from './definition-template.ts'
import { defaultHome, rootOfHome } from './service.ts'

/** A Hermes that is installed on this machine. */
export interface InstalledHermes {
  /** Its checkout, whose environment holds the interpreter. */
  readonly project: string
  /** Its python, absolute; by the path that Hermes itself writes, links not followed. */
  readonly interpreter: string
  /** Its command line program, where one was found. */
  readonly cli?: string
}

/** The environment's folder; `.venv` is what newer tools make. */
const interpreters = ['venv/bin/python', 'venv/bin/python3', '.venv/bin/python', '.venv/bin/python3']

/** A shim is a few lines; more than this is a program of its own. */
const longestShim = 16 * 1024

/**
 * Finds the Hermes that serves this home: its root's checkout, then the account's usual one, then the one that the
 * command line shims lead to. Undefined: not installed. Never throws.
 */
export async function discoverHermes(home: string, accountHome: string): Promise<InstalledHermes | undefined> {
  const roots = [...new Set([rootOfHome(home), defaultHome(accountHome)])]
  const shims = [join(accountHome, '.local', 'bin', 'hermes'), ...roots.map((root) => join(root, 'bin', 'hermes'))]
  for (const root of roots) {
    const project = join(root, 'hermes-agent')
    const interpreter = await firstExecutable(interpreters.map((name) => join(project, name)))
    if (interpreter !== undefined) return await withCli({ project, interpreter }, shims)
  }
  for (const shim of shims) {
    const interpreter = await interpreterOfShim(shim)
    if (interpreter !== undefined) return await withCli({ project: projectOf(interpreter), interpreter }, shims)
  }
  return undefined
}

async function withCli(found: InstalledHermes, shims: readonly string[]): Promise<InstalledHermes> {
  const cli = await firstExecutable([...shims, join(dirname(found.interpreter), 'hermes')])
  return cli === undefined ? found : { ...found, cli }
}

/** A shim begins with `#!<environment>/bin/python` or runs `<environment>/bin/hermes`. */
async function interpreterOfShim(shim: string): Promise<string | undefined> {
  const text = await readTail(shim, longestShim).catch(() => '')
  const bin = /(\/[^\n"'#!]*\/\.?venv\/bin)\/(?:python[\d.]*|hermes)\b/.exec(text)?.[1]
  return bin === undefined ? undefined : await firstExecutable([join(bin, 'python'), join(bin, 'python3')])
}

async function firstExecutable(paths: readonly string[]): Promise<string | undefined> {
  const usable = await Promise.all(paths.map(isExecutable))
  return paths.find((_, index) => usable[index] === true)
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
