import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

interface ReplaceFileOptions {
  /** Permission bits of the new file, set exactly as given: the umask does not apply. */
  readonly mode: number
}

/**
 * Replaces the file at `path`, or creates it, in one step: whoever reads it sees the old bytes or the new ones, also
 * after a power loss. A symbolic link at `path` is itself replaced and its target left alone, which is why this is not
 * `write-file-atomic`: that one resolves links first. Rejects with the error of `node:fs`; nothing is left behind then.
 */
export async function replaceFile(
  path: string,
  bytes: Uint8Array | string,
  options: ReplaceFileOptions,
): Promise<void> {
  const folder = dirname(path)
  const temporary = join(folder, temporaryName(basename(path)))
  // `wx` follows no link and takes no file that is already there.
  const file = await open(temporary, 'wx', options.mode)
  try {
    await fill(file, bytes, options.mode)
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(folder)
}

/** Never ends in `.plist`: launchd would load it at the next login (R-LOGIN-1). */
function temporaryName(name: string): string {
  // The name's beginning is for people only; cut, so that a long name stays within the 255 bytes of a file name.
  return `.${name.slice(0, 48)}.${randomBytes(8).toString('hex')}.tmp`
}

async function fill(file: FileHandle, bytes: Uint8Array | string, mode: number): Promise<void> {
  try {
    await file.chmod(mode)
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the rename itself durable. Some network file systems cannot do that; the file is in place all the same. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // Nothing to undo, and nothing a caller could do better.
  }
}
