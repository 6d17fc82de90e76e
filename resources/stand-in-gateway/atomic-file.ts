import { renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Replaces a file in one step, so that a reader sees the old text or the new, never half of either. */
export function replaceFile(path: string, words: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  writeFileSync(temporary, words)
  renameSync(temporary, path)
}
