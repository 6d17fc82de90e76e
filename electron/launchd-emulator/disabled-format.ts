import { block } from './print-block.ts'
import type { Switches } from './switches.ts'

type Overrides = readonly (readonly [label: string, disabled: boolean])[]

/** `print-disabled`: the words of macOS 13 and later, or the booleans of 12 and earlier (F-DISABLED-1, F-DISABLED-2). */
export function formatDisabled(overrides: Overrides, words: Switches['K-DISABLEDWORDS']): string {
  const lines = ['', ...disabledBlock(overrides, words)]
  if (words.startsWith('words')) lines.push('', ...block('login item associations', []))
  return `${lines.join('\n')}\n`
}

/** The block alone, which `print <domain-target>` has too. Two forms of "empty" are reported (F-DISABLED-3). */
export function disabledBlock(overrides: Overrides, words: Switches['K-DISABLEDWORDS']): readonly string[] {
  if (overrides.length === 0 && words.endsWith('-none')) return ['\tdisabled services = (no disabled services)']
  return block(
    'disabled services',
    overrides.map((override) => entry(override, words)),
  )
}

function entry([label, disabled]: Overrides[number], words: Switches['K-DISABLEDWORDS']): string {
  if (words.startsWith('words')) return `"${label}" => ${disabled ? 'disabled' : 'enabled'}`
  return `"${label}" => ${disabled}`
}
