import fc from 'fast-check'
import { buildBinary } from 'plist'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { definition, fullDefinition, label, xmlPlist } from './fixtures/definitions.ts'
import { mutationsOf } from './fixtures/mutations.ts'
import { parseDefinition } from './job-definition.ts'

const visibleVariables = new Set(['PATH', 'NUMBER'])

function parse(content: string | Uint8Array) {
  return parseDefinition(Buffer.from(content), { expectedLabel: label, visibleVariables })
}

const full = {
  label,
  program: '/usr/bin/node',
  arguments: ['/usr/bin/node', 'server.js'],
  workingDirectory: '/Users/me/R&D',
  environment: { PATH: '/usr/bin:~/bin', TOKEN: undefined },
  sessionTypes: ['Aqua', 'Background'],
  runAtLoad: true,
  keepAlive: true,
  throttleIntervalSeconds: 30,
  exitTimeoutSeconds: 60,
  stdoutPath: '/Users/me/out.log',
  stderrPath: '/Users/me/err.log',
}

const least = {
  label,
  program: '/usr/bin/node',
  arguments: ['/usr/bin/node', 'server.js'],
  environment: {},
  runAtLoad: false,
  keepAlive: false,
  throttleIntervalSeconds: 10,
}

describe('parseDefinition accepts', () => {
  it('XML with every key (R-ENV-3: a variable that is no text does not count)', async () => {
    const parsed = await parse(fullDefinition)
    expect(parsed).toEqual({ valid: true, definition: full })
    expect(JSON.stringify(parsed)).not.toContain('SECRET')
  })

  it('the least that there can be, and launchd’s defaults', async () => {
    expect(await parse(definition())).toStrictEqual({ valid: true, definition: least })
  })

  it.each([
    ['a Program alone', '<key>Program</key><string>/bin/a</string>', { program: '/bin/a', arguments: ['/bin/a'] }],
    [
      'a Program beside ProgramArguments',
      '<key>Program</key><string>/bin/a</string><key>ProgramArguments</key><array><string>b</string></array>',
      { program: '/bin/a', arguments: ['b'] },
    ],
  ])('%s', async (_, keys, expected) => {
    const content = xmlPlist(`<dict><key>Label</key><string>${label}</string>${keys}</dict>`)
    expect(await parse(content)).toMatchObject({ valid: true, definition: expected })
  })

  it.each([
    ['<key>KeepAlive</key><true/>', { keepAlive: true }],
    ['<key>KeepAlive</key><false/>', { keepAlive: false }],
    ['<key>LimitLoadToSessionType</key><string>Background</string>', { sessionTypes: ['Background'] }],
    ['<key>ThrottleInterval</key><integer>0</integer>', { throttleIntervalSeconds: 0 }],
    ['<key>ExitTimeOut</key><real>2.5</real>', { exitTimeoutSeconds: 2.5 }],
  ])('%s', async (keys, expected) => {
    expect(await parse(definition(keys))).toMatchObject({ valid: true, definition: expected })
  })

  it('binary property lists', async () => {
    const bytes = buildBinary({ Label: label, ProgramArguments: ['/usr/bin/node', 'server.js'], RunAtLoad: true })
    expect(await parse(bytes)).toEqual({ valid: true, definition: { ...least, runAtLoad: true } })
  })

  it('property lists of the old form', async () => {
    const old = `{ Label = "${label}"; ProgramArguments = ( "/usr/bin/node", "server.js" ); }`
    expect(await parse(old)).toEqual({ valid: true, definition: least })
  })

  it.each([
    ['a byte order mark', Buffer.from(`\ufeff${definition()}`)],
    ['UTF-16', Buffer.from(`\ufeff${definition()}`, 'utf16le')],
    ['a comment in a key', Buffer.from(definition().replace('<key>Label', '<key><!-- TOKEN -->Label'))],
    [
      'a declaration that is none',
      Buffer.from(definition().replace('version="1.0" encoding', 'xversion="1.0" encoding')),
    ],
    ['no declaration', Buffer.from(definition().slice(definition().indexOf('<plist')))],
    ['white space around it', Buffer.from(`\n\n${definition()}\n\n`)],
  ])('%s', async (_, bytes) => {
    expect(await parse(bytes)).toMatchObject({ valid: true })
  })

  it('variables with names that every object knows', async () => {
    const keys = '<key>constructor</key><string>a</string><key>toString</key><string>b</string>'
    const parsed = await parse(definition(`<key>EnvironmentVariables</key><dict>${keys}</dict>`))
    expect(parsed.valid && Object.keys(parsed.definition.environment)).toEqual(['constructor', 'toString'])
  })
})

