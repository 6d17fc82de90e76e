import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatDisabled } from './disabled-format.ts'
import { formatDomainReport } from './domain-format.ts'
import { parseJobDefinition } from './job-definition.ts'
import { formatList, formatListed } from './list-format.ts'

function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')
}

const parsed = parseJobDefinition(
  Buffer.from(`<plist version="1.0"><dict>
    <key>Label</key><string>com.example.agent</string>
    <key>ProgramArguments</key><array><string>/bin/sh</string><string>/tmp/x.sh</string></array>
    <key>StandardOutPath</key><string>/tmp/out.log</string>
    <key>StandardErrorPath</key><string>/tmp/err.log</string>
    <key>KeepAlive</key><true/>
  </dict></plist>`),
)
if (typeof parsed === 'number') throw new Error('the definition of this test is broken')
const definition = parsed

test('F-LISTL-1 list of one label', () => {
  expect(formatListed({ definition, pid: 123, lastExit: { kind: 'code', code: 1 } })).toBe(fixture('list-label.txt'))
})

test.each([
  [undefined, 0],
  [{ kind: 'code', code: 75 }, 19200],
  [{ kind: 'signal', signal: 15 }, 15],
  [{ kind: 'signal', signal: 9 }, 9],
] as const)('F-LISTL-2 the raw wait status of %j is %i', (lastExit, status) => {
  const text = formatListed({ definition, ...(lastExit === undefined ? {} : { lastExit }) })
  expect(text).toContain(`\t"LastExitStatus" = ${status};\n`)
  expect(text).not.toContain('PID')
})

test('F-LIST-1 the table of list', () => {
  const named = (label: string) => ({ ...definition, label })
  expect(
    formatList([
      { definition: named('com.x'), pid: 812 },
      { definition: named('com.y'), lastExit: { kind: 'code', code: 78 } },
      { definition: named('com.z'), pid: 12, lastExit: { kind: 'signal', signal: 9 } },
      { definition: named('com.lost'), lastExit: { kind: 'abandoned' } },
    ]),
  ).toBe('PID\tStatus\tLabel\n812\t0\tcom.x\n-\t78\tcom.y\n12\t-9\tcom.z\n-\t???\tcom.lost\n')
})

test('F-DOMAIN-1 a graphical domain', () => {
  const text = formatDomainReport(
    {
      domain: 'gui/501',
      kind: 'gui',
      uid: 501,
      asid: 100017,
      activeCount: 425,
      serviceCount: 424,
      activeServiceCount: 230,
      environment: [['SSH_AUTH_SOCK', '/private/tmp/com.apple.launchd.tcPrbRORRV/Listeners']],
      services: [
        { label: 'com.example.agent', pid: 887, isPended: false },
        { label: 'com.example.broken', lastExit: { kind: 'code', code: 78 }, isPended: false },
      ],
      disabled: [['com.apple.rcd', true]],
    },
    'words',
  )
  expect(text).toBe(fixture('print-domain.txt'))
})

const overrides = [
  ['com.a', true],
  ['com.b', false],
] as const

test('F-DISABLED-1 overrides in words', () => {
  expect(formatDisabled(overrides, 'words')).toBe(fixture('print-disabled.txt'))
})

test('F-DISABLED-2 overrides in booleans: true means disabled', () => {
  expect(formatDisabled(overrides, 'booleans')).toBe(
    '\n\tdisabled services = {\n\t\t"com.a" => true\n\t\t"com.b" => false\n\t}\n',
  )
})

test('F-DISABLED-3 two forms of no override at all', () => {
  expect(formatDisabled([], 'booleans')).toBe('\n\tdisabled services = {\n\t}\n')
  expect(formatDisabled([], 'booleans-none')).toBe('\n\tdisabled services = (no disabled services)\n')
})
