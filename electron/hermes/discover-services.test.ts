import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { discoverServices } from './discover-services.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'

async function account(folders: readonly string[], definitions: readonly string[]): Promise<string> {
  const accountHome = await temporaryFolder()
  for (const name of folders) await mkdir(join(accountHome, name), { recursive: true })
  const agents = join(accountHome, 'Library', 'LaunchAgents')
  await mkdir(agents, { recursive: true })
  for (const name of definitions) await writeFile(join(agents, name), '')
  return accountHome
}

const nothingPinned = async () => undefined

test('without anything there is the default home', async () => {
  const accountHome = await temporaryFolder()
  expect(await discoverServices({ accountHome, pinnedHome: nothingPinned })).toEqual([
    {
      label: 'ai.hermes.gateway',
      profile: 'default',
      home: join(accountHome, '.hermes'),
      plistPath: join(accountHome, 'Library/LaunchAgents/ai.hermes.gateway.plist'),
    },
  ])
})

test('profiles are folders, or links to such, with a profile name', async () => {
  const accountHome = await account(
    ['.hermes/profiles/work', '.hermes/profiles/Bad Name', '.hermes/profiles/default', 'elsewhere'],
    [],
  )
  await writeFile(join(accountHome, '.hermes/profiles/notes'), '')
  await symlink(join(accountHome, 'elsewhere'), join(accountHome, '.hermes/profiles/linked'))
  await symlink('/no/such/place', join(accountHome, '.hermes/profiles/broken'))
  const services = await discoverServices({ accountHome, pinnedHome: nothingPinned })
  expect(services.map(({ profile }) => profile).sort()).toEqual(['default', 'default', 'work'])
  expect(services.map(({ home }) => home)).toContain(join(accountHome, 'elsewhere'))
})

test('another home brings its own root and profiles', async () => {
  const accountHome = await account(['.hermes', 'own/profiles/work', 'own/profiles/home'], [])
  const hermesHome = join(accountHome, 'own', 'profiles', 'work')
  const services = await discoverServices({ accountHome, hermesHome, pinnedHome: nothingPinned })
  expect(services.map(({ home }) => home)).toEqual([
    join(accountHome, 'own'),
    join(accountHome, 'own/profiles/home'),
    join(accountHome, 'own/profiles/work'),
  ])
  expect(services[0]?.label).toMatch(/^ai\.hermes\.gateway-[0-9a-f]{8}$/)
})

test('installed definitions add the homes that they pin, and foreign labels are never read', async () => {
  const accountHome = await account(
    ['.hermes'],
    [
      'ai.hermes.gateway.plist',
      'ai.hermes.gateway-1a2b3c4d.plist',
      'ai.hermes.gateway-empty.plist',
      'ai.hermes.gateway-odd.plist',
      'ai.hermes.gateway.reload.12.34.plist',
      'ai.hermes.serve-work.plist',
      'com.example.other.plist',
    ],
  )
  const read: string[] = []
  const services = await discoverServices({
    accountHome,
    pinnedHome: async (path) => {
      read.push(path.slice(path.lastIndexOf('/') + 1))
      if (path.endsWith('-1a2b3c4d.plist')) return '/nowhere/opt/hermes'
      return path.endsWith('-odd.plist') ? 'relative/home' : undefined
    },
  })
  expect(services.map(({ label, home }) => [label, home])).toEqual([
    ['ai.hermes.gateway', join(accountHome, '.hermes')],
    ['ai.hermes.gateway-1a2b3c4d', '/nowhere/opt/hermes'],
  ])
  expect(read.sort()).toEqual([
    'ai.hermes.gateway-1a2b3c4d.plist',
    'ai.hermes.gateway-empty.plist',
    'ai.hermes.gateway-odd.plist',
  ])
})

test('a home has one label: the installed one, where its usual one is not installed', async () => {
  const accountHome = await account(['.hermes'], ['ai.hermes.gateway-1a2b3c4d.plist'])
  const pinnedHome = async () => join(accountHome, '.hermes')
  const hashed = await discoverServices({ accountHome, pinnedHome })
  expect(hashed.map(({ label, profile }) => [label, profile])).toEqual([['ai.hermes.gateway-1a2b3c4d', 'default']])
  await writeFile(join(accountHome, 'Library/LaunchAgents/ai.hermes.gateway.plist'), '')
  const usual = await discoverServices({ accountHome, pinnedHome })
  expect(usual.map(({ label }) => label)).toEqual(['ai.hermes.gateway'])
})
