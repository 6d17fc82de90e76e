export type Override = 'enabled' | 'disabled'

export type OverridesParse =
  | { readonly parsed: true; readonly overrides: Readonly<Record<string, Override>> }
  | { readonly parsed: false; readonly problem: string }

/** macOS 13 and later say it in words, older ones say whether the service *is disabled* (F-DISABLED-1, F-DISABLED-2). */
const words: ReadonlyMap<string, Override> = new Map([
  ['disabled', 'disabled'],
  ['enabled', 'enabled'],
  ['true', 'disabled'],
  ['false', 'enabled'],
])

/**
 * Reads the output of `launchctl print-disabled <domain>`: the overrides by label. A label without an entry has no
 * override (F-DISABLED-3). Only the first block counts: the one behind it, of login items, looks alike. Never throws.
 */
export function parsePrintDisabled(output: string): OverridesParse {
  const [first, ...lines] = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (first === 'disabled services = (no disabled services)') return { parsed: true, overrides: {} }
  if (first !== 'disabled services = {') return { parsed: false, problem: 'it does not begin with disabled services' }
  const overrides: [string, Override][] = []
  for (const line of lines) {
    if (line === '}') return { parsed: true, overrides: Object.fromEntries(overrides) }
    const match = /^"(.+)" => (\w+)$/.exec(line)
    const override = words.get(match?.[2] ?? '')
    if (match?.[1] === undefined || override === undefined) {
      return { parsed: false, problem: 'one of its entries makes no sense' }
    }
    overrides.push([match[1], override])
  }
  return { parsed: false, problem: 'it ends before the closing brace' }
}
