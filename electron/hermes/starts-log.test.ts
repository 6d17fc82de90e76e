import { expect, test } from 'vitest'
import { writeHome } from './fixtures/gateway-home.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import { parseStarts, readRecentStarts } from './starts-log.ts'

test('starts are read from wherever their log is, oldest first, each once', async () => {
  const home = await temporaryFolder()
  expect(await readRecentStarts(home)).toEqual([])
  await writeHome(home, {
    'gateway-starts.log': '1790237730.42\n1790237790\n',
    'logs/gateway-starts.log': '1790237790\n1790237700.1',
    'state/gateway-starts.log': 'garbage\n\n',
  })
  expect(await readRecentStarts(home)).toEqual([1_790_237_700_100, 1_790_237_730_420, 1_790_237_790_000])
})

test('of many starts the latest count', async () => {
  const home = await temporaryFolder()
  const lines = Array.from({ length: 100_000 }, (_, index) => String(1_790_000_000 + index))
  await writeHome(home, { 'gateway-starts.log': `${lines.join('\n')}\n` })
  const starts = await readRecentStarts(home)
  expect(starts).toHaveLength(50)
  expect(starts.at(-1)).toBe(1_790_099_999_000)
})

test.each(['', '90237730.42', 'x1790237730', '1790237730 x', '-1790237730', '1e9', '17902377301'])(
  '%j is no start',
  (line) => {
    expect(parseStarts(line)).toEqual([])
  },
)
