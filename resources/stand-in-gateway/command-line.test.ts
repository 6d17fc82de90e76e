import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseArguments } from './arguments.ts'
import { useStandIn } from './stand-in-processes.ts'
import { readSwitches, SwitchError } from './switches.ts'

const standIn = useStandIn()

describe('arguments', () => {
  it.each([
    [['-m', 'hermes_cli.main', 'gateway', 'run'], {}],
    [['gateway', 'run'], {}],
    [['-I', '-c', 'import hermes', 'gateway', 'run'], {}],
    [['-p', 'work', 'gateway', 'run'], { profile: 'work' }],
    [['--profile', 'work', 'gateway', 'run'], { profile: 'work' }],
    [['--profile=work', 'gateway', 'run', '-v', '-q', '--force'], { profile: 'work' }],
    [['gateway', 'run', '--replace'], { replace: true }],
    [['gateway', 'run', '--external-supervisor'], { externalSupervisor: true }],
  ])('%j runs the gateway', (words, expected) => {
    expect(parseArguments(words)).toMatchObject({ program: 'gateway', run: expected })
  })

  it.each([
    ['nothing', []],
    ['another command', ['gateway', 'status']],
    ['an unknown flag', ['gateway', 'run', '--fast']],
    ['a profile without a name', ['gateway', 'run', '-p']],
    ['another module', ['-m', 'http.server']],
    ['a wrapper without a command', ['-m', 'hermes_cli.stderr_timestamp', '--error-log', 'x', '--']],
    ['a wrapper without a log', ['-m', 'hermes_cli.stderr_timestamp', '--', 'true']],
  ])('%s is refused', (_, words) => {
    expect(parseArguments(words)).toMatchObject({ program: 'none' })
  })

  it('never fails on any words, and runs nothing that does not say so', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('-m', 'hermes_cli.main', 'gateway', 'run', '-p', '--', '-I', '-c'),
    )
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const { program } = parseArguments(words)
        if (program === 'gateway') expect(words).toEqual(expect.arrayContaining(['gateway', 'run']))
      }),
    )
  })

  it('an unknown flag ends the program with 2 before it writes anything', async () => {
    const home = standIn.newHome()
    const gateway = standIn.start(home, ['-m', 'hermes_cli.main', 'gateway', 'run', '--fast'])
    expect((await gateway.ended).code).toBe(2)
    expect(gateway.stderr()).toContain('--fast')
    expect(readdirSync(home)).toEqual([])
  })

  it('an unknown profile ends it with 1', async () => {
    const gateway = standIn.start(standIn.newHome(), ['-p', 'nobody', 'gateway', 'run'])
    expect((await gateway.ended).code).toBe(1)
    expect(gateway.stderr()).toContain("'nobody' does not exist")
  })

  it('refuses a ~/.hermes that nobody prepared for it: it may be a real one', async () => {
    const account = standIn.newHome()
    mkdirSync(join(account, '.hermes'))
    const gateway = standIn.start(account, ['gateway', 'run'], { HOME: account, HERMES_HOME: '' })
    expect((await gateway.ended).code).toBe(2)
    expect(gateway.stderr()).toContain('may be a real Hermes')
    expect(readdirSync(join(account, '.hermes'))).toEqual([])
  })
})

describe('switches', () => {
  const read = (value: unknown) => readSwitches('/nonexistent', JSON.stringify(value))

  it('has defaults', () => {
    expect(readSwitches('/nonexistent', undefined)).toMatchObject({ era: 'C', timeScale: 1, faults: {} })
  })

  it.each([
    [{ faluts: {} }, 'unknown switch "faluts"'],
    [{ faults: { 'crash-on-start': 1 } }, 'faults: unknown switch "crash-on-start"'],
    [{ era: 'X' }, 'era: must be one of "E", "M", "C"'],
    [{ timeScale: 0 }, 'timeScale: must be a number'],
    [{ apiPort: 1.5 }, 'apiPort: must be a whole number'],
    [{ platforms: { telegram: 'sad' } }, 'platforms: telegram: must be one of'],
    [{ servedProfiles: 'work' }, 'servedProfiles: must be a list'],
    [{ faults: { 'slow-drain': -1 } }, 'faults: slow-drain: must be a number from 0'],
    [{ faults: { wedge: false } }, 'faults: wedge: must be true'],
    [{ faults: { flap: 'telegram' } }, 'faults: flap: must be text'],
    [{ faults: { flap: 'telegram:0' } }, 'faults: flap: must be text'],
    [{ faults: { after: 1 } }, '"after" needs "crash-at-start" or "wedge"'],
    [{ faults: { silent: true } }, '"silent" needs "start-late"'],
    [{ faults: { 'old-files': true } }, '"old-files" belongs to era E or M, not C'],
    [{ era: 'M', faults: { 'exit-zero-on-restart': true } }, 'belongs to era E, not M'],
    [[], 'must be an object'],
  ])('%j is refused by name', (value, complaint) => {
    expect(() => read(value)).toThrow(SwitchError)
    expect(() => read(value)).toThrow(complaint)
  })

  it('any JSON is either taken or refused in words', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ faults: fc.jsonValue(), era: fc.jsonValue() })), (value) => {
        try {
          expect(read(value).faults).toBeTypeOf('object')
        } catch (error) {
          expect(error).toBeInstanceOf(SwitchError)
        }
      }),
    )
  })

  it('a wrong file ends the program with 2 and names the switch', async () => {
    const home = standIn.newHome({ faults: { weg: true } })
    const gateway = standIn.start(home)
    expect((await gateway.ended).code).toBe(2)
    expect(gateway.stderr()).toBe(`${home}/stand-in.json: faults: unknown switch "weg"\n`)
    expect(readdirSync(home)).toEqual(['stand-in.json'])
  })

  it('the environment replaces the file', async () => {
    const home = standIn.newHome({ faults: { 'crash-at-start': 3 } })
    const gateway = standIn.start(home, undefined, { HERMES_STAND_IN: '{"faults":{"crash-at-start":4}}' })
    expect((await gateway.ended).code).toBe(4)
  })
})
