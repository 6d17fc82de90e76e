/** Looks at one value from outside; says what is wrong with it, or nothing. */
export type Check = (value: unknown) => string | undefined

/** A switch that is either on or left out. */
export const yes: Check = (value) => (value === true ? undefined : 'must be true, or be left out')

export function number(least: number): Check {
  return (value) =>
    typeof value === 'number' && Number.isFinite(value) && value >= least ? undefined : `must be a number from ${least}`
}

export function integer(least: number, most: number): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `must be a whole number from ${least} to ${most}`
}

export function text(form: RegExp): Check {
  return (value) => (typeof value === 'string' && form.test(value) ? undefined : `must be text like ${form.source}`)
}

export function oneOf(...words: readonly string[]): Check {
  return (value) =>
    typeof value === 'string' && words.includes(value)
      ? undefined
      : `must be one of ${words.map((word) => `"${word}"`).join(', ')}`
}

export function anyOf(...checks: readonly Check[]): Check {
  return (value) => {
    const complaints = checks.map((check) => check(value))
    return complaints.includes(undefined) ? undefined : complaints.join('; or ')
  }
}

/** An object whose keys are free. */
export function mapOf(check: Check): Check {
  return (value) => complain(value, () => check)
}

/** An object that has these keys and no others; all may be left out. */
export function record(checks: Readonly<Record<string, Check>>): Check {
  return (value) => complain(value, (key) => (Object.hasOwn(checks, key) ? checks[key] : undefined))
}

function complain(value: unknown, checkOf: (key: string) => Check | undefined): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object'
  for (const [key, member] of Object.entries(value)) {
    const check = checkOf(key)
    if (check === undefined) return `unknown switch "${key}"`
    const complaint = check(member)
    if (complaint !== undefined) return `${key}: ${complaint}`
  }
  return undefined
}
