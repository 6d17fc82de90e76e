import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { discoverHermes } from './discover-hermes.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'

async function account(files: Readonly<Record<string, string>>): Promise<string> {
  const accountHome = await temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(accountHome, name)), { recursive: true })
    await writeFile(join(accountHome, name), text.replaceAll('~', accountHome), { mode: 0o755 })
  }
  return accountHome
}

const venv = '.hermes/hermes-agent/venv/bin/python'

test.each([
  ['the usual checkout', { [venv]: '' }, '.hermes', venv],
  ['the checkout, for a profile', { [venv]: '' }, '.hermes/profiles/work', venv],
  ['the checkout, for a home elsewhere', { [venv]: '' }, 'elsewhere', venv],
  ['python3 only', { [`${venv}3`]: '' }, '.hermes', `${venv}3`],
  ['.venv', { '.hermes/hermes-agent/.venv/bin/python': '' }, '.hermes', '.hermes/hermes-agent/.venv/bin/python'],
  [
    "the home's own before the account's",
    { [venv]: '', 'own/hermes-agent/venv/bin/python': '' },
    'own',
    'own/hermes-agent/venv/bin/python',
  ],
  [
    'a checkout that a shim begins with',
    { 'src/hermes/venv/bin/python3': '', '.local/bin/hermes': '#!~/src/hermes/venv/bin/python3\nimport x\n' },
    '.hermes',
    'src/hermes/venv/bin/python3',
  ],
  [
    'a checkout that a shim runs',
    { 'src/hermes/venv/bin/python': '', '.hermes/bin/hermes': '#!/bin/sh\nexec "~/src/hermes/venv/bin/hermes" "$@"\n' },
    '.hermes',
    'src/hermes/venv/bin/python',
  ],
])('%s', async (_, files, home, interpreter) => {
  const accountHome = await account(files)
  const found = await discoverHermes(join(accountHome, home), accountHome)
  expect(found?.interpreter).toBe(join(accountHome, interpreter))
  expect(found?.project).toBe(dirname(dirname(dirname(join(accountHome, interpreter)))))
})

test('the command line program comes along', async () => {
  const accountHome = await account({ [venv]: '', '.local/bin/hermes': '#!/bin/sh\n' })
  const home = join(accountHome, '.hermes')
  expect((await discoverHermes(home, accountHome))?.cli).toBe(join(accountHome, '.local/bin/hermes'))
})

test.each([
  ['nothing', {}],
  ['a shim that leads nowhere', { '.local/bin/hermes': '#!/gone/venv/bin/python\n' }],
  ['a shim of something else', { '.local/bin/hermes': 'binary\0stuff' }],
])('%s is not installed', async (_, files) => {
  const accountHome = await account(files)
  expect(await discoverHermes(join(accountHome, '.hermes'), accountHome)).toBeUndefined()
})

test('a folder in the place of python is no python', async () => {
  const accountHome = await temporaryFolder()
  await mkdir(join(accountHome, venv), { recursive: true })
  expect(await discoverHermes(join(accountHome, '.hermes'), accountHome)).toBeUndefined()
})
