import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canRun, describeMissing, type MissingPart } from './can-run.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import { renderScript } from './osascript.ts'

async function installed() {
  const root = await temporaryFolder()
  const python = join(root, 'venv', 'bin', 'python')
  await mkdir(join(root, 'venv', 'bin'), { recursive: true })
  await mkdir(join(root, 'logs'))
  await writeFile(python, '#!/bin/sh\n', { mode: 0o755 })
  const shellText = `exec ${python} -m hermes_cli.main gateway run >> ${root}/logs/gateway.log`
  const definition = {
    arguments: [python, '-m', 'hermes_cli.main', 'gateway', 'run'],
    workingDirectory: root,
    environment: { HERMES_HOME: root },
    stdoutPath: join(root, 'logs', 'gateway.log'),
    stderrPath: join(root, 'logs', 'gateway.error.log'),
  }
  const scripted = { ...definition, arguments: ['/bin/sh', '-c', shellText] }
  return { root, python, definition, scripted }
}

test('everything is there', async () => {
  const { definition, scripted } = await installed()
  expect(await canRun(definition)).toEqual({ runs: true })
  expect(await canRun(scripted)).toEqual({ runs: true })
})

test.each([
  ['is gone', (python: string) => rm(python)],
  ['may not be executed', (python: string) => chmod(python, 0o644)],
  ['is a folder', (python: string) => rm(python).then(() => mkdir(python))],
])('an interpreter that %s is missing, also inside a shell text', async (_, spoil) => {
  const { python, definition, scripted } = await installed()
  await spoil(python)
  expect(await canRun(definition)).toEqual({ runs: false, missing: [{ what: 'program', path: python }] })
  expect(await canRun(scripted)).toEqual({ runs: false, missing: [{ what: 'interpreter', path: python }] })
})

test('the home, the working directory and the folder of the logs', async () => {
  const { definition, root } = await installed()
  const elsewhere = join(root, 'gone')
  const moved = {
    ...definition,
    workingDirectory: join(elsewhere, 'work'),
    environment: { HERMES_HOME: elsewhere },
    stdoutPath: join(elsewhere, 'logs', 'a'),
    stderrPath: join(elsewhere, 'logs', 'b'),
  }
  expect(await canRun(moved)).toEqual({
    runs: false,
    missing: [
      { what: 'working-directory', path: join(elsewhere, 'work') },
      { what: 'home', path: elsewhere },
      { what: 'log-folder', path: join(elsewhere, 'logs') },
    ],
  })
})

test('a log that only the script names counts too', async () => {
  const { definition, python } = await installed()
  const script = renderScript(`exec ${python} -m hermes_cli.main gateway run 2>> /no/such/place/err`)
  const look = await canRun({ ...definition, arguments: ['/bin/osascript', '-l', 'JavaScript', '-e', script] })
  expect(look).toEqual({
    runs: false,
    missing: [
      { what: 'program', path: '/bin/osascript' },
      { what: 'log-folder', path: '/no/such/place' },
    ],
  })
})

test('a file in the place of a folder is no folder, and what is relative is not judged', async () => {
  const { definition, python } = await installed()
  expect(await canRun({ ...definition, workingDirectory: python })).toMatchObject({ runs: false })
  expect(await canRun({ arguments: ['python'], environment: {}, stdoutPath: 'log', stderrPath: '/dev/null' })).toEqual({
    runs: true,
  })
})

test.each([
  ['program', 'its program /x is missing or cannot be executed'],
  ['interpreter', 'its interpreter /x is missing or cannot be executed'],
  ['working-directory', 'its working directory /x is missing'],
  ['home', 'its home /x is missing'],
  ['log-folder', 'the folder /x for its logs is missing'],
] satisfies [MissingPart['what'], string][])('%s in words', (what, words) => {
  expect(describeMissing({ what, path: '/x' })).toBe(words)
})
