import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../files/replace-file.ts'
import { type KeptCopy, parseIndex, renderIndex } from './kept-copy.ts'

/**
 * The folder of one label's kept copies: a file for each, named by its content, and an index. Whether a copy is valid
 * stands in its file's name too, so that the index can be rebuilt from the files alone.
 */
const copyName = /^([0-9a-f]{64})\.(kept|rejected)$/

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function copyPath(place: string, sha256: string, valid: boolean): string {
  return join(place, `${sha256}.${valid ? 'kept' : 'rejected'}`)
}

function indexPath(place: string): string {
  return join(place, 'index.json')
}

export async function makePrivate(place: string): Promise<void> {
  await mkdir(place, { recursive: true, mode: 0o700 })
  // It may have been there before, with other permissions.
  await chmod(place, 0o700)
}

/** Stores the bytes unless the very same are there; a corrupt file of that name is set aside. */
export async function storeBytes(place: string, sha256: string, valid: boolean, bytes: Uint8Array): Promise<void> {
  const path = copyPath(place, sha256, valid)
  const stored = await readIfThere(path)
  if (stored !== undefined && hashOf(stored) === sha256) return
  if (stored !== undefined) await setAside(path)
  await replaceFile(path, bytes, { mode: 0o600 })
}

export interface LoadedCopies {
  readonly copies: ReadonlyMap<string, KeptCopy>
  /** Those that no index knows: it is gone, or their writer is still on its way to it. */
  readonly adopted: ReadonlySet<string>
}

/** The copies that exist as files, with what the index knows of them. */
export async function loadCopies(place: string): Promise<LoadedCopies> {
  const [names, index] = await Promise.all([namesIn(place), readIfThere(indexPath(place))])
  const known = new Map((parseIndex(index?.toString('utf8') ?? '') ?? []).map((copy) => [copy.sha256, copy]))
  const files = names.flatMap((name) => {
    const [, sha256, ending] = copyName.exec(name) ?? []
    return sha256 === undefined ? [] : [{ sha256, valid: ending === 'kept' }]
  })
  const copies = new Map<string, KeptCopy>()
  // Rejected first: where both are there, the valid one counts.
  for (const { sha256, valid } of files.sort((one, other) => Number(one.valid) - Number(other.valid))) {
    const copy = known.get(sha256) ?? (await copyFromFile(copyPath(place, sha256, valid), sha256, valid))
    if (copy !== undefined) copies.set(sha256, { ...copy, valid })
  }
  return { copies, adopted: new Set([...copies.keys()].filter((sha256) => !known.has(sha256))) }
}

/** A copy that no index knows: interrupted between two writes, or the index is gone. */
async function copyFromFile(path: string, sha256: string, valid: boolean): Promise<KeptCopy | undefined> {
  try {
    return { sha256, valid, proven: false, observedAt: Math.round((await stat(path)).mtimeMs) }
  } catch {
    return undefined
  }
}

/** Writes the index, removes the dropped copies, and what was kept as rejected before it was seen valid. */
export async function saveCopies(
  place: string,
  copies: readonly KeptCopy[],
  dropped: readonly KeptCopy[],
): Promise<void> {
  const index = await readIfThere(indexPath(place))
  if (index !== undefined && parseIndex(index.toString('utf8')) === undefined) await setAside(indexPath(place))
  await replaceFile(indexPath(place), renderIndex(copies), { mode: 0o600 })
  const superseded = copies.filter(({ valid }) => valid)
  await Promise.all([
    ...dropped.map(({ sha256, valid }) => removeIfThere(copyPath(place, sha256, valid))),
    ...superseded.map(({ sha256 }) => removeIfThere(copyPath(place, sha256, false))),
  ])
}

export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw error
  }
}

async function namesIn(place: string): Promise<readonly string[]> {
  try {
    return await readdir(place)
  } catch (error) {
    if (isAbsence(error)) return []
    throw error
  }
}

async function setAside(path: string): Promise<void> {
  await rename(path, `${path}.corrupt-${Date.now()}`)
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!isAbsence(error)) throw error
  })
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
