import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** One gateway that launchd may run: a Hermes home and the names that follow from it. */
export interface GatewayService {
  /** `ai.hermes.gateway` or `ai.hermes.gateway-<profile or hash>`. */
  readonly label: string
  /** `default`, or the name of the profile. */
  readonly profile: string
  /** HERMES_HOME, absolute and resolved. */
  readonly home: string
  /** Where its LaunchAgent definition belongs, absolute. */
  readonly plistPath: string
}

/** The label of the default home; every other gateway has this and a suffix. */
const defaultLabel = 'ai.hermes.gateway'

/** What Hermes calls the profile of a root home, and of any home that is no profile of a root. */
export const defaultProfile = 'default'

/**
 * Labels of gateways. Dots are no part of a suffix: `ai.hermes.gateway.reload.<pid>.<epoch>` is Hermes' transient
 * helper, and `ai.hermes.serve-*` and `ai.hermes.mobile-*` are other programs.
 */
const labelPattern = /^ai\.hermes\.gateway(?:-[A-Za-z0-9][A-Za-z0-9_-]{0,63})?$/

const profilePattern = /^[a-z0-9][a-z0-9_-]{0,63}$/

/** A name that cannot be a profile's. The message names the rule, for people. */
export class ProfileNameError extends Error {
  readonly profile: string
  constructor(profile: string) {
    super(
      `${JSON.stringify(profile)} is no profile name: 1 to 64 characters, only lower-case letters, digits, "_" and "-", beginning with a letter or digit (${profilePattern.source})`,
    )
    this.name = 'ProfileNameError'
    this.profile = profile
  }
}

export function isGatewayLabel(label: string): boolean {
  return labelPattern.test(label)
}

export function isProfileName(name: string): boolean {
  return profilePattern.test(name)
}

/** The home of a profile below this root; `default` is the root itself. Throws `ProfileNameError`. */
export function profileHome(root: string, profile: string): string {
  if (!isProfileName(profile)) throw new ProfileNameError(profile)
  return profile === defaultProfile ? root : join(root, 'profiles', profile)
}

/** The root of a home: `<root>` of `<root>/profiles/<name>`, else the home itself. */
export function rootOfHome(home: string): string {
  return isProfileHome(home) ? dirname(dirname(home)) : home
}

/** The profile that a home belongs to: `<name>` of `<root>/profiles/<name>`, else `default`. */
export function profileOfHome(home: string): string {
  return isProfileHome(home) ? basename(home) : defaultProfile
}

function isProfileHome(home: string): boolean {
  const name = basename(home)
  return basename(dirname(home)) === 'profiles' && isProfileName(name) && name !== defaultProfile
}

/** Where Hermes lives unless it is told otherwise. */
export function defaultHome(accountHome: string): string {
  return join(accountHome, '.hermes')
}

/** The folder of an account's LaunchAgent definitions: always the account's own home, whatever HERMES_HOME says. */
export function launchAgentsFolder(accountHome: string): string {
  return join(accountHome, 'Library', 'LaunchAgents')
}

export function plistPathOf(label: string, accountHome: string): string {
  return join(launchAgentsFolder(accountHome), `${label}.plist`)
}

/**
 * The service that Hermes itself would derive from this home. Both paths are resolved first, links included, because
 * Hermes compares and hashes resolved paths.
 * @param accountHome the account's home by its passwd entry; `$HOME` may have been pointed elsewhere
 */
export function serviceForHome(home: string, accountHome: string): GatewayService {
  const resolved = resolveHome(home)
  const label = labelOf(resolved, resolveHome(defaultHome(accountHome)))
  return { label, profile: profileOfHome(resolved), home: resolved, plistPath: plistPathOf(label, accountHome) }
}

function labelOf(home: string, usualHome: string): string {
  if (home === usualHome) return defaultLabel
  const profile = profileOfHome(home)
  if (profile !== defaultProfile) return `${defaultLabel}-${profile}`
  return `${defaultLabel}-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`
}

/** Makes a path absolute and follows links as far as it exists; the rest stays as written. Never throws. */
export function resolveHome(path: string): string {
  const absolute = resolve(path)
  try {
    return realpathSync.native(absolute)
  } catch {
    const parent = dirname(absolute)
    return parent === absolute ? absolute : join(resolveHome(parent), basename(absolute))
  }
}
