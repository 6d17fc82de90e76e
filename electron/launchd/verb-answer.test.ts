import { describe, expect, it } from 'vitest'
import { resultOf } from './fixtures/results.ts'
import type { VerbClaim } from './launchd.ts'
import { answerOf, type MutatingVerb } from './verb-answer.ts'

const verbs = ['bootstrap', 'bootout', 'kickstart', 'enable'] as const

const everyVerb: readonly (readonly [number, VerbClaim, string])[] = [
  [0, 'done', 'V-GEN-2'],
  [1, 'not-permitted', 'V-BOOTOUT-5'],
  [22, 'usage', 'V-KICKSTART-9'],
  [64, 'usage', 'V-GEN-8'],
  [112, 'no-session', 'V-BOOTSTRAP-4'],
  [119, 'disabled', 'E-MASK-7'],
  [125, 'no-session', 'V-BOOTSTRAP-3'],
  [139, 'cannot-execute', 'V-KICKSTART-8'],
  [144, 'not-permitted', 'V-ENABLE-2'],
  [150, 'not-permitted', 'V-ENABLE-2'],
  [9, 'unknown', 'no table knows it'],
  [153, 'unknown', 'E-NUM-1'],
]

const rows: readonly (readonly [MutatingVerb, number, VerbClaim, string])[] = [
  ...verbs.flatMap((verb) => everyVerb.map((row) => [verb, ...row] as const)),
  ['bootstrap', 5, 'masked', 'E-MASK-2'],
  ['bootstrap', 17, 'masked', 'E-MASK-9'],
  ['bootstrap', 37, 'masked', 'E-MASK-9'],
  ['bootstrap', 36, 'in-progress', 'E-NUM-1'],
  ...[2, 109, 110, 111, 121, 122, 133, 134, 155].map((code) => ['bootstrap', code, 'masked', 'E-MASK-5'] as const),
  ['bootstrap', 3, 'unknown', 'bootstrap cannot miss a job'],
  ['bootstrap', 113, 'unknown', 'bootstrap cannot miss a job'],
  ['bootout', 3, 'not-loaded', 'V-BOOTOUT-4'],
  ['bootout', 113, 'not-loaded', 'V-BOOTOUT-4'],
  ['bootout', 36, 'in-progress', 'V-BOOTOUT-2'],
  ['bootout', 37, 'in-progress', 'R-DRAIN-1'],
  ['bootout', 5, 'unknown', 'masking is of paths only'],
  ['kickstart', 3, 'not-loaded', 'V-GEN-1'],
  ['kickstart', 113, 'not-loaded', 'V-KICKSTART-6'],
  ['kickstart', 36, 'in-progress', 'R-SPAWN-1'],
  ['kickstart', 37, 'in-progress', 'V-KICKSTART-7'],
  ['kickstart', 5, 'unknown', 'masking is of paths only'],
  ['enable', 5, 'unknown', 'masking is of paths only'],
  ['enable', 37, 'unknown', 'nothing is started'],
  ['enable', 113, 'unknown', 'V-ENABLE-1: done for unknown labels'],
]

describe('answerOf', () => {
  it.each(rows)('%s → %d is %s (%s)', (verb, code, claim) => {
    expect(answerOf(verb, resultOf([verb, 'gui/501'], { code }), 1_000).claim).toBe(claim)
  })

  it.each([
    ['a timeout', { ended: 'timed-out' }],
    ['a failure', { ended: 'failed', cause: 'spawn ENOENT' }],
  ] as const)('C-TRUST-1: %s claims nothing', (_, end) => {
    for (const verb of verbs) expect(answerOf(verb, resultOf([verb], end), 1_000).claim).toBe('unknown')
  })
})

describe('evidence', () => {
  const bootstrap = ['bootstrap', 'gui/501', '/Users/me/a.plist']

  it.each([
    ['success', { code: 0 }, 'launchctl bootstrap gui/501 /Users/me/a.plist → 0'],
    [
      'the first line of stderr (E-MASK-3)',
      {
        code: 5,
        stderr: 'Bootstrap failed: 5: Input/output error\nTry re-running the command as root for richer errors.\n',
      },
      'launchctl bootstrap gui/501 /Users/me/a.plist → 5: Bootstrap failed: 5: Input/output error',
    ],
    [
      'the line after “Bad request.” (V-PRINT-2)',
      { code: 113, stderr: 'Bad request.\nCould not find service "x" in domain for user gui: 501\n' },
      'launchctl bootstrap gui/501 /Users/me/a.plist → 113: Could not find service "x" in domain for user gui: 501',
    ],
    [
      '“Bad request.” alone (V-KICKSTART-9)',
      { code: 22, stderr: 'Bad request.\n' },
      'launchctl bootstrap gui/501 /Users/me/a.plist → 22: Bad request.',
    ],
    [
      'the text of a silent code (V-KICKSTART-7)',
      { code: 37 },
      'launchctl bootstrap gui/501 /Users/me/a.plist → 37: Operation already in progress',
    ],
    ['a silent code without a text', { code: 200 }, 'launchctl bootstrap gui/501 /Users/me/a.plist → 200'],
    ['a timeout', { ended: 'timed-out' }, 'launchctl bootstrap gui/501 /Users/me/a.plist did not answer within 5 s'],
    [
      'a timeout of a call that was cut short',
      { ended: 'timed-out', durationMs: 1_234.5 },
      'launchctl bootstrap gui/501 /Users/me/a.plist did not answer within 1.23 s',
    ],
    [
      'a failure',
      { ended: 'failed', cause: 'spawn ENOENT' },
      'launchctl bootstrap gui/501 /Users/me/a.plist could not be run: spawn ENOENT',
    ],
  ] as const)('is %s', (_, end, evidence) => {
    expect(answerOf('bootstrap', resultOf(bootstrap, end), 5_000).evidence).toBe(evidence)
  })

  it('quotes an argument with spaces and cuts what is too long for a line', () => {
    const end = { code: 5, stderr: 'x'.repeat(10_000) }
    const { evidence } = answerOf('bootstrap', resultOf(['bootstrap', 'gui/501', '/a b.plist'], end), 5_000)
    expect(evidence).toMatch(/^launchctl bootstrap gui\/501 '\/a b\.plist' → 5: x{300}$/)
  })
})
