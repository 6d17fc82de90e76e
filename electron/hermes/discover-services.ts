import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  defaultHome,
  defaultProfile,
  type GatewayService,
  isGatewayLabel,
  isProfileName,
  launchAgentsFolder,
  plistPathOf,
  profileHome,
  profileOfHome,
  resolveHome,
  rootOfHome,
  serviceForHome,
} from './service.ts'

export interface Surroundings {
  /** The account's home by its passwd entry. */
  readonly accountHome: string
  /** The home that was selected instead of `~/.hermes`. */
  readonly hermesHome?: string | undefined
  /** Reads the home that an installed definition pins (`EnvironmentVariables.HERMES_HOME`); undefined = none, or unreadable. */
  readonly pinnedHome: (plistPath: string) => Promise<string | undefined>
}

/**
 * Every gateway of this account: the root home, its profiles, and whatever installed definitions pin besides. One
 * service per home and per label. The label of an installed definition beats the one that its home would give, because
 * hash labels may pin a normal home (hermes-agent#115254) and restoring a second label for the same home would start
 * two gateways that fight.
 */
export async function discoverServices(surroundings: Surroundings): Promise<readonly GatewayService[]> {
  const { accountHome } = surroundings
  const root = rootOfHome(resolveHome(surroundings.hermesHome ?? defaultHome(accountHome)))
  const [profiles, installed] = await Promise.all([profilesOf(root), installedLabels(accountHome)])
  const derived = [root, ...profiles.map((profile) => profileHome(root, profile))].map((home) =>
    serviceForHome(home, accountHome),
  )
  const known = new Set(derived.map(({ label }) => label))
  const others = [...installed].filter((label) => !known.has(label)).sort()
  const pinned = (await Promise.all(others.map((label) => pinnedService(label, surroundings)))).filter(
    (service) => service !== undefined,
  )
  const ownLabel = derived.map((service) =>
    installed.has(service.label) ? service : (pinned.find(({ home }) => home === service.home) ?? service),
  )
  return uniqueByHome([...ownLabel, ...pinned])
}

async function pinnedService(label: string, surroundings: Surroundings): Promise<GatewayService | undefined> {
  const plistPath = plistPathOf(label, surroundings.accountHome)
  const pinned = await surroundings.pinnedHome(plistPath)
  if (pinned === undefined || !pinned.startsWith('/')) return undefined
  const home = resolveHome(pinned)
  return { label, profile: profileOfHome(home), home, plistPath }
}

function uniqueByHome(services: readonly GatewayService[]): readonly GatewayService[] {
  const byHome = new Map<string, GatewayService>()
  for (const service of services) if (!byHome.has(service.home)) byHome.set(service.home, service)
  return [...byHome.values()]
}

async function profilesOf(root: string): Promise<readonly string[]> {
  const folder = join(root, 'profiles')
  const candidates = (await entriesOf(folder)).filter(({ name }) => isProfileName(name) && name !== defaultProfile)
  const folders = await Promise.all(candidates.map((entry) => isFolder(folder, entry)))
  return candidates
    .filter((_, index) => folders[index] === true)
    .map(({ name }) => name)
    .sort()
}

async function isFolder(parent: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory()
  try {
    return (await stat(join(parent, entry.name))).isDirectory()
  } catch {
    return false
  }
}

async function installedLabels(accountHome: string): Promise<ReadonlySet<string>> {
  const labels = (await entriesOf(launchAgentsFolder(accountHome)))
    .filter(({ name }) => name.endsWith('.plist'))
    .map(({ name }) => name.slice(0, -'.plist'.length))
  return new Set(labels.filter(isGatewayLabel))
}

/** The entries of a folder; nothing where it cannot be listed: then there is nothing that could be found there. */
async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