describe('parseDefinition refuses', () => {
  it.each<[string, string | Uint8Array, string | RegExp]>([
    ['an empty file', '', 'The file is empty.'],
    ['a file of white space', ' \n\t\n', 'The file is empty.'],
    ['a file of zero bytes', Buffer.alloc(600), 'The file is filled with zero bytes: its content is lost.'],
    ['prose', 'hello', 'It is not a property list.'],
    ['HTML', '<html><body>SECRET</body></html>', 'It is not a property list.'],
    ['JSON', `{ "Label": "${label}", "TOKEN": "SECRET" }`, /^It is not a property list: .*brace/],
    [
      'bytes that are no text',
      Uint8Array.of(0xc3, 0x28, 0x41),
      /^It is not a property list: it is neither binary nor text/,
    ],
    ['a file cut short', fullDefinition.slice(0, 800), /^It is not a valid property list: line \d+ is cut short/],
    ['a file cut short before its first tag', fullDefinition.slice(0, 60), /line 2 is cut short\.$/],
    [
      'a bare &',
      definition('<key>WorkingDirectory</key><string>/Users/me/R&D</string>'),
      'It is not a valid property list: line 6 has a bare “&”: it is written “&amp;”.',
    ],
    [
      'a binary file cut short',
      buildBinary({ Label: label, Program: '/bin/a' }).slice(0, -20),
      /^It begins as a binary property list, but is cut short or damaged/,
    ],
    ['a binary header alone', 'bplist00', /^It begins as a binary property list/],
    ['an array', xmlPlist('<array/>'), 'Its outermost element is not a dictionary.'],
    ['a text', xmlPlist('<string>SECRET</string>'), 'Its outermost element is not a dictionary.'],
    ['nothing in <plist>', xmlPlist(''), 'Its outermost element is not a dictionary.'],
    ['no Label (110)', xmlPlist('<dict/>'), `It has no Label; this file's must be “${label}”.`],
    ['an empty Label (110)', definition('', ''), `It has no Label; this file's must be “${label}”.`],
    [
      'another Label',
      definition('', 'com.example.other'),
      `Its Label is “com.example.other”, but this file's must be “${label}”.`,
    ],
    [
      'a Label that is no text',
      definition().replace(`<string>${label}</string>`, '<integer>1</integer>'),
      'Its Label is of the wrong type: it must be text.',
    ],
    [
      'no program (111)',
      xmlPlist(`<dict><key>Label</key><string>${label}</string></dict>`),
      'It names no program: it has neither a Program nor a first element of ProgramArguments.',
    ],
    [
      'no program in an empty ProgramArguments (111)',
      definition().replace(/<array>.*<\/array>/, '<array/>'),
      'It names no program: it has neither a Program nor a first element of ProgramArguments.',
    ],
    [
      'ProgramArguments that are no list',
      definition().replace(/<array>.*<\/array>/, '<string>/bin/a</string>'),
      'Its ProgramArguments is of the wrong type: it must be a list of texts.',
    ],
    [
      'ProgramArguments with a number',
      definition().replace('<string>server.js</string>', '<integer>1</integer>'),
      'Its ProgramArguments is of the wrong type: it must be a list of texts.',
    ],
  ])('%s', async (_, content, problem) => {
    const parsed = await parse(content)
    expect(parsed).toEqual({
      valid: false,
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
    })
    expect(JSON.stringify(parsed)).not.toContain('SECRET')
  })

  it.each([
    ['Program', '<integer>1</integer>', 'text'],
    ['WorkingDirectory', '<true/>', 'text'],
    ['StandardOutPath', '<array/>', 'text'],
    ['StandardErrorPath', '<dict/>', 'text'],
    ['EnvironmentVariables', '<array><string>TOKEN=SECRET</string></array>', 'a dictionary'],
    ['RunAtLoad', '<string>SECRET</string>', 'true or false'],
    ['KeepAlive', '<integer>1</integer>', 'true, false or a dictionary'],
    ['ThrottleInterval', '<string>30</string>', 'a number of seconds'],
    ['ThrottleInterval', '<integer>-1</integer>', 'a number of seconds'],
    ['ExitTimeOut', '<integer>soon</integer>', 'a number of seconds'],
    ['ExitTimeOut', '<date>2026-01-01T00:00:00Z</date>', 'a number of seconds'],
    ['LimitLoadToSessionType', '<dict/>', 'text or a list of texts'],
  ])('%s of the wrong type: %s', async (key, value, kind) => {
    expect(await parse(definition(`<key>${key}</key>${value}`))).toEqual({
      valid: false,
      problem: `Its ${key} is of the wrong type: it must be ${kind}.`,
    })
  })
})

describe('parseDefinition, whatever it is given,', () => {
  const levels = ['error', 'warn', 'log', 'info', 'debug'] as const
  const spies = levels.map((level) => vi.spyOn(console, level))

  afterAll(() => vi.restoreAllMocks())

  /** The library's XML parser quotes on the console what it dislikes. */
  function expectSilence() {
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  }

  it('never throws, never writes to the console and never tells a value (XML)', async () => {
    await fc.assert(
      fc.asyncProperty(mutationsOf(fullDefinition.replaceAll(/\n\s*/g, '\n')), async (content) => {
        const parsed = await parse(content)
        if (!parsed.valid) expect(parsed.problem).not.toContain('SECRET')
        expectSilence()
      }),
      { numRuns: 2_000 },
    )
  })

  it('never throws and never writes to the console (binary, old form, any bytes)', async () => {
    const binary = buildBinary({ Label: label, Program: '/bin/a', EnvironmentVariables: { TOKEN: 'SECRET' } })
    const old = `{ Label = "${label}"; Program = "/bin/a"; EnvironmentVariables = { TOKEN = "SECRET"; }; }`
    const bytes = fc.oneof(
      fc.uint8Array(),
      mutationsOf(Buffer.from(binary).toString('latin1')).map((text) => Buffer.from(text, 'latin1')),
      mutationsOf(old).map((text) => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const parsed = await parse(content)
        if (!parsed.valid) expect(parsed.problem).not.toContain('SECRET')
        expectSilence()
      }),
      { numRuns: 2_000 },
    )
  })
})
