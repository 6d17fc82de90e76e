import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../files/replace-file.ts'
import type { JobDefinition } from './definition.ts'
import { type DefinitionExpectations, type DefinitionParse, parseDefinition } from './job-definition.ts'

export type ParseDefinition = (bytes: Uint8Array, expectations: DefinitionExpectations) => Promise<DefinitionParse>

/** Grows with every change of what a parse holds: what an older Caduceus wrote is then read anew. */
const version = 1

/**
 * Remembers what the last definition of each label said, by the hash of its bytes. Loading the property list library
 * takes longer than everything else that `caduceus status` does, and a definition hardly ever changes. Values of
 * variables that may be secret are not in it, but arguments are, so the file is 0600. One that is missing, of another
 * version or damaged only costs the parse.
 */
export function createDefinitionCache(folder: string, parse: ParseDefinition = parseDefinition): ParseDefinition {
  return async (bytes, expectations) => {
    const file = join(folder, `${expectations.expectedLabel}.json`)
    const key = keyOf(bytes, expectations)
    const remembered = await recall(file, key)
    if (remembered !== undefined) return { valid: true, definition: remembered }
    const parsed = await parse(bytes, expectations)
    if (parsed.valid) await remember(folder, file, key, parsed.definition)
    return parsed
  }
}

function keyOf(bytes: Uint8Array, { expectedLabel, visibleVariables }: DefinitionExpectations): string {
  const terms = JSON.stringify([version, expectedLabel, [...visibleVariables].sort()])
  return createHash('sha256').update(terms).update(bytes).digest('hex')
}

/** JSON has no `undefined`, which stands for the hidden value of a variable whose name counts all the same. */
interface Remembered {
  readonly key: string
  readonly definition: Omit<JobDefinition, 'environment'> & {
    readonly environment: Readonly<Record<string, string | null>>
  }
}

async function recall(file: string, key: string): Promise<JobDefinition | undefined> {
  try {
    const remembered: Remembered = JSON.parse(await readFile(file, 'utf8'))
    if (remembered.key !== key) return undefined
    const { definition } = remembered
    const variables = Object.entries(definition.environment)
    return {
      ...definition,
      environment: Object.fromEntries(variables.map(([name, value]) => [name, value ?? undefined])),
    }
  } catch {
    return undefined
  }
}

async function remember(folder: string, file: string, key: string, definition: JobDefinition): Promise<void> {
  const variables = Object.entries(definition.environment)
  const remembered: Remembered = {
    key,
    definition: {
      ...definition,
      environment: Object.fromEntries(variables.map(([name, value]) => [name, value ?? null])),
    },
  }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await replaceFile(file, JSON.stringify(remembered), { mode: 0o600 })
  } catch {
    // Next time the parse is paid again.
  }
}
