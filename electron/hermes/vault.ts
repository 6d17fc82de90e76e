import { join } from 'node:path'
import { type CopyFacts, expendable, type KeptCopy, newestFirst, seenAgain } from './kept-copy.ts'
import {
  copyPath,
  hashOf,
  type LoadedCopies,
  loadCopies,
  makePrivate,
  readIfThere,
  saveCopies,
  storeBytes,
} from './vault-folder.ts'

/** Kept copies of definitions, by label. They hold people's secrets: files are 0600 in folders that are 0700. */
export interface Vault {
  /**
   * Keeps these bytes; seen again, they are the newest again. Costs next to nothing while nothing changes. Rejects when
   * the bytes could not be stored: whatever was about to replace them must then not.
   */
  keep(label: string, bytes: Uint8Array, facts: CopyFacts): Promise<KeptCopy>
  /** Marks a copy as one under which a gateway was healthy. Without such a copy nothing happens. */
  markProven(label: string, sha256: string): Promise<void>
  /** Every copy of a label, newest first; those that are not `valid` are history and never to be put back. */
  list(label: string): Promise<readonly KeptCopy[]>
  /** The bytes of a copy, if they are still what was kept. Never rejects. */
  read(label: string, sha256: string): Promise<CopyLook>
}

export type CopyLook =
  | { readonly seen: 'copy'; readonly copy: KeptCopy; readonly bytes: Uint8Array }
  | { readonly seen: 'none' }
  /** The file is there and its content is not what its name says. It stays, for a person to look at. */
  | { readonly seen: 'corrupt'; readonly path: string }
  | { readonly seen: 'unknown'; readonly cause: string }

/** Labels become folder names: nothing that could leave the folder, nothing hidden. */
const safeLabel = /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/

/** How exact `observedAt` of the newest copy is, in milliseconds: a copy that is seen all day is not written all day. */
const observedAtStepMs = 6 * 60 * 60_000

/**
 * Opens the vault in this folder, which is made at the first copy. Bytes are stored before the index speaks of them,
 * and copies that no index knows are taken in from their files: whatever is interrupted, no copy is lost. Changes of
 * one label wait for each other, also across processes.
 */
export function createVault(folder: string): Vault {
  const folderOf = (label: string): string => {
    if (!safeLabel.test(label)) throw new RangeError(`no label: ${JSON.stringify(label)}`)
    return join(folder, label)
  }
  return {
    async keep(label, bytes, facts) {
      const place = folderOf(label)
      const sha256 = hashOf(bytes)
      const unchanged = await newestUnchanged(place, sha256, facts)
      if (unchanged !== undefined) return unchanged
      await makePrivate(folder)
      await makePrivate(place)
      await storeBytes(place, sha256, facts.valid, bytes)
      return await change(place, async ({ copies, adopted }) => {
        // Another process may have dropped it as too old just before it was seen again here.
        await storeBytes(place, sha256, facts.valid, bytes)
        const known = copies.get(sha256)
        // A file that no index knows has only its own time, and may be the one that was just stored.
        const earlier = known && adopted.has(sha256) ? { ...known, observedAt: facts.observedAt } : known
        return seenAgain(earlier, sha256, facts)
      })
    },
    async markProven(label, sha256) {
      const place = folderOf(label)
      const known = (await loadCopies(place)).copies.get(sha256)
      if (known === undefined || known.proven) return
      await change(place, async ({ copies }) => ({ ...(copies.get(sha256) ?? known), proven: true }))
    },
    async list(label) {
      return newestFirst((await loadCopies(folderOf(label))).copies.values())
    },
    async read(label, sha256) {
      try {
        const place = folderOf(label)
        const copy = (await loadCopies(place)).copies.get(sha256)
        if (copy === undefined) return { seen: 'none' }
        const path = copyPath(place, copy.sha256, copy.valid)
        const bytes = await readIfThere(path)
        if (bytes === undefined) return { seen: 'none' }
        return hashOf(bytes) === sha256 ? { seen: 'copy', copy, bytes } : { seen: 'corrupt', path }
      } catch (error) {
        return { seen: 'unknown', cause: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

/** The newest copy, if it is this one, intact, and nothing new is known of it. */
async function newestUnchanged(place: string, sha256: string, facts: CopyFacts): Promise<KeptCopy | undefined> {
  const newest = newestFirst((await loadCopies(place)).copies.values())[0]
  if (newest?.sha256 !== sha256) return undefined
  const { observedAt, ...now } = seenAgain(newest, sha256, facts)
  if (observedAt - newest.observedAt > observedAtStepMs) return undefined
  const same = Object.entries(now).every(([key, value]) =>
    Object.entries(newest).some(([k, v]) => k === key && v === value),
  )
  const stored = same ? await readIfThere(copyPath(place, sha256, newest.valid)) : undefined
  return stored !== undefined && hashOf(stored) === sha256 ? newest : undefined
}

/** Changes of one process, folder by folder: waiting here is cheaper than asking for the lock again and again. */
const queues = new Map<string, Promise<unknown>>()

/** Works out the new facts of one copy. */
type Edit = (loaded: LoadedCopies) => Promise<KeptCopy>

async function change(place: string, edit: Edit): Promise<KeptCopy> {
  const turn = (queues.get(place) ?? Promise.resolve()).then(() => changeLocked(place, edit))
  const settled = turn.catch(() => undefined)
  queues.set(place, settled)
  try {
    return await turn
  } finally {
    if (queues.get(place) === settled) queues.delete(place)
  }
}

async function changeLocked(place: string, edit: Edit): Promise<KeptCopy> {
  // Loaded late: looking at copies, which is what happens at a start, needs no lock.
  const { lock } = await import('proper-lockfile')
  const release = await lock(place, {
    stale: 10_000,
    retries: { retries: 80, minTimeout: 10, maxTimeout: 250 },
    // Somebody took the lock for abandoned, as after a sleep. Their index may then miss our copy, whose file stays.
    onCompromised: () => undefined,
  })
  try {
    const loaded = await loadCopies(place)
    const edited = await edit(loaded)
    const copies = new Map(loaded.copies).set(edited.sha256, edited)
    const dropped = new Set(expendable(copies.values()))
    // Copies that no index knew are left to their writers, who know more of them than a file can tell.
    const indexed = [...copies.values()].filter(
      (copy) => !dropped.has(copy) && (copy === edited || !loaded.adopted.has(copy.sha256)),
    )
    await saveCopies(place, indexed, [...dropped])
    return edited
  } finally {
    await release().catch(() => undefined)
  }
}
