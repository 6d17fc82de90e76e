import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, isAbsolute } from 'node:path'
import { type DefinitionCommand, describeCommand } from './definition-command.ts'

/** A definition with the files that launchd opens for its job. */
export interface RunnableDefinition extends DefinitionCommand {
  readonly stdoutPath?: string | undefined
  readonly stderrPath?: string | undefined
}

export interface MissingPart {
  readonly what: 'program' | 'interpreter' | 'working-directory' | 'home' | 'log-folder'
  readonly path: string
}

type CanRun = { readonly runs: true } | { readonly runs: false; readonly missing: readonly MissingPart[] }

/**
 * Whether everything that a definition names is there. launchd itself only says 78 and writes nothing when a program,
 * a working directory or a log's folder is missing (hermes-agent#78129), so this looks before it is asked. A path that
 * may not be looked at counts as there. Never throws.
 */
export async function canRun(definition: RunnableDefinition): Promise<CanRun> {
  const checks = await Promise.all(partsOf(definition).map(async (part) => ((await exists(part)) ? [] : [part])))
  const missing = checks.flat()
  return missing.length === 0 ? { runs: true } : { runs: false, missing }
}

/** Words for a missing part, with its path. */
export function describeMissing({ what, path }: MissingPart): string {
  switch (what) {
    case 'program':
    case 'interpreter':
      return `its ${what} ${path} is missing or cannot be executed`
    case 'working-directory':
      return `its working directory ${path} is missing`
    case 'home':
      return `its home ${path} is missing`
    case 'log-folder':
      return `the folder ${path} for its logs is missing`
    default:
      return what satisfies never
  }
}

function partsOf(definition: RunnableDefinition): readonly MissingPart[] {
  const description = describeCommand(definition)
  const program = definition.program ?? definition.arguments[0]
  const logs = [definition.stdoutPath, definition.stderrPath, ...description.logs].filter((path) => path !== undefined)
  const parts: readonly (readonly [MissingPart['what'], string | undefined])[] = [
    ['program', program],
    ...description.programs.filter((path) => path !== program).map((path) => ['interpreter', path] as const),
    ['working-directory', definition.workingDirectory],
    ['home', description.pinnedHome],
    ...[...new Set(logs.map((path) => dirname(path)))].map((path) => ['log-folder', path] as const),
  ]
  // Relative paths are looked up by rules that are not ours, and a log may be /dev/null.
  return parts.flatMap(([what, path]) => (path !== undefined && isAbsolute(path) ? [{ what, path }] : []))
}

async function exists({ what, path }: MissingPart): Promise<boolean> {
  try {
    const isFolder = (await stat(path)).isDirectory()
    if (what !== 'program' && what !== 'interpreter') return isFolder
    if (isFolder) return false
    await access(path, constants.X_OK)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (what === 'program' || what === 'interpreter')
      return code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EACCES'
    return code !== 'ENOENT' && code !== 'ENOTDIR'
  }
}
