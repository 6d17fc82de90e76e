import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import type { DefinitionLook } from './definition.ts'
import type { ParseDefinition } from './definition-cache.ts'
import { parseDefinition } from './job-definition.ts'

export interface DefinitionFileOptions {
  /** The label that the file's place calls for. */
  readonly label: string
  /** Whose agent it is: the file must belong to this user or to root. */
  readonly uid: number
  /** Environment variables whose values are known to be harmless. */
  readonly visibleVariables: ReadonlySet<string>
  /** How bytes are read, for callers that remember what they read before. */
  readonly parse?: ParseDefinition
}

export interface DefinitionFile {
  readonly look: DefinitionLook
  /** What the file holds, wherever it could be read; beside the look, as these bytes hold secrets. */
  readonly bytes?: Buffer
}

/** Far more than any property list that a person or a program writes for launchd. */
const MAX_BYTES = 2 ** 20
const tooLarge = 'It is larger than 1 MiB, which no job definition is: move it away.'

/** Looks at the file where a definition belongs: whether launchd would take it (R-LOGIN-1) and what it says. Never throws. */
export async function readDefinitionFile(path: string, options: DefinitionFileOptions): Promise<DefinitionFile> {
  try {
    const stats = await lstat(path)
    const unsafe = findUnsafe(stats, options.uid)
    if (unsafe !== undefined && !unsafe.replaceable) return { look: { seen: 'unsafe', ...unsafe } }
    const content = await readContent(path, stats.isSymbolicLink())
    if (unsafe === undefined) return await safeFile(content, options)
    return await unsafeFile({ problem: unsafe.problem, isLink: stats.isSymbolicLink() }, content, options)
  } catch (error) {
    // Also when it vanished between two looks at it.
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return { look: { seen: 'absent' } }
    return { look: { seen: 'unknown', cause: `${path} could not be read: ${messageOf(error)}` } }
  }
}

interface Unsafe {
  readonly problem: string
  readonly replaceable: boolean
}

/** What launchd holds against a file before it reads it (R-LOGIN-1); `undefined` when nothing. */
function findUnsafe(stats: Stats, uid: number): Unsafe | undefined {
  if (stats.isDirectory()) return { problem: 'A folder stands in its place: move it away.', replaceable: false }
  if (stats.isSymbolicLink()) {
    return { problem: 'It is a symbolic link, and launchd wants a regular file.', replaceable: true }
  }
  if (!stats.isFile()) {
    return { problem: 'It is neither a file nor a link: a device, pipe or socket stands there.', replaceable: false }
  }
  if (stats.uid !== uid && stats.uid !== 0) {
    return { problem: `It belongs to another user (uid ${stats.uid}).`, replaceable: true }
  }
  if ((stats.mode & 0o022) !== 0) {
    return { problem: `Other users may write to it (mode ${(stats.mode & 0o7777).toString(8)}).`, replaceable: true }
  }
  return undefined
}

type Content =
  | { readonly seen: 'bytes'; readonly bytes: Buffer; readonly stats: Stats }
  | { readonly seen: 'too-large' }
  /** A link that points to nothing readable, or to no file. */
  | { readonly seen: 'nothing' }
  | { readonly seen: 'unreadable'; readonly cause: string }

async function readContent(path: string, followLink: boolean): Promise<Content> {
  try {
    return await readBounded(path, followLink)
  } catch (error) {
    if (followLink) return { seen: 'nothing' }
    if (isCode(error, 'ENOENT')) throw error
    return { seen: 'unreadable', cause: messageOf(error) }
  }
}

async function readBounded(path: string, followLink: boolean): Promise<Content> {
  // Something else may have taken the file's place since it was looked at: a link is not followed, a pipe not waited for.
  const noFollow = followLink ? 0 : constants.O_NOFOLLOW
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | noFollow)
  try {
    const stats = await file.stat()
    if (!stats.isFile()) return { seen: 'nothing' }
    if (stats.size > MAX_BYTES) return { seen: 'too-large' }
    return { seen: 'bytes', bytes: await file.readFile(), stats }
  } finally {
    await file.close()
  }
}

/** The look at a file that launchd has nothing against; its content decides. */
async function safeFile(content: Content, options: DefinitionFileOptions): Promise<DefinitionFile> {
  switch (content.seen) {
    case 'bytes': {
      const { bytes } = content
      const sha256 = sha256Of(bytes)
      const parse = await parseBytes(bytes, options)
      return parse.valid
        ? { look: { seen: 'valid', sha256, definition: parse.definition }, bytes }
        : { look: { seen: 'invalid', sha256, problem: parse.problem }, bytes }
    }
    case 'too-large':
      return { look: { seen: 'unsafe', problem: tooLarge, replaceable: false } }
    case 'nothing':
      return { look: { seen: 'unknown', cause: 'Something else took its place while it was looked at.' } }
    case 'unreadable':
      return { look: { seen: 'unknown', cause: content.cause } }
    default:
      return content satisfies never
  }
}

/** The look at a file that launchd refuses whatever it says. What cannot be read cannot be kept, so it is not replaceable. */
async function unsafeFile(
  { problem, isLink }: { readonly problem: string; readonly isLink: boolean },
  content: Content,
  options: DefinitionFileOptions,
): Promise<DefinitionFile> {
  if (content.seen !== 'bytes') {
    const beyond = content.seen === 'too-large' ? ` ${tooLarge}` : ' It cannot be read.'
    // A link can be replaced all the same: what it points to stays where it is.
    return { look: { seen: 'unsafe', problem: `${problem}${beyond}`, replaceable: isLink } }
  }
  const { bytes, stats } = content
  const parse = await parseBytes(bytes, options)
  return {
    look: {
      seen: 'unsafe',
      problem,
      replaceable: true,
      content: {
        sha256: sha256Of(bytes),
        ours: isOurs(stats, options.uid),
        ...(parse.valid ? { definition: parse.definition } : {}),
      },
    },
    bytes,
  }
}

/** A umask of 002 makes files that the group may write, and that group is usually the user's own. */
function isOurs({ uid, mode }: Stats, user: number): boolean {
  return (uid === user || uid === 0) && (mode & 0o002) === 0
}

function parseBytes(bytes: Buffer, { label, visibleVariables, parse = parseDefinition }: DefinitionFileOptions) {
  return parse(bytes, { expectedLabel: label, visibleVariables })
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
