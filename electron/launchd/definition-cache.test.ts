import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDefinitionCache, type ParseDefinition } from './definition-cache.ts'
import { parseDefinition } from './job-definition.ts'

const expectations = { expectedLabel: 'com.example.agent', visibleVariables: new Set(['PATH']) }
const bytes = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
  <key>Label</key><string>com.example.agent</string>
  <key>ProgramArguments</key><array><string>/bin/sleep</string><string>60</string></array>
  <key>EnvironmentVariables</key><dict><key>PATH</key><string>/bin</string><key>TOKEN</key><string>hush-hush</string></dict>
</dict></plist>`)

let folder: string
let parses: number
const counting: ParseDefinition = (...words) => {
  parses += 1
  return parseDefinition(...words)
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'))
  parses = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('what a definition said', () => {
  test('is remembered word for word, names of hidden variables included, and read once', async () => {
    const first = await createDefinitionCache(folder, counting)(bytes, expectations)
    const second = await createDefinitionCache(folder, counting)(bytes, expectations)
    expect(parses).toBe(1)
    expect(second).toEqual(first)
    expect(second.valid && Object.keys(second.definition.environment)).toEqual(['PATH', 'TOKEN'])
  })

  test('is remembered without secrets, for the owner alone', async () => {
    await createDefinitionCache(folder)(bytes, expectations)
    const file = join(folder, 'com.example.agent.json')
    expect(readFileSync(file, 'utf8')).not.toContain('hush-hush')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  const changes = [
    { name: 'other bytes', bytes: Buffer.concat([bytes, Buffer.from('\n')]), expectations },
    { name: 'other visible variables', bytes, expectations: { ...expectations, visibleVariables: new Set<string>() } },
  ]
  test.each(changes)('is read anew for $name', async ({ bytes: others, expectations: theirs }) => {
    const read = createDefinitionCache(folder, counting)
    await read(bytes, expectations)
    await read(others, theirs)
    expect(parses).toBe(2)
  })

  test('is read anew when what was remembered is damaged', async () => {
    const read = createDefinitionCache(folder, counting)
    const first = await read(bytes, expectations)
    writeFileSync(join(folder, 'com.example.agent.json'), '{"key":')
    expect(await read(bytes, expectations)).toEqual(first)
    expect(parses).toBe(2)
  })

  test('is not remembered when launchd would refuse it', async () => {
    const read = createDefinitionCache(folder, counting)
    await read(Buffer.from('nonsense'), expectations)
    await read(Buffer.from('nonsense'), expectations)
    expect(parses).toBe(2)
  })

  test('is read all the same when nothing can be remembered', async () => {
    const file = join(folder, 'not-a-folder')
    writeFileSync(file, '')
    expect(await createDefinitionCache(file)(bytes, expectations)).toMatchObject({ valid: true })
  })
})
