import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskText, visibleVariables } from './masking.ts'

const bot = '7123456789:AAE-abcdefghijklmnopqrstuvwxyz012345'

test.each([
  ['token=abc123 next', 'token=••• next'],
  ['OPENAI_API_KEY=abc next', 'OPENAI_API_KEY=••• next'],
  ['MY_SECRET: abc', 'MY_SECRET: •••'],
  ['"api_key": "a b\\"c", "x": 1', '"api_key": "•••", "x": 1'],
  [`{'botToken': 'a"b c'}`, `{'botToken': '•••'}`],
  [`token=b'a b' x`, `token=b'•••' x`],
  ['{\\"token\\": \\"a b\\", \\"x\\": 1}', '{\\"token\\": \\"•••\\", \\"x\\": 1}'],
  ['"token": "cut off', '"token": "•••"'],
  ['DB_PASSWORD=correct horse battery staple', 'DB_PASSWORD=•••'],
  ['--password correct horse', '--password •••'],
  ['--bot-token abc -v', '--bot-token ••• -v'],
  ['Authorization: Bearer abc def', 'Authorization: •••'],
  ['sent Bearer abc.def-ghi, then', 'sent Bearer •••, then'],
  ['Cookie: a=1; b=2', 'Cookie: •••'],
  ['GET /v1?api_key=abc&x=1 failed', 'GET /v1?api_key=••• failed'],
  ['http://user:pass@proxy:8080/', 'http://•••@proxy:8080/'],
  [`https://api.telegram.org/bot${bot}/getMe`, 'https://api.telegram.org/bot•••/getMe'],
  ['using sk-proj-abcdefgh1234', 'using •••'],
  ['xoxb-123456789-abcdef and xapp-1-A0-xyz12345', '••• and •••'],
  ['ghp_0123456789abcdefghij', '•••'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_x', '•••'],
  ['AKIAIOSFODNN7EXAMPLE', '•••'],
  ['https://hooks.slack.com/services/T0/B0/xyz', 'https://hooks.slack.com/services/•••'],
])('%s', (text, masked) => {
  expect(maskText(text)).toBe(masked)
})

test.each([
  'telegram bot token already in use (PID 4711). Stop the other gateway first.',
  '2026-09-24 10:15:33,902 INFO gateway.run: ✓ telegram connected',
  "KeyError: 'platforms'",
  'Gateway running with 2 platform(s)',
  'tokens used in this turn 512',
  '/Users/ana/.hermes/hermes-agent/venv/bin/python -m hermes_cli.main gateway run --external-supervisor',
  'connect ECONNREFUSED 127.0.0.1:8642',
  'https://api.example.com/v1/chat failed with 500',
  '0000000000000000000000000000000000000000',
])('%s stays', (text) => {
  expect(maskText(text)).toBe(text)
})

test.each([
  ['PATH', true],
  ['HERMES_HOME', true],
  ['VIRTUAL_ENV', true],
  ['OPENAI_API_KEY', false],
  ['HTTPS_PROXY', false],
  ['path', false],
])('the variable %s may be shown: %s', (name, visible) => {
  expect(visibleVariables.has(name)).toBe(visible)
})

/** Long enough not to be found by accident, and nothing that a mask or a name holds. */
const secret = fc.stringMatching(/^[A-Z0-9+/_.~-]{12,40}$/).map((text) => `Q${text}Q`)
const name = fc.tuple(
  fc.stringMatching(/^[A-Za-z0-9_.-]{0,90}$/),
  fc.constantFrom('key', 'TOKEN', 'Secret', 'PASSWORD', 'passphrase', 'api_key', 'Credentials', 'session_id', 'cookie'),
)
const shape = fc.constantFrom(
  (key: string, value: string) => `${key}=${value}`,
  (key: string, value: string) => `${key}: ${value}`,
  (key: string, value: string) => `${key} = "${value}"`,
  (key: string, value: string) => `{"${key}":"${value}","x":1}`,
  (key: string, value: string) => `{'${key}': '${value}'}`,
  (key: string, value: string) => `'${key}' => '${value}'`,
  (key: string, value: string) => `GET /?${key}=${value}&x=1`,
  (key: string, value: string) => JSON.stringify(JSON.stringify({ [key]: value, x: 1 })),
)
const around = fc.string({ unit: fc.constantFrom(...'ab 1_-.,:=/"\'\\'), maxLength: 20 })

test('a value with a secret name never leaks, whatever stands around it', () => {
  fc.assert(
    fc.property(around, name, shape, secret, around, (before, [prefix, word], write, value, after) => {
      expect(maskText(`${before} ${write(prefix + word, value)} ${after}`)).not.toContain(value)
    }),
    { numRuns: 3_000 },
  )
})

test('a quoted value may hold spaces and quotes', () => {
  const spaced = fc.tuple(secret, fc.constantFrom(' ', '"', "'", '\\', ' = '), secret).map((parts) => parts.join(''))
  fc.assert(
    fc.property(name, spaced, ([prefix, word], value) => {
      const masked = maskText(JSON.stringify({ [prefix + word]: value, x: 1 }))
      expect(masked).not.toMatch(/Q[A-Z0-9+/_.~-]{12,40}Q/)
    }),
  )
})

test('known kinds of tokens never leak, named or not', () => {
  const known = fc.oneof(
    fc.stringMatching(/^[1-9]\d{7,9}:[A-Za-z0-9_-]{35}$/),
    fc.stringMatching(/^sk-[A-Za-z0-9]{20,48}$/),
    fc.stringMatching(/^xox[abp]-[0-9]{10,12}-[A-Za-z0-9]{24}$/),
    fc.stringMatching(/^gh[po]_[A-Za-z0-9]{36}$/),
  )
  fc.assert(
    fc.property(fc.constantFrom('', 'got ', '(', '"', 'x: '), known, (before, token) => {
      expect(maskText(`${before}${token} rejected`)).not.toContain(token)
    }),
  )
})

test('masking is fast on whatever a log holds, and masked text stays as it is', () => {
  for (const unit of ['a', '-', '.', '"', '\\', ' ', 'key=', '--key', 'token: "', 'a-', '://', 'eyJ', '1:']) {
    const before = performance.now()
    maskText(unit.repeat(8192 / unit.length))
    expect(performance.now() - before).toBeLessThan(500)
  }
  fc.assert(
    fc.property(name, shape, secret, ([prefix, word], write, value) => {
      const once = maskText(write(prefix + word, value))
      expect(maskText(once)).toBe(once)
    }),
  )
})
