import { failed, type LaunchctlCall, type Outcome } from '../launchctl-call.ts'
import type { Launchd } from '../launchd.ts'
import { type Domain, domainWords, parseTarget, type Target } from '../target-specifier.ts'
import { targetLines, usageLine, type VerbName } from '../usage.ts'

/** One verb: what launchd does for it and what launchctl says. `args` are those after the verb. */
export type Verb = (args: readonly string[], launchd: Launchd, call: LaunchctlCall) => Outcome | Promise<Outcome>

/** A usage error of a verb that takes a target (V-GEN-8); `unrecognized` = the target itself was the trouble. */
export function targetUsage(verb: VerbName, { unrecognized }: { readonly unrecognized: boolean }): Outcome {
  return failed(64, ...(unrecognized ? ['Unrecognized target specifier.'] : []), usageLine(verb), ...targetLines)
}

/** A usage error of a verb without a target. */
export function plainUsage(verb: VerbName): Outcome {
  return failed(64, usageLine(verb))
}

interface ServiceTarget {
  readonly domain: Domain
  readonly label: string
}

/** Reads the one argument that must be a service target. The outcome is launchctl's complaint about anything else. */
export function serviceTarget(verb: VerbName, args: readonly string[], launchd: Launchd): ServiceTarget | Outcome {
  const [text, ...rest] = args
  if (text === undefined || rest.length > 0) return targetUsage(verb, { unrecognized: false })
  const target = parseTarget(text)
  if (target === undefined) return unusableTarget(verb, text, launchd)
  return target.label === undefined
    ? targetUsage(verb, { unrecognized: true })
    : { domain: target.domain, label: target.label }
}

/** Something that is no target: a bare label gets a hint on 26.x (V-GEN-9). */
export function unusableTarget(verb: VerbName, text: string, launchd: Launchd): Outcome {
  const isBareLabel = text !== '' && !text.includes('/') && !['gui', 'user', 'login', 'asid', 'pid'].includes(text)
  if (!isBareLabel || launchd.switches['K-BADTARGET'] === 'usage') return targetUsage(verb, { unrecognized: true })
  return failed(64, `Unrecognized target specifier, did you mean gui/${launchd.uid}/${text}`)
}

/** Why a domain cannot be used: 112 there is none, 125 nobody has a graphical session (K-NOGUI). */
export function domainProblem(domain: Domain, launchd: Launchd): 112 | 125 | undefined {
  switch (domain.kind) {
    case 'system':
      return undefined
    case 'gui': {
      if (domain.id !== launchd.uid) return 112
      const noGui = launchd.switches['K-NOGUI']
      return noGui === 'off' ? undefined : noGui === '125' ? 125 : 112
    }
    case 'user':
      return domain.id === launchd.uid ? undefined : 112
    case 'login':
    case 'asid':
    case 'pid':
      return 112
    default:
      return unreachable(domain)
  }
}

/** The domain of the caller's own session, on which the legacy verbs act: the graphical one where there is one. */
export function callerDomain(launchd: Launchd): { readonly kind: 'gui' | 'user'; readonly id: number } {
  return { kind: launchd.switches['K-NOGUI'] === 'off' ? 'gui' : 'user', id: launchd.uid }
}

/** The closing line of any verb that ends with 112 (V-GEN-5). */
export function noDomain(domain: Domain, launchd: Launchd): string {
  return `Could not find domain for ${domainWords(domain, launchd.switches)}`
}

/** The closing line of any verb that ends with 113 (V-GEN-5). */
export function noService(
  { domain, label }: Required<Target> | { domain: 'port'; label: string },
  launchd: Launchd,
): string {
  return `Could not find service "${label}" in domain for ${domainWords(domain, launchd.switches)}`
}

export function isOutcome(value: ServiceTarget | Outcome): value is Outcome {
  return 'code' in value
}

function unreachable(domain: never): never {
  throw new Error(`no such domain: ${JSON.stringify(domain)}`)
}
