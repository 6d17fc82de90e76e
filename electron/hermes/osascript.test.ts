import vm from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderScript, shellTextOf } from './osascript.ts'

const command = '/v/python -m hermes_cli.main gateway run --external-supervisor'

test.each([
  ['-e', `do shell script "exec ${command} >> /l/out 2>> /l/err"`],
  ['-e', `do shell script "exec " & "${command} >> /l/out" & " 2>> /l/err"`],
  ['-e', `set x to "hello"\ndo shell script "exec ${command} >> /l/out 2>> /l/err"`],
])('AppleScript %s %s', (flag, script) => {
  expect(shellTextOf(['osascript', flag, script])).toBe(`exec ${command} >> /l/out 2>> /l/err`)
})

test('quoted form of is read as the shell does', () => {
  const script = `do shell script "exec " & quoted form of "/my disk/it's/python" & " -m hermes_cli.main gateway run"`
  expect(shellTextOf(['osascript', '-e', script])).toBe(
    `exec '/my disk/it'\\''s/python' -m hermes_cli.main gateway run`,
  )
})

test.each([
  `ObjC.import("stdlib"); var st = $.system("exec ${command}"); $.exit(st)`,
  `ObjC.import('stdlib'); const st = $.system('exec ${command}')`,
  `ObjC.import("stdlib"); $.system("exec " + "${command}")`,
])('JavaScript %s', (script) => {
  expect(shellTextOf(['/usr/bin/osascript', '-l', 'JavaScript', '-e', script])).toBe(`exec ${command}`)
})

test('a script over several -e', () => {
  const words = ['osascript', '-l', 'JavaScript', '-e', 'ObjC.import("stdlib")', '-e', `$.system("exec ${command}")`]
  expect(shellTextOf(words)).toBe(`exec ${command}`)
})

test.each([[['osascript']], [['osascript', '-e']], [['osascript', '-e', 'beep']], [['osascript', '/x/script.scpt']]])(
  '%j has no shell text',
  (words) => {
    expect(shellTextOf(words)).toBeUndefined()
  },
)

/** Runs the script as osascript would, with `system` answering a wait status, and tells what it asked and how it ended. */
function runScript(script: string, status: number): { asked: unknown; exit: unknown } {
  const seen: { asked: unknown; exit: unknown } = { asked: undefined, exit: undefined }
  const $ = {
    system: (text: unknown) => {
      seen.asked = text
      return status
    },
    exit: (code: unknown) => {
      seen.exit = code
    },
  }
  vm.runInNewContext(script, { $, ObjC: { import: () => undefined } })
  return seen
}

test.each([
  ['exit 0', 0, 0],
  ['exit 75', 75 << 8, 75],
  ['exit 1', 1 << 8, 1],
  ['SIGTERM', 15, 143],
  ['SIGKILL', 9, 137],
  ['SIGABRT with a core', 6 | 0x80, 134],
])('the script ends as its command did: %s', (_, status, exit) => {
  expect(runScript(renderScript('x'), status).exit).toBe(exit)
})

test('whatever the shell text holds, the script runs exactly it, and it is found again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shellText = `exec ${text} gateway run`
      expect(runScript(renderScript(shellText), 0).asked).toBe(shellText)
      expect(shellTextOf(['osascript', '-l', 'JavaScript', '-e', renderScript(shellText)])).toBe(shellText)
    }),
  )
})

test('any script can be read', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab"\'\\u{}x0&+ ') }),
      (script) => void shellTextOf(['o', '-e', script]),
    ),
  )
})
