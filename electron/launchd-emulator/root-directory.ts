import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The longest path that macOS can bind a socket to: 104 bytes with the closing NUL. Linux allows 4 more. */
const longestSocketPath = 103

/** The mode bit of folders in which everybody may create files. */
const sticky = 0o1000

/** Where one emulator keeps everything: `LAUNCHD_EMULATOR_ROOT`, else a place of the user's own. */
export function defaultRoot(environment: Readonly<Record<string, string | undefined>>): string {
  const { LAUNCHD_EMULATOR_ROOT: root, XDG_STATE_HOME: state } = environment
  return resolve(root || join(state || join(homedir(), '.local', 'state'), 'launchd-emulator'))
}

/**
 * Creates the root, for its owner only; one that was open to others is closed to them. The answer is its one true path:
 * two names of a root must not get two daemons.
 * @throws for a folder that everybody shares, such as /tmp, or that belongs to somebody else.
 */
export function createRoot(root: string): string {
  mkdirSync(root, { recursive: true, mode: 0o700 })
  const path = realpathSync(root)
  const { mode } = statSync(path)
  if ((mode & sticky) !== 0) throw new Error(`${path} is shared: it cannot be a root`)
  if ((mode & 0o777) !== 0o700) chmodSync(path, 0o700)
  return path
}

/**
 * Where the daemon of this root listens. A root whose path is too long for a socket gets a short folder of the user's
 * own in /tmp, which unlike TMPDIR is the same for every caller.
 * @throws when that folder exists and belongs to somebody else or is open to others.
 */
export function socketPath(root: string): string {
  const inRoot = join(root, 'launchd.sock')
  if (Buffer.byteLength(inRoot) <= longestSocketPath) return inRoot
  const uid = process.getuid?.() ?? 0
  const folder = `/tmp/launchd-emulator-${uid}`
  const short = join(folder, `${rootKey(root).slice(0, 16)}.sock`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new Error(`${folder} is not a private folder of yours`)
  }
  return short
}

/** A name for this root that other roots do not share. */
export function rootKey(root: string): string {
  // Loaded only when needed: it would cost a call of launchctl a third of its own time.
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(root).digest('hex')
}
