import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Launchd } from '../launchd.ts'
import { readPlistFile } from '../plist-file-checks.ts'
import type { LoadableDomain } from './path-errors.ts'

/** The property lists that one path argument stands for: a directory is scanned (V-BOOTSTRAP-6). */
export function plistPaths(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path]
  return readdirSync(path)
    .filter((name) => name.endsWith('.plist'))
    .sort()
    .map((name) => join(path, name))
}

/**
 * Loads one property list into a domain, with launchd's checks in launchd's order (E-ORDER-1). The answer is the real
 * error number, which an unprivileged caller seldom gets to see (E-MASK-2); `undefined` = loaded.
 */
export function loadPath(
  path: string,
  domain: LoadableDomain,
  launchd: Launchd,
  { ignoreDisabledKey = false }: { readonly ignoreDisabledKey?: boolean } = {},
): number | undefined {
  if (launchd.isShuttingDown) return 124
  const { switches } = launchd
  const file = readPlistFile(path, { uid: launchd.uid, acceptSymlink: switches['K-SYMLINK'] === 'accept' })
  if ('problem' in file) return file.problem
  const { definition } = file
  // The override beats the property list's own key (R-DISABLED-1).
  const disabled = launchd.overrides.get(definition.label) ?? (definition.disabled && !ignoreDisabledKey)
  if (disabled) return 119
  const session = domain.kind === 'gui' ? 'Aqua' : 'Background'
  if (!definition.sessionTypes.includes(session)) return 134
  const loaded = launchd.find(domain, definition.label)
  if (loaded !== undefined) {
    const isSamePath = loaded.record.path === path
    if (!isSamePath) launchd.log('Attempt to re-bootstrap service from different path, will use existing')
    return isSamePath ? 37 : 17
  }
  // Denied in the login items: either refused, or accepted and taken away at once (R-BTM-3).
  if (switches['K-BTM'] === '5') return 5
  if (switches['K-BTM'] === 'allow') launchd.load(domain.kind, path, definition)
  else launchd.log(`${definition.label}: Untrusted service was denied launch by BTM. Removing.`)
  return undefined
}
