import { existsSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'

/** Whose gateway this is, with the environment as its `.env` amends it. */
export interface HermesHome {
  /** HERMES_HOME, absolute. */
  readonly path: string
  /** The home that holds `profiles/`; the same as `path` for the default profile. */
  readonly root: string
  /** `default`, or the name of the profile. */
  readonly profile: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

type HomeLook = { readonly home: HermesHome } | { readonly exitCode: number; readonly complaint: string }

/**
 * Finds the home as Hermes does: `HERMES_HOME`, else `~/.hermes`, moved to a profile of the same root by `-p`.
 *
 * Without `HERMES_HOME` the home may be that of a real Hermes. It is refused unless somebody left switches for the
 * stand-in there, so that a stray start never writes into it.
 */
export function findHome(environment: NodeJS.ProcessEnv, profile: string | undefined): HomeLook {
  const pinned = environment['HERMES_HOME']
  let path = resolve(pinned || join(homedir(), '.hermes'))
  const root = basename(dirname(path)) === 'profiles' ? dirname(dirname(path)) : path
  if (profile !== undefined) {
    if (profile !== 'default' && !/^[a-z0-9][a-z0-9_-]{0,63}$/.test(profile)) {
      return { exitCode: 1, complaint: `Error: Invalid profile name '${profile}'.` }
    }
    path = profile === 'default' ? root : join(root, 'profiles', profile)
    if (profile !== 'default' && !isDirectory(path)) {
      return { exitCode: 1, complaint: `Error: Profile '${profile}' does not exist.` }
    }
  }
  if (!pinned && environment['HERMES_STAND_IN'] === undefined && !existsSync(join(path, 'stand-in.json'))) {
    return {
      exitCode: 2,
      complaint: `HERMES_HOME is not set, and ${path} has no stand-in.json: this may be a real Hermes, nothing was done`,
    }
  }
  return {
    home: {
      path,
      root,
      profile: path === root ? 'default' : basename(path),
      environment: { ...environment, ...readDotEnv(join(path, '.env')) },
    },
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** `NAME=value` lines; the file wins over the environment, as it does in Hermes. */
function readDotEnv(path: string): Record<string, string> {
  const variables: Record<string, string> = {}
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return variables
  }
  for (const line of text.split('\n')) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line)
    if (match?.[1] !== undefined && match[2] !== undefined)
      variables[match[1]] = match[2].replace(/^(["'])(.*)\1$/, '$2')
  }
  return variables
}
