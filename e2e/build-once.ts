import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** End-to-end tests run what people run: the bundles, made from the sources as they are now. */
export function setup(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, '..', 'build', 'bundle.mjs')], { stdio: 'inherit' })
}
