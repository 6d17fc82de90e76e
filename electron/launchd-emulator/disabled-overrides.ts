import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, parse } from 'plist'
import { writePrivateFile } from './private-file.ts'

/**
 * Which labels a person has switched off or on. It is kept as launchd keeps it, a property list of label → disabled, and
 * outlives the jobs, their files and the daemon (R-DISABLED-1). Entries are never deleted (F-DISABLED-3).
 */
export class DisabledOverrides {
  readonly #path: string
  readonly #disabled: Map<string, boolean>

  constructor(root: string, uid: number) {
    this.#path = join(root, `disabled.${uid}.plist`)
    this.#disabled = new Map(readOverrides(this.#path))
  }

  /** In the order in which the labels were first set; `true` = disabled. */
  get entries(): readonly (readonly [label: string, disabled: boolean])[] {
    return [...this.#disabled]
  }

  /** `undefined` where no override exists and the property list's own `Disabled` decides. */
  get(label: string): boolean | undefined {
    return this.#disabled.get(label)
  }

  set(label: string, disabled: boolean): void {
    if (this.#disabled.get(label) === disabled) return
    this.#disabled.set(label, disabled)
    writePrivateFile(this.#path, build(Object.fromEntries(this.#disabled)))
  }
}

function readOverrides(path: string): readonly (readonly [string, boolean])[] {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch {
    return []
  }
  return Object.entries(parse(content) ?? {}).flatMap(([label, value]) =>
    typeof value === 'boolean' ? [[label, value] as const] : [],
  )
}
