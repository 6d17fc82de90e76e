/** Names of things in launchd: a domain target (`gui/501`) and a service target (`gui/501/ai.hermes.gateway`). */

export interface DomainTarget {
  /** `gui` is a person's graphical session, `user` the per-user domain that exists without one (C-DOMAIN-1). */
  readonly kind: 'gui' | 'user'
  readonly uid: number
}

export function formatDomain(domain: DomainTarget): string {
  return `${domain.kind}/${domain.uid}`
}

export function formatService(domain: DomainTarget, label: string): string {
  return `${formatDomain(domain)}/${label}`
}
