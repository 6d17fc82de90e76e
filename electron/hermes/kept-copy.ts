import { isObject, listOf, numberOf, parseJson, textOf } from './tolerant-json.ts'

/** A definition that was once seen at its place and is kept byte for byte. */
export interface KeptCopy {
  /** Of the bytes, in lower-case hexadecimal. */
  readonly sha256: string
  /** When it was last seen at its place, milliseconds since 1970. */
  readonly observedAt: number
  /** Whether launchd would have accepted it. Others are kept so that no byte is lost, and never offered. */
  readonly valid: boolean
  /** Whether a gateway was healthy under it for a while. */
  readonly proven: boolean
  /** The Hermes that was installed then, where its state file said so. */
  readonly hermesVersion?: string
  readonly codeSha?: string
}

/** What is known of a copy when it is kept. */
export type CopyFacts = Omit<KeptCopy, 'sha256' | 'proven'>

/** How many copies of one label are kept, apart from those that must not be dropped. */
export const mostCopies = 20

/** Newest first; of two that were seen at the same time, the order is at least the same every time. */
export function newestFirst(copies: Iterable<KeptCopy>): readonly KeptCopy[] {
  return [...copies].sort((one, other) => other.observedAt - one.observedAt || (one.sha256 < other.sha256 ? -1 : 1))
}

/** The copies that may go: beyond the newest 20, but never the newest valid one and never a proven one. */
export function expendable(copies: Iterable<KeptCopy>): readonly KeptCopy[] {
  const ordered = newestFirst(copies)
  const newestValid = ordered.find(({ valid }) => valid)
  return ordered.slice(mostCopies).filter((copy) => !copy.proven && copy !== newestValid)
}

/** What is known after a copy was seen again: nothing that was known is forgotten, and the later facts count. */
export function seenAgain(known: KeptCopy | undefined, sha256: string, facts: CopyFacts): KeptCopy {
  if (known === undefined) return { ...facts, sha256, proven: false }
  const later = facts.observedAt >= known.observedAt ? { ...known, ...facts } : { ...facts, ...known }
  // The same bytes may first be seen in a file that launchd refuses for its owner or mode.
  return { ...later, sha256, valid: known.valid || facts.valid, proven: known.proven }
}

/** The index of one label's copies as text. */
export function renderIndex(copies: Iterable<KeptCopy>): string {
  return `${JSON.stringify({ version: 1, copies: newestFirst(copies) }, undefined, 2)}\n`
}

/** Reads an index; entries that make no sense are left out, and undefined means that it is no index at all. */
export function parseIndex(text: string): readonly KeptCopy[] | undefined {
  const value = parseJson(text)
  if (!isObject(value) || !Array.isArray(value['copies'])) return undefined
  return listOf(value['copies'])
    .map(parseCopy)
    .filter((copy) => copy !== undefined)
}

function parseCopy(value: unknown): KeptCopy | undefined {
  if (!isObject(value)) return undefined
  const sha256 = textOf(value['sha256'])
  const observedAt = numberOf(value['observedAt'])
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256) || observedAt === undefined) return undefined
  const hermesVersion = textOf(value['hermesVersion'])
  const codeSha = textOf(value['codeSha'])
  return {
    sha256,
    observedAt,
    valid: value['valid'] === true,
    proven: value['proven'] === true,
    ...(hermesVersion === undefined ? {} : { hermesVersion }),
    ...(codeSha === undefined ? {} : { codeSha }),
  }
}
