import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/**
 * The last `maxBytes` bytes of a file as UTF-8 text; the whole file where it is shorter. A character that the cut goes
 * through is left out. Memory stays within `maxBytes` however large the file is. Rejects with the error of `node:fs`.
 */
export async function readTail(path: string, maxBytes: number): Promise<string> {
  // Without O_NONBLOCK, opening a named pipe that nobody writes to would wait for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - maxBytes)
    const bytes = await readFrom(file, start, size - start)
    return (start > 0 ? bytes.subarray(firstCharacter(bytes)) : bytes).toString('utf8')
  } finally {
    await file.close()
  }
}

async function readFrom(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, start + filled)
    // The file was cut, as a log rotation does, since its size was seen.
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

/** Where the first whole character begins: continuation bytes are `10xxxxxx`, and there are at most three of them. */
function firstCharacter(bytes: Buffer): number {
  let index = 0
  while (index < 3 && ((bytes[index] ?? 0) & 0xc0) === 0x80) index += 1
  return index
}
