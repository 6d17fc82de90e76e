import { describe, expect, it } from 'vitest'
import { chooseDomain, type DomainChoice } from './choose-domain.ts'
import { type DomainTarget, formatDomain } from './target.ts'

const gui: DomainTarget = { kind: 'gui', uid: 501 }
const user: DomainTarget = { kind: 'user', uid: 501 }

type Seen = 'job' | 'absent' | 'no-session' | 'unknown'

/** Looks once, with these answers by domain; says what was seen and which domains were asked. */
async function look(choice: DomainChoice, answers: { readonly gui?: Seen; readonly user?: Seen }) {
  const asked: string[] = []
  const { seen } = await choice.look(async (domain) => {
    asked.push(formatDomain(domain))
    return { seen: answers[domain.kind] ?? 'unknown' }
  })
  return { seen, asked, current: formatDomain(choice.current) }
}

describe('C-DOMAIN-1 chooseDomain', () => {
  it.each(['job', 'absent'] as const)('asks one domain only where gui answers %s', async (seen) => {
    expect(await look(chooseDomain(gui, user), { gui: seen })).toEqual({ seen, asked: ['gui/501'], current: 'gui/501' })
  })

  it('stays in gui after gui has answered once, whatever comes', async () => {
    const choice = chooseDomain(gui, user)
    await look(choice, { gui: 'absent' })
    expect(await look(choice, { gui: 'no-session', user: 'job' })).toEqual({
      seen: 'no-session',
      asked: ['gui/501'],
      current: 'gui/501',
    })
  })

  it('goes to the user domain where gui has no session, and stays there', async () => {
    const choice = chooseDomain(gui, user)
    expect(await look(choice, { gui: 'no-session', user: 'absent' })).toEqual({
      seen: 'absent',
      asked: ['gui/501', 'user/501'],
      current: 'user/501',
    })
    expect(await look(choice, { user: 'no-session', gui: 'job' })).toEqual({
      seen: 'no-session',
      asked: ['user/501'],
      current: 'user/501',
    })
  })

  it.each(['no-session', 'unknown'] as const)('keeps the answer of gui where the user domain is %s', async (seen) => {
    const choice = chooseDomain(gui, user)
    const expected = { seen: 'no-session', asked: ['gui/501', 'user/501'], current: 'gui/501' }
    expect(await look(choice, { gui: 'no-session', user: seen })).toEqual(expected)
    expect(await look(choice, { gui: 'no-session', user: seen })).toEqual(expected)
  })

  it('decides nothing when gui cannot tell', async () => {
    const choice = chooseDomain(gui, user)
    expect(await look(choice, { gui: 'unknown', user: 'job' })).toMatchObject({ seen: 'unknown', asked: ['gui/501'] })
    expect(await look(choice, { gui: 'no-session', user: 'job' })).toMatchObject({ seen: 'job', current: 'user/501' })
  })

  it('never leaves a domain that is the only one', async () => {
    expect(await look(chooseDomain(gui), { gui: 'no-session' })).toMatchObject({ asked: ['gui/501'] })
  })

  it('settles on one domain when two looks overlap', async () => {
    const choice = chooseDomain(gui, user)
    const answers = { gui: 'no-session', user: 'job' } as const
    await Promise.all([look(choice, answers), look(choice, answers)])
    expect(formatDomain(choice.current)).toBe('user/501')
  })
})
