import { chmod, lstat, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { replaceFile } from '../files/replace-file.ts'

/** The definition is not in place as it should be. The message is for people, `cause` the error behind it, if any. */
export class DefinitionWriteError extends Error {
  override readonly name = 'DefinitionWriteError'
}

/**
 * Puts these bytes where launchd reads them: a regular file of mode 0644, replaced in one step, and read back. Creates
 * the folder (0755) where there is none. Throws a {@link DefinitionWriteError}; a folder or device in the file's place is
 * left alone.
 */
export async function writeDefinitionFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await refuseStranger(path)
    await createFolder(dirname(path))
    await replaceFile(path, bytes, { mode: 0o644 })
    if (!(await readFile(path)).equals(bytes)) {
      throw new DefinitionWriteError(`${path} was changed by something else right after it was written.`)
    }
  } catch (error) {
    if (error instanceof DefinitionWriteError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new DefinitionWriteError(`${path} could not be written: ${reason}`, { cause: error })
  }
}

/** A device, pipe or socket would be replaced without a word; an empty folder could be on some systems. */
async function refuseStranger(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined)
  if (stats === undefined || stats.isFile() || stats.isSymbolicLink()) return
  const kind = stats.isDirectory() ? 'a folder' : 'no file'
  throw new DefinitionWriteError(`${path} is ${kind}: move it away first.`)
}

async function createFolder(folder: string): Promise<void> {
  const created = await mkdir(folder, { recursive: true })
  // launchd does not read a folder that others may write to, and the umask may have taken away too much or too little.
  if (created !== undefined) await chmod(folder, 0o755)
}
