import fc from 'fast-check'
import { parse } from 'plist'
import { expect, test } from 'vitest'
import { type CommandDescription, describeCommand, foreignReason } from './definition-command.ts'
import { definitionPath, projectOf, renderDefinition, type TemplateFacts } from './definition-template.ts'
import { currentScript, mid } from './fixtures/definitions.ts'
import { serviceForHome } from './service.ts'
import { isObject, type JsonObject, textOf, textsOf } from './tolerant-json.ts'

const accountHome = '/Users/ana'
const interpreter = '/Users/ana/.hermes/hermes-agent/venv/bin/python'
const path = currentScript.environment.PATH

function factsFor(home: string, form: TemplateFacts['form']): TemplateFacts {
  return { service: serviceForHome(home, accountHome), interpreter, path, form }
}

function parsed(text: string): JsonObject {
  const value: unknown = parse(text)
  if (!isObject(value)) throw new Error('no dictionary')
  return value
}

/** What a rendering says, read with another program's parser. */
function readBack(text: string): CommandDescription {
  const definition = parsed(text)
  const environment = definition['EnvironmentVariables']
  return describeCommand({
    arguments: textsOf(definition['ProgramArguments']),
    environment: { HERMES_HOME: isObject(environment) ? textOf(environment['HERMES_HOME']) : undefined },
  })
}

test('the default home, through osascript, is what Hermes writes', () => {
  const text = renderDefinition({ ...factsFor('/Users/ana/.hermes', 'osascript'), openFiles: 65_536 })
  expect(parsed(text)).toEqual({
    Label: 'ai.hermes.gateway',
    ProgramArguments: currentScript.arguments,
    WorkingDirectory: '/Users/ana/.hermes',
    EnvironmentVariables: currentScript.environment,
    LimitLoadToSessionType: ['Aqua', 'Background'],
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 30,
    ExitTimeOut: 60,
    SoftResourceLimits: { NumberOfFiles: 65_536 },
    StandardOutPath: '/Users/ana/.hermes/logs/gateway.log',
    StandardErrorPath: '/Users/ana/.hermes/logs/gateway.error.log',
  })
})

test('a profile, where there is no osascript', () => {
  const definition = parsed(renderDefinition(factsFor('/Users/ana/.hermes/profiles/work', 'wrapper')))
  expect(definition['Label']).toBe('ai.hermes.gateway-work')
  expect(definition['ProgramArguments']).toEqual(mid.arguments)
  expect(definition).not.toHaveProperty('SoftResourceLimits')
})

test('a home that is no profile names none: its variable pins it', () => {
  const description = readBack(renderDefinition(factsFor('/opt/hermes', 'wrapper')))
  expect(description).toMatchObject({ gateway: true, pinnedHome: '/opt/hermes' })
  expect(description.profile).toBeUndefined()
})

test('one element per line, four spaces a level', () => {
  const lines = renderDefinition(factsFor('/Users/ana/.hermes', 'wrapper')).split('\n')
  expect(lines.slice(3, 8)).toEqual([
    '<dict>',
    '    <key>Label</key>',
    '    <string>ai.hermes.gateway</string>',
    '    <key>ProgramArguments</key>',
    '    <array>',
  ])
  expect(lines.filter((line) => /<[^/].*>.*<[^/]/.test(line.replace(/^<\?xml.*|^<!DOCTYPE.*/, '')))).toEqual([])
})

const name = fc
  .string({
    unit: fc.oneof(fc.constantFrom(...` '"\\$\`&<>;|*?~#()%é漢😀-=:`), fc.constantFrom(...'abcXYZ019._')),
    minLength: 1,
    maxLength: 12,
  })
  .filter((text) => !['.', '..'].includes(text) && text.trim() === text)

test.each(['osascript', 'wrapper'] as const)(
  '%s: whatever the paths are named, the same gateway is read back',
  (form) => {
    fc.assert(
      fc.property(name, name, (folder, project) => {
        const service = serviceForHome(`/nowhere/${folder}/hermes`, accountHome)
        const python = `/nowhere/${project}/venv/bin/python`
        const text = renderDefinition({ service, interpreter: python, path: '/usr/bin:/bin', form })
        const description = readBack(text)
        expect(description).toMatchObject({
          gateway: true,
          wrapped: true,
          interpreter: python,
          pinnedHome: service.home,
        })
        expect(description.logs).toContain(`${service.home}/logs/gateway.error.log`)
        expect(foreignReason(description, service, accountHome)).toBeUndefined()
      }),
    )
  },
)

test('a path that no property list can carry is refused', () => {
  expect(() => renderDefinition(factsFor('/opt/her\u0007mes', 'wrapper'))).toThrow(RangeError)
})

const login = '/opt/homebrew/bin:/usr/local/bin:/usr/bin:/bin'

test.each([
  [
    'everything is there',
    ['/p/venv/bin', '/p/node_modules/.bin', '/h/node/bin', '/h/node_modules/.bin', '/usr/local/bin'],
    ['/usr/local/bin/node'],
    `/p/venv/bin:/p/node_modules/.bin:/h/node/bin:/h/node_modules/.bin:/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin`,
  ],
  ['only the environment', ['/p/venv/bin'], [], `/p/venv/bin:${login}`],
  ['nothing', [], [], login],
  [
    'two nodes: the first counts',
    ['/opt/homebrew/bin', '/usr/local/bin'],
    ['/usr/local/bin/node', '/opt/homebrew/bin/node'],
    login,
  ],
])('PATH where %s', (_, folders, files, expected) => {
  const facts = { project: '/p', home: '/h', loginPath: login }
  const isFolder = (folder: string) => folders.includes(folder)
  expect(definitionPath({ ...facts, isFolder, isFile: (file) => files.includes(file) })).toBe(expected)
})

test('PATH names each folder once, in order, and none that a colon would cut', () => {
  const facts = { project: '/a:b', home: '/h', isFolder: () => true, isFile: () => false }
  expect(definitionPath({ ...facts, loginPath: '/x::/y:/x:/h/node/bin' })).toBe(
    '/h/node/bin:/h/node_modules/.bin:/x:/y',
  )
})

test('the checkout of an interpreter', () => {
  expect(projectOf(interpreter)).toBe('/Users/ana/.hermes/hermes-agent')
})
