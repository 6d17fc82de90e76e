import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build as buildPlist } from 'plist'
import { build } from 'vite'
import { afterAll, beforeAll } from 'vitest'
import { createEmulatorClient, type EmulatorClient, type RunOptions } from './client.ts'
import { processStart } from './process-identity.ts'

/** For tests: the two programs, bundled as they ship, in a folder of their own. */
interface BuiltEmulator {
  readonly folder: string
  readonly launchctl: string
  readonly daemon: string
}

/** Builds the programs before the tests of a file and removes them after the last. */
export function useBuiltEmulator(): BuiltEmulator {
  const folder = temporaryFolder('emulator-programs-')
  const launchctl = join(folder, 'launchctl')
  beforeAll(async () => {
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n')
    await Promise.all([
      bundle('launchctl-main.ts', folder, 'launchctl'),
      bundle('launchd-main.ts', folder, 'launchd.js'),
    ])
    chmodSync(launchctl, 0o755)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return { folder, launchctl, daemon: join(folder, 'launchd.js') }
}

/** One emulator for all tests of a file; after the last nothing of it is left. */
export function useEmulator(programs: BuiltEmulator): TestEmulator {
  const emulator = testEmulator(programs)
  afterAll(async () => await emulator.remove())
  return emulator
}

async function bundle(entry: string, outDir: string, file: string): Promise<void> {
  await build({
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      target: 'node20',
      outDir,
      emptyOutDir: false,
      minify: false,
      rollupOptions: { output: { entryFileNames: file, format: 'cjs', codeSplitting: false } },
    },
  })
}

/** A root, a home and a folder for property lists of one test's own, with a client on them. */
export interface TestEmulator {
  readonly folder: string
  readonly root: string
  readonly home: string
  readonly uid: number
  readonly client: EmulatorClient
  /** `gui/<uid>`, or the service target of a label. */
  target(label?: string): string
  /** Writes a property list and answers its path. */
  plist(label: string, keys: Readonly<Record<string, unknown>>): string
  /** One call, as [exit code, stdout, stderr]. @throws when it did not exit by itself */
  run(args: readonly string[], options?: Partial<RunOptions>): Promise<readonly [number, string, string]>
  /** The lines of `print` for a label that have one TAB: its own facts, without nested blocks. */
  facts(label: string): Promise<Readonly<Record<string, string>>>
  remove(): Promise<void>
}

export function testEmulator(programs: BuiltEmulator): TestEmulator {
  const folder = temporaryFolder('emulator-')
  const [root, home] = [join(folder, 'root'), join(folder, 'home')]
  mkdirSync(home)
  const uid = process.getuid?.() ?? 0
  const client = createEmulatorClient({ root, home, daemonPath: programs.daemon, idleSeconds: 20 })
  const target = (label?: string) => `gui/${uid}${label === undefined ? '' : `/${label}`}`
  const run: TestEmulator['run'] = async (args, options) => {
    const result = await client.run(args, { timeoutMs: 15_000, ...options })
    if (result.ended !== 'exited') throw new Error(`${args.join(' ')}: ${JSON.stringify(result)}`)
    return [result.code, result.stdout, result.stderr]
  }
  return {
    folder,
    root,
    home,
    uid,
    client,
    target,
    plist(label, keys) {
      const path = join(folder, `${label}.plist`)
      const root = { Label: label, ...keys } as Parameters<typeof buildPlist>[0]
      writeFileSync(path, buildPlist(root), { mode: 0o644 })
      return path
    },
    run,
    async facts(label) {
      const [, text] = await run(['print', target(label)])
      const lines = text.split('\n').filter((line) => /^\t[^\t}]/.test(line) && line.includes(' = '))
      return Object.fromEntries(lines.map((line) => line.trim().split(' = ', 2)))
    },
    async remove() {
      await client.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until `look` answers something other than `undefined` or `false`. */
export async function until<T>(look: () => T | Promise<T>, timeoutMs = 8000): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>
    if (performance.now() > deadline) throw new Error(`waited in vain for ${look}`)
    await sleep(10)
  }
}

/** The content of a file, `undefined` while there is none or nothing in it. */
export function content(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8') || undefined
  } catch {
    return undefined
  }
}

/** Whether a process lives; a zombie does not. */
export function isRunning(pid: number): boolean {
  return processStart(pid) !== undefined
}

export function temporaryFolder(prefix: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), prefix)))
}
