import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import {
  isGatewayLabel,
  isProfileName,
  ProfileNameError,
  profileHome,
  profileOfHome,
  resolveHome,
  rootOfHome,
  serviceForHome,
} from './service.ts'

const account = '/nowhere/ana'

test.each([
  ['/nowhere/ana/.hermes', 'ai.hermes.gateway', 'default'],
  ['/nowhere/ana/.hermes/', 'ai.hermes.gateway', 'default'],
  ['/nowhere/ana/.hermes/profiles/work', 'ai.hermes.gateway-work', 'work'],
  ['/nowhere/other/profiles/work', 'ai.hermes.gateway-work', 'work'],
  ['/nowhere/other', 'ai.hermes.gateway-7c6ca177', 'default'],
  ['/nowhere/ana/.hermes/profiles/Work', 'ai.hermes.gateway-0fb8a66f', 'default'],
])('%s is %s', (home, label, profile) => {
  const service = serviceForHome(home, account)
  expect({ label: service.label, profile: service.profile }).toEqual({ label, profile })
  expect(service.plistPath).toBe(`/nowhere/ana/Library/LaunchAgents/${label}.plist`)
})

test('links are followed on both sides: a default home on another volume keeps the bare label', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'volume', 'profiles', 'work'), { recursive: true })
  await mkdir(join(folder, 'ana'))
  await symlink(join(folder, 'volume'), join(folder, 'ana', '.hermes'))
  const service = serviceForHome(join(folder, 'ana', '.hermes'), join(folder, 'ana'))
  expect(service).toMatchObject({ label: 'ai.hermes.gateway', home: join(folder, 'volume') })
  const linked = serviceForHome(join(folder, 'ana', '.hermes', 'profiles', 'new'), join(folder, 'ana'))
  expect(linked).toMatchObject({ label: 'ai.hermes.gateway-new', home: join(folder, 'volume', 'profiles', 'new') })
})

test.each([
  ['ai.hermes.gateway', true],
  ['ai.hermes.gateway-work', true],
  ['ai.hermes.gateway-1a2b3c4d', true],
  ['ai.hermes.gateway.reload.123.1790237730', false],
  ['ai.hermes.gateway-work.reload.123.1790237730', false],
  ['ai.hermes.gateway-', false],
  ['ai.hermes.gateways', false],
  ['ai.hermes.serve-work', false],
  ['ai.hermes.mobile-work', false],
  ['io.nousresearch.hermes-agent.gateway', false],
  ['ai.hermes.gateway-../x', false],
  ['ai.hermes.gateway\n', false],
])('label %j: %s', (label, accepted) => {
  expect(isGatewayLabel(label)).toBe(accepted)
})

test.each(['', 'Work', '-work', '_work', 'wörk', 'a b', '..', 'a/b', 'a'.repeat(65), 'work\n'])(
  '%j is no profile name, and the error names the rule',
  (name) => {
    expect(isProfileName(name)).toBe(false)
    expect(() => profileHome('/r', name)).toThrow(ProfileNameError)
    expect(() => profileHome('/r', name)).toThrow(/1 to 64 characters, only lower-case letters/)
  },
)

test('the default profile is the root itself', () => {
  expect(profileHome('/r', 'default')).toBe('/r')
  expect(rootOfHome('/r/profiles/default')).toBe('/r/profiles/default')
})

const profileName = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,63}$/).filter((name) => name !== 'default')

test('home, profile and label lead to each other', () => {
  fc.assert(
    fc.property(profileName, (name) => {
      const home = profileHome('/nowhere/root', name)
      expect(rootOfHome(home)).toBe('/nowhere/root')
      expect(profileOfHome(home)).toBe(name)
      const { label } = serviceForHome(home, account)
      expect(label).toBe(`ai.hermes.gateway-${name}`)
      expect(isGatewayLabel(label)).toBe(true)
    }),
  )
})

test('every home has an accepted label and a resolved path that stays itself', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^/\0]{1,12}$/u), { maxLength: 4 }), (parts) => {
      const service = serviceForHome(`/nowhere/${parts.join('/')}`, account)
      expect(isGatewayLabel(service.label)).toBe(true)
      expect(resolveHome(service.home)).toBe(service.home)
    }),
  )
})
