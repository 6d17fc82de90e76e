import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isAlive, json, state, until, useStandIn } from './stand-in-processes.ts'

const standIn = useStandIn()
const stamped = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} /

/** The words of the wrapper around a command. */
function wrapping(home: string, ...command: readonly string[]): readonly string[] {
  return ['-m', 'hermes_cli.stderr_timestamp', '--error-log', join(home, 'error.log'), '--', ...command]
}

/** As a definition has it: python is a small shell script. */
function wrappingGateway(home: string): readonly string[] {
  const python = join(home, 'python')
  writeFileSync(python, `#!/bin/sh\nexec '${process.execPath}' '${standIn.script}' "$@"\n`)
  chmodSync(python, 0o755)
  return wrapping(home, python, '-m', 'hermes_cli.main', 'gateway', 'run', '--external-supervisor')
}

function errorLog(home: string): string {
  return readFileSync(join(home, 'error.log'), 'utf8')
}

it('stamps the lines of stderr into the log, appends, and lets stdout pass', async () => {
  const home = standIn.newHome()
  writeFileSync(join(home, 'error.log'), 'older\n')
  const words = 'echo out; echo one >&2; printf "two\\nunfinished ☤" >&2'
  const wrapper = standIn.start(home, wrapping(home, 'sh', '-c', words))
  expect((await wrapper.ended).code).toBe(0)
  expect(wrapper.stdout()).toBe('out\n')
  expect(wrapper.stderr()).toBe('')
  const [older, ...lines] = errorLog(home).trimEnd().split('\n')
  expect(older).toBe('older')
  expect(lines.every((line) => stamped.test(line))).toBe(true)
  expect(lines.map((line) => line.replace(stamped, ''))).toEqual(['one', 'two', 'unfinished ☤'])
})

it.each([1, 75])('passes exit code %i on', async (code) => {
  const home = standIn.newHome()
  expect((await standIn.start(home, wrapping(home, 'sh', '-c', `exit ${code}`)).ended).code).toBe(code)
})

it.each([
  ['C', 0],
  ['M', 78],
  ['E', 78],
])('78 in era %s becomes %i', async (era, code) => {
  const home = standIn.newHome({ era })
  expect((await standIn.start(home, wrapping(home, 'sh', '-c', 'exit 78')).ended).code).toBe(code)
})

it.each(['SIGKILL', 'SIGABRT'] as const)('a child killed by %s gives 128 and its number', async (signal) => {
  const home = standIn.newHome()
  const wrapper = standIn.start(home, wrapping(home, 'sh', '-c', `kill -${signal.slice(3)} $$`))
  expect(await wrapper.ended).toEqual({ code: 128 + constants.signals[signal], signal: null })
})

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('forwards %s', async (signal) => {
  const home = standIn.newHome()
  const words = `trap 'echo heard; exit 5' ${signal.slice(3)}; echo ready; for i in $(seq 900); do sleep 0.01; done`
  const wrapper = standIn.start(home, wrapping(home, 'sh', '-c', words))
  await until('the child is ready', () => wrapper.stdout().includes('ready'))
  wrapper.kill(signal)
  expect(await wrapper.ended).toEqual({ code: 5, signal: null })
  expect(wrapper.stdout()).toContain('heard')
})

it('a program that is not there', async () => {
  const home = standIn.newHome()
  expect((await standIn.start(home, wrapping(home, '/nonexistent/python')).ended).code).toBe(127)
  expect(errorLog(home)).toMatch(/ENOENT/)
})

describe('around a gateway', () => {
  it('is the parent of it, and passes SIGTERM and the exit code', async () => {
    const home = standIn.newHome()
    const wrapper = await standIn.startRunning(home, wrappingGateway(home))
    const gateway = Number(json(home, 'gateway.pid')['pid'])
    expect(gateway).not.toBe(wrapper.pid)
    wrapper.kill('SIGTERM')
    expect(await wrapper.ended).toEqual({ code: 1, signal: null })
    expect(isAlive(gateway)).toBe(false)
    expect(state(home)['gateway_state']).toBe('stopped')
  })

  it('hides a configuration error in the current era', async () => {
    const home = standIn.newHome({ faults: { 'fatal-config': 'bad config' } })
    const wrapper = standIn.start(home, wrappingGateway(home))
    expect(await wrapper.ended).toEqual({ code: 0, signal: null })
    expect(errorLog(home)).toMatch(/^[\d-]+ [\d:,]+ ERROR gateway\.run: .*startup conflict: bad config\n$/)
  })

  it('dies of a SIGUSR1 meant for the gateway, which lives on', async () => {
    const home = standIn.newHome()
    const wrapper = await standIn.startRunning(home, wrappingGateway(home))
    const gateway = Number(json(home, 'gateway.pid')['pid'])
    wrapper.kill('SIGUSR1')
    await until('the wrapper is dead', () => !isAlive(wrapper.pid))
    expect(isAlive(gateway)).toBe(true)
    process.kill(gateway, 'SIGKILL')
    expect((await wrapper.ended).signal).toBe('SIGKILL')
  })
})
