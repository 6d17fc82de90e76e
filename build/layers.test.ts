import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** An import that each room must refuse, and one that it may have. */
const rules = [
  { room: 'electron/files', refused: '../launchd/target.ts', allowed: './other.ts' },
  { room: 'electron/contract', refused: '../supervisor/plan.ts', allowed: './other.ts' },
  { room: 'electron/processes', refused: '../hermes/service.ts', allowed: '../files/read-tail.ts' },
  { room: 'electron/launchd', refused: '../hermes/service.ts', allowed: '../files/read-tail.ts' },
  { room: 'electron/hermes', refused: '../launchd/target.ts', allowed: '../processes/process-table.ts' },
  { room: 'electron/supervisor', refused: '../launchd-emulator/client.ts', allowed: '../launchd/launchd.ts' },
  { room: 'electron/supervisor', refused: 'electron', allowed: '../hermes/gateway.ts' },
  { room: 'electron/host', refused: '../cli/program.ts', allowed: '../launchd-emulator/client.ts' },
  { room: 'electron/cli', refused: '../launchd/launchd.ts', allowed: '../host/host.ts' },
  { room: 'electron/cli', refused: 'electron', allowed: '../contract/condition.ts' },
  { room: 'electron/launchd-emulator', refused: '../launchd/print-report.ts', allowed: './verbs/print.ts' },
  { room: 'renderer', refused: '../electron/hermes/service.ts', allowed: '../electron/contract/condition.ts' },
  { room: 'renderer', refused: 'node:fs', allowed: './other.ts' },
  { room: 'resources/stand-in-gateway', refused: '../../electron/hermes/service.ts', allowed: './other.ts' },
]

describe('the layers are kept apart by the linter', () => {
  let folder = ''
  let complaints = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'layers-'))
    cpSync(join(root, 'biome.json'), join(folder, 'biome.json'))
    for (const [index, { room, refused, allowed }] of rules.entries()) {
      for (const [kind, from] of [
        ['refused', refused],
        ['allowed', allowed],
      ]) {
        const file = join(folder, room, `${kind}-${index}.ts`)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, `import { x } from '${from}'\n\nx()\n`)
      }
    }
    const biome = join(root, 'node_modules', '.bin', 'biome')
    const only = ['--only=style/noRestrictedImports', '--max-diagnostics=200', '--colors=off', '--vcs-enabled=false']
    try {
      execFileSync(biome, ['lint', ...only, '.'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
    } catch (error) {
      complaints = String((error as { stderr: string }).stderr)
    }
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each(rules.map((rule, index) => ({ ...rule, index })))('$room refuses $refused', ({ room, index }) => {
    expect(complaints).toContain(join(room, `refused-${index}.ts`))
  })

  test.each(rules.map((rule, index) => ({ ...rule, index })))('$room may import $allowed', ({ room, index }) => {
    expect(complaints).not.toContain(join(room, `allowed-${index}.ts`))
  })

  test('every room of electron/ has a rule of its own', () => {
    const rooms = readdirSync(join(root, 'electron'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const ruled = new Set(rules.map(({ room }) => room))
    expect(rooms.map(({ name }) => `electron/${name}`).filter((room) => !ruled.has(room))).toEqual([])
  })
})
