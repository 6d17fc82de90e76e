/**
 * Bundles every program of the project into one file each, so that a program starts with a single read instead of
 * hundreds. What is imported only when it is needed (reading a property list, taking the lock) stays in files beside it:
 * compiling what most runs never call costs more than the rest of a `caduceus status`. Node's own modules stay outside.
 */
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')

/** What is built: the entry, and the file below `dist/` that it becomes. */
const programs = [
  { entry: 'electron/cli/main.ts', file: 'cli/caduceus.js' },
  { entry: 'electron/launchd-emulator/launchctl-main.ts', file: 'launchd-emulator/launchctl' },
  { entry: 'electron/launchd-emulator/launchd-main.ts', file: 'launchd-emulator/launchd.js' },
  { entry: 'resources/stand-in-gateway/main.ts', file: 'stand-in-gateway/hermes.js' },
  { entry: 'e2e/bench/bench.ts', file: 'bench/bench.js' },
]

await mkdir(dist, { recursive: true })
// Node starts a CommonJS file about a tenth faster than a module, and a file without an ending (`launchctl`) takes its
// kind from the nearest package.json.
await writeFile(join(dist, 'package.json'), '{ "type": "commonjs" }\n')
const scratch = await mkdtemp(join(dist, '.build-'))
try {
  await Promise.all(programs.map(bundle))
  await moveOver(scratch, dist)
} finally {
  await rm(scratch, { recursive: true, force: true })
}

/** @param {{ entry: string, file: string }} program */
async function bundle({ entry, file }) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    // Packages are bundled too: resolving them one by one at start costs more than the program's own work.
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      target: 'node20',
      outDir: scratch,
      emptyOutDir: false,
      minify: true,
      rollupOptions: {
        output: { entryFileNames: file, chunkFileNames: `${dirname(file)}/[name].js`, format: 'cjs' },
      },
    },
  })
  await chmod(join(scratch, file), 0o755)
}

/**
 * Puts each built file in its place by renaming: a gateway of the sandbox may be starting from the old one this moment.
 * @param {string} from
 * @param {string} to
 */
async function moveOver(from, to) {
  const files = (await readdir(from, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  for (const { parentPath, name } of files) {
    const folder = join(to, parentPath.slice(from.length))
    await mkdir(folder, { recursive: true })
    await rename(join(parentPath, name), join(folder, name))
  }
}
