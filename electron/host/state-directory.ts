import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Where Caduceus keeps what is its own: kept copies, memory, activity log, sandbox. `CADUCEUS_STATE_DIR` names another
 * folder; a relative one is an error, since it would be another folder in every terminal.
 */
export function stateDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home = homedir(),
): string {
  const given = environment['CADUCEUS_STATE_DIR']
  if (given !== undefined && given !== '') {
    if (!isAbsolute(given))
      throw new RangeError(`CADUCEUS_STATE_DIR must be an absolute path, and is ${JSON.stringify(given)}.`)
    return given
  }
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Caduceus')
  const xdg = environment['XDG_STATE_HOME']
  // The specification has relative values ignored.
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.local', 'state'), 'caduceus')
}
