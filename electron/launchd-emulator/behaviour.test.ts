import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseSwitches } from './switches.ts'

const repository = resolve(import.meta.dirname, '../..')
const behaviour = readFileSync(join(import.meta.dirname, 'behaviour.md'), 'utf8')
const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')

/** Ids that are meant to be unknown: the name of a switch that does not exist. */
const unknownOnPurpose = ['K-NOSUCH']

/** What stands in the table rows `| id | behaviour | evidence |`, in their order. */
const rows = [...behaviour.matchAll(/^\| ([VFREKC]-\S+) +\| (.+?) +\| .+ \|$/gm)].map(([, id = '', text = '']) => ({
  id,
  text,
}))
const ids = rows.map(({ id }) => id)

/** Ids in a text; `X-1 to X-3` names those between as well. */
function citedIds(text: string): readonly string[] {
  const ranges = [...text.matchAll(/\b([VFREKC]-[A-Z0-9]+-)(\d+) to \1(\d+)/g)].flatMap(([, prefix, first, last]) => {
    const start = Number(first)
    return Array.from({ length: Number(last) - start + 1 }, (_, index) => `${prefix}${start + index}`)
  })
  return [...[...text.matchAll(/\b[VFREKC]-[A-Z0-9]+(?:-[A-Z0-9]+)*\b/g)].map(([id]) => id), ...ranges]
}

function unknownIds(text: string): readonly string[] {
  return citedIds(text).filter((id) => !ids.includes(id) && !unknownOnPurpose.includes(id))
}

test.each(['electron', 'resources', 'e2e', 'build'])('every id that the code of %s cites is defined', (folder) => {
  const unknown = readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .flatMap((name) => unknownIds(readFileSync(join(repository, folder, name), 'utf8')).map((id) => `${name}: ${id}`))
  expect(unknown).toEqual([])
})

test('every id that the documents cite is defined', () => {
  expect([...unknownIds(behaviour), ...unknownIds(readme)]).toEqual([])
})

test('every id is defined once', () => {
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

test('a range names the ids between its ends', () => {
  expect(citedIds('V-LIST-1 to V-LIST-3')).toContain('V-LIST-2')
})

const switches = Object.entries(parseSwitches({})).filter(([key]) => key.startsWith('K-'))

test.each(switches)('%s is documented, with its default first and no value that it refuses', (key, initial) => {
  const text = rows.find(({ id }) => id === key)?.text ?? ''
  const values = [...(/^(?:`[^`]+` · )*(?:`[^`]+`)?/.exec(text)?.[0] ?? '').matchAll(/`([^`]+)`/g)].map(
    ([, value]) => value,
  )
  expect(values[0]).toBe(String(initial))
  for (const value of values) expect(() => parseSwitches({ [key]: value ?? '' })).not.toThrow()
})
