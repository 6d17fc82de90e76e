import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type CommandDescription,
  type DefinitionCommand,
  describeCommand,
  foreignReason,
  homeOfCommand,
} from './definition-command.ts'
import { currentScript, currentScriptWrapped, currentShell, early, mid } from './fixtures/definitions.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import { serviceForHome } from './service.ts'

const accountHome = '/Users/ana'
const home = '/Users/ana/.hermes'
const python = '/Users/ana/.hermes/hermes-agent/venv/bin/python'

const currentHome: Partial<CommandDescription> = {
  launcher: 'osascript',
  wrapped: true,
  replaces: false,
  pinnedHome: home,
  logs: [`${home}/logs/gateway.log`, `${home}/logs/gateway.error.log`],
}

test.each([
  ['early', early, { launcher: 'direct', wrapped: false, replaces: true, pinnedHome: home, logs: [] }],
  [
    'mid',
    mid,
    {
      launcher: 'direct',
      wrapped: true,
      replaces: false,
      pinnedHome: `${home}/profiles/work`,
      profile: 'work',
      logs: [`${home}/profiles/work/logs/gateway.error.log`],
    },
  ],
  ['current, AppleScript', currentShell, currentHome],
  ['current, JavaScript', currentScript, currentHome],
  ['current, wrapped by a tool', currentScriptWrapped, currentHome],
] satisfies [string, DefinitionCommand, Partial<CommandDescription>][])('%s', (_, definition, expected) => {
  expect(describeCommand(definition)).toMatchObject({
    gateway: true,
    interpreter: python,
    programs: [python],
    ...expected,
  })
})

function command(...words: readonly string[]): DefinitionCommand {
  return { arguments: words, environment: {} }
}

test.each([
  [
    'newest',
    command('/o/python3', '-I', '-c', 'from hermes_cli.main import main; main()', 'gateway', 'run'),
    '/o/python3',
  ],
  ['newest, by place', command(`${python}3`, '-I', '-c', 'go()', 'gateway', 'run'), `${python}3`],
  ['the shim', command('/Users/ana/.local/bin/hermes', '-p', 'work', 'gateway', 'run'), '/Users/ana/.local/bin/hermes'],
  ['a script', command('/usr/bin/python3', '/x/hermes_cli/main.py', 'gateway', 'run'), '/usr/bin/python3'],
  ['kept awake', command('/usr/bin/caffeinate', '-s', python, '-m', 'hermes_cli.main', 'gateway', 'run'), python],
  ['env', command('/usr/bin/env', 'A=b', python, '-m', 'hermes_cli.main', 'gateway', 'run'), python],
  ['a shell', command('/bin/zsh', '-lc', `cd /x && export A=b; exec ${python} -m hermes_cli.main gateway run`), python],
  [
    'a program apart from its name',
    { program: python, arguments: ['hermes', '-m', 'hermes_cli.main', 'gateway', 'run'], environment: {} },
    python,
  ],
])('a gateway in the form of %s', (_, definition, interpreter) => {
  expect(describeCommand(definition)).toMatchObject({ gateway: true, interpreter })
})

test('a home that is set on the command line beats the environment', () => {
  const shell = {
    ...command('/bin/sh', '-c', `HERMES_HOME=/other ${python} -m hermes_cli.main gateway run`),
    environment: { HERMES_HOME: home },
  }
  expect(describeCommand(shell).pinnedHome).toBe('/other')
})

test.each([
  ['nothing', command()],
  ['another program', command('/usr/local/bin/watchdog', '--hermes', 'gateway')],
  ['a loop around the CLI', command('/bin/bash', '-c', 'while true; do hermes gateway start; sleep 5; done')],
  ['a script without a command', command('/usr/bin/osascript', '-e', 'beep')],
  ['a script that does not end its string', command('/usr/bin/osascript', '-e', 'do shell script "exec')],
  ['a shell text that does not end its quote', command('/bin/sh', '-c', "exec 'x")],
  ['the dashboard', command(python, '-m', 'hermes_cli.main', 'serve')],
])('%s is no gateway', (_, definition) => {
  expect(describeCommand(definition).gateway).toBe(false)
})

test.each([
  [{ pinnedHome: '/h' }, '/h'],
  [{ pinnedHome: '/h', profile: 'work' }, '/h/profiles/work'],
  [{ pinnedHome: '/h/profiles/a', profile: 'work' }, '/h/profiles/work'],
  [{ pinnedHome: '/h/profiles/a', profile: 'default' }, '/h'],
  [{ pinnedHome: '/h', profile: 'No Name' }, '/h'],
  [{ profile: 'work' }, `${home}/profiles/work`],
  [{}, home],
])('%j uses %s', (part, expected) => {
  const description = { ...describeCommand(command()), ...part }
  expect(homeOfCommand(description, accountHome)).toBe(expected)
})

test.each([
  ['the default home', early, home, undefined],
  ['a profile', mid, `${home}/profiles/work`, undefined],
  ['the current form', currentScript, home, undefined],
  ['a definition without a home, as of early 2026', { ...early, environment: {} }, home, undefined],
  ['another home', early, `${home}/profiles/work`, `it runs the gateway of another home: ${home}`],
  ["a profile's", mid, home, `it runs the gateway of another home: ${home}/profiles/work (profile work)`],
  ['another app', command('/opt/keeper/run', '--secret', 'x'), home, 'it runs "run", not a Hermes gateway'],
  ['an empty command', command(), home, 'it runs nothing'],
])('%s', (_, definition, of, reason) => {
  expect(foreignReason(describeCommand(definition), serviceForHome(of, accountHome), accountHome)).toBe(reason)
})

test('homes are compared by where they lead', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'volume'))
  await symlink(join(folder, 'volume'), join(folder, '.hermes'))
  const definition = { ...early, environment: { HERMES_HOME: join(folder, '.hermes') } }
  const service = serviceForHome(join(folder, 'volume'), folder)
  expect(foreignReason(describeCommand(definition), service, folder)).toBeUndefined()
})
