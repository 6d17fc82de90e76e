import { renameSync, writeFileSync } from 'node:fs'

/** Replaces a file in one step, readable by nobody else: what launchd keeps may hold secrets of its jobs' environments. */
export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, content, { mode: 0o600 })
  renameSync(temporary, path)
}
