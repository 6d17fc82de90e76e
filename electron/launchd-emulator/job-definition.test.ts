import { build, buildBinary } from 'plist'
import { expect, test } from 'vitest'
import { parseJobDefinition } from './job-definition.ts'

function parse(root: Record<string, unknown>) {
  return parseJobDefinition(Buffer.from(build(root as Parameters<typeof build>[0])))
}

const minimal = { Label: 'com.example.agent', ProgramArguments: ['/bin/sh', '-c', 'exit 0'] }

test.each([
  ['an empty file', ''],
  ['text', 'hello'],
  ['a truncated file', '<?xml version="1.0"?><plist version="1.0"><dict><key>Label</key><string>a</string>'],
  ['an array', '<plist version="1.0"><array/></plist>'],
  ['the old NeXT format', '{Label = a; Program = "/bin/true";}'],
  ['JSON', '{"Label":"a","Program":"/bin/true"}'],
])('E-MASK-4 %s is no property list of a job: 109', (_what, text) => {
  expect(parseJobDefinition(Buffer.from(text))).toBe(109)
})

test('E-MASK-4 no label: 110, no program: 111', () => {
  expect(parse({ Program: '/bin/true' })).toBe(110)
  expect(parse({ ...minimal, Label: '' })).toBe(110)
  expect(parse({ Label: 'a' })).toBe(111)
  expect(parse({ Label: 'a', ProgramArguments: [] })).toBe(111)
  expect(parse({ Label: 'a', ProgramArguments: ['/bin/true', 7] })).toBe(111)
})

test('F-PRINT-3 Program, or the first of ProgramArguments, which is then inferred', () => {
  expect(parse(minimal)).toMatchObject({ program: '/bin/sh', inferredProgram: true })
  expect(parse({ ...minimal, Program: '/bin/bash' })).toMatchObject({
    program: '/bin/bash',
    inferredProgram: false,
    programArguments: ['/bin/sh', '-c', 'exit 0'],
  })
  expect(parse({ Label: 'a', Program: '/bin/true' })).toMatchObject({ programArguments: ['/bin/true'] })
})

test('F-PRINT-4 variables keep the order of the file; R-ENV-3 values that are no strings are ignored', () => {
  const EnvironmentVariables = { Z: '1', A: '2', NUMBER: 3, YES: true }
  expect(parse({ ...minimal, EnvironmentVariables })).toMatchObject({
    environment: [
      ['Z', '1'],
      ['A', '2'],
    ],
  })
})

test.each([
  [63, 0o77],
  ['077', 0o77],
  ['22', 0o22],
  ['9', undefined],
])('R-STDIO-3 Umask %j is a decimal integer or an octal string', (Umask, umask) => {
  const definition = parse({ ...minimal, Umask })
  expect(typeof definition === 'number' ? definition : definition.umask).toBe(umask)
})

test('R-SESSION-1 a job is for Aqua unless it says otherwise', () => {
  expect(parse(minimal)).toMatchObject({ sessionTypes: ['Aqua'] })
  expect(parse({ ...minimal, LimitLoadToSessionType: 'Background' })).toMatchObject({ sessionTypes: ['Background'] })
  expect(parse({ ...minimal, LimitLoadToSessionType: ['Aqua', 'Background'] })).toMatchObject({
    sessionTypes: ['Aqua', 'Background'],
  })
})

test('R-KEEPALIVE-2 KeepAlive is a boolean or conditions', () => {
  expect(parse(minimal)).toMatchObject({ keepAlive: false })
  expect(parse({ ...minimal, KeepAlive: true })).toMatchObject({ keepAlive: true })
  expect(parse({ ...minimal, KeepAlive: { SuccessfulExit: false, NetworkState: true } })).toMatchObject({
    keepAlive: { successfulExit: false },
  })
})

test('V-BOOTSTRAP-1 binary property lists are read too, and unknown keys and wrong types ignored', () => {
  const bytes = buildBinary({ ...minimal, ThrottleInterval: 'soon', ExitTimeOut: 0, Unheard: ['of'] })
  const definition = parseJobDefinition(bytes)
  expect(definition).toMatchObject({ label: 'com.example.agent', exitTimeoutSeconds: 0 })
  expect(definition).not.toHaveProperty('throttleIntervalSeconds')
})
