import { lstatSync, readFileSync, statSync } from 'node:fs'
import { type JobDefinition, parseJobDefinition } from './job-definition.ts'

/** A definition as loaded from a file, or the error number with which launchd refuses the file. */
type PlistFile = { readonly definition: JobDefinition } | { readonly problem: number }

/**
 * Reads a job's file the way launchd does, in its order: is it there (2), is it a property list of a job (109, 110,
 * 111), may it be trusted (121, 122) (E-ORDER-1). An unprivileged caller sees none of these numbers (E-MASK-2).
 */
export function readPlistFile(
  path: string,
  rules: { readonly uid: number; readonly acceptSymlink: boolean },
): PlistFile {
  let bytes: Uint8Array
  try {
    // A directory, a pipe or a device must not be read: some never end.
    if (!statSync(path).isFile()) return { problem: 122 }
    bytes = readFileSync(path)
  } catch (cause) {
    return { problem: isMissing(cause) ? 2 : 1 }
  }
  const definition = parseJobDefinition(bytes)
  if (typeof definition === 'number') return { problem: definition }
  const problem = trustProblem(path, rules)
  return problem === undefined ? { definition } : { problem }
}

/** A regular `.plist` file of the user's or root's that nobody else may write (R-LOGIN-1, E-MASK-4). */
function trustProblem(
  path: string,
  rules: { readonly uid: number; readonly acceptSymlink: boolean },
): number | undefined {
  if (!path.endsWith('.plist')) return 121
  if (lstatSync(path).isSymbolicLink() && !rules.acceptSymlink) return 122
  const file = statSync(path)
  if (file.uid !== rules.uid && file.uid !== 0) return 122
  return (file.mode & 0o022) === 0 ? undefined : 122
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
}
