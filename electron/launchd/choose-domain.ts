import type { DomainTarget } from './target.ts'

/** Which of a user's domains is talked to. Once one has answered a look, no other is ever tried. */
export interface DomainChoice {
  readonly current: DomainTarget
  /**
   * Asks the current domain. Until one has answered, a domain without a session passes the question on to the next, so
   * the usual case, a graphical session, costs no call of launchctl more than the look itself (C-DOMAIN-1). Where no
   * domain has a session, the first one's answer stands. A look that cannot tell decides nothing.
   */
  look<Look extends { readonly seen: string }>(ask: (domain: DomainTarget) => Promise<Look>): Promise<Look>
}

/**
 * Chooses among these domains, in this order. Only looks choose: a verb that changes something goes to the current
 * domain and nowhere else, or two domains could each be running the job.
 */
export function chooseDomain(first: DomainTarget, ...others: readonly DomainTarget[]): DomainChoice {
  let current = first
  let settled = others.length === 0

  function answeredBy(domain: DomainTarget): void {
    if (settled) return
    current = domain
    settled = true
  }

  return {
    get current() {
      return current
    },
    async look(ask) {
      const asked = current
      const look = await ask(asked)
      if (hasAnswered(look)) answeredBy(asked)
      if (settled || look.seen !== 'no-session') return look
      for (const domain of others) {
        const other = await ask(domain)
        if (hasAnswered(other)) {
          answeredBy(domain)
          return other
        }
      }
      return look
    },
  }
}

function hasAnswered(look: { readonly seen: string }): boolean {
  return look.seen !== 'no-session' && look.seen !== 'unknown'
}
