import { expect, test } from 'vitest'
import { isGatewayCommandLine } from './gateway-command-line.ts'

const home = '/Users/ana/.hermes'
const work = '/Users/ana/.hermes/profiles/work'
const python = '/Users/ana/.hermes/hermes-agent/venv/bin/python'
const framework = '/opt/homebrew/Cellar/python@3.12/3.12.4/Python.app/Contents/MacOS/Python'

test.each([
  ['early', `${python} -m hermes_cli.main gateway run --replace`],
  ['current', `${python} -m hermes_cli.main gateway run --external-supervisor`],
  ['newest', `${python} -I -c import sys; run() gateway run --external-supervisor`],
  ['a framework python', `${framework} -m hermes_cli.main gateway run`],
  ['a framework python with code', `${framework} -I -c from hermes_cli.main import main; main() gateway run`],
  ['the script', `${python} /Users/ana/.hermes/hermes-agent/hermes_cli/main.py gateway run`],
  ['the shim', `${python} /Users/ana/.local/bin/hermes gateway run -v`],
  ['by its own name', 'hermes gateway run'],
  ['hermes-gateway', '/usr/local/bin/hermes-gateway gateway run'],
  ['a stand-in', '/usr/bin/node /opt/stand-in-gateway/hermes.js gateway run'],
  ['in the foreground after a restart', `${python} -m hermes_cli.main gateway restart`],
  ['the default profile by name', `${python} -m hermes_cli.main --profile default gateway run`],
])('%s is the gateway of the default home', (_, commandLine) => {
  expect(isGatewayCommandLine(commandLine, home)).toBe(true)
})

test.each([
  ['the wrapper', `${python} -m hermes_cli.stderr_timestamp --error-log e -- ${python} -m hermes_cli.main gateway run`],
  [
    'the wrapper as a script',
    `${python} /x/hermes_cli/stderr_timestamp.py -- ${python} -m hermes_cli.main gateway run`,
  ],
  ['osascript', `/usr/bin/osascript -e do shell script "exec ${python} -m hermes_cli.main gateway run"`],
  ['another command of Hermes', `${python} -m hermes_cli.main gateway status`],
  ['a chat about it', `${python} -m hermes_cli.main chat run gateway`],
  ['the dashboard', `${python} -m hermes_cli.main serve`],
  ['another program', '/usr/bin/python3 -m http.server gateway run'],
  ['an editor', 'vim gateway run'],
  ['nothing', ''],
  ['only the words', 'gateway run'],
  ['a profile of the home', `${python} -m hermes_cli.main -p work gateway run`],
])('%s is not', (_, commandLine) => {
  expect(isGatewayCommandLine(commandLine, home)).toBe(false)
})

test.each([
  ['-p work', true],
  ['--profile work', true],
  ['--profile=work', true],
  ['', true],
  ['-p other', false],
  ['--profile=default', false],
])('for the profile work, %j fits: %s', (flag, fits) => {
  expect(isGatewayCommandLine(`${python} -m hermes_cli.main ${flag} gateway run`, work)).toBe(fits)
})

test('a home with spaces in its path', () => {
  const spaced = '/Volumes/My Disk/her mes'
  const commandLine = `${spaced}/venv/bin/python -I -c run() gateway run`
  expect(isGatewayCommandLine(commandLine, spaced)).toBe(true)
  expect(isGatewayCommandLine(commandLine, '/Volumes/My Disk/other')).toBe(false)
})
