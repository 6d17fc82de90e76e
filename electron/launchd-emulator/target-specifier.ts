import type { Switches } from './switches.ts'

/** A domain as launchctl's target specifiers name it. */
export type Domain =
  | { readonly kind: 'system' }
  | { readonly kind: 'gui' | 'user' | 'login' | 'asid' | 'pid'; readonly id: number }

export interface Target {
  readonly domain: Domain
  /** Absent in a domain target. */
  readonly label?: string
}

/**
 * `gui/501`, `gui/501/com.example.agent`, `system/com.example.daemon`: split at `/` into at most three parts; a uid that
 * is no number is 0 (V-GEN-7). `undefined` for what is no target at all, a bare label for example.
 */
export function parseTarget(text: string): Target | undefined {
  const [kind, second, ...rest] = text.split('/')
  switch (kind) {
    case 'system':
      return withLabel({ kind }, [second, ...rest].filter((part) => part !== undefined).join('/'))
    case 'gui':
    case 'user':
    case 'login':
    case 'asid':
    case 'pid':
      if (second === undefined) return undefined
      return withLabel({ kind, id: /^\d+$/.test(second) ? Number(second) : 0 }, rest.join('/'))
    default:
      return undefined
  }
}

/** `gui/501`, as `print` writes it. */
export function formatDomain(domain: Domain): string {
  return domain.kind === 'system' ? 'system' : `${domain.kind}/${domain.id}`
}

/** The name of a domain in messages (V-GEN-6). Legacy verbs know their domain only as `port`. */
export function domainWords(domain: Domain | 'port', switches: Pick<Switches, 'K-UIDWORD'>): string {
  if (domain === 'port') return 'port'
  switch (domain.kind) {
    case 'system':
      return 'system'
    case 'gui':
      return `user gui: ${domain.id}`
    case 'user':
      return `${switches['K-UIDWORD']} ${domain.id}`
    case 'login':
    case 'asid':
    case 'pid':
      return `${domain.kind}: ${domain.id}`
    default:
      return unreachable(domain)
  }
}

function withLabel(domain: Domain, label: string): Target {
  return label === '' ? { domain } : { domain, label }
}

function unreachable(domain: never): never {
  throw new Error(`no such domain: ${JSON.stringify(domain)}`)
}
