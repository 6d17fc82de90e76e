import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorLogPath, readLastErrorLine } from './error-log.ts'
import { writeHome } from './fixtures/gateway-home.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'

test('the last line of the error log that says anything', async () => {
  const home = await temporaryFolder()
  expect(await readLastErrorLine(home)).toBeUndefined()
  await writeHome(home, { 'logs/gateway.error.log': 'Traceback:\r\n  File "x"\nValueError: token=abc\n\n \u001b[0m\n' })
  expect(await readLastErrorLine(home)).toBe('ValueError: token=•••')
})

test('a log of hundreds of megabytes costs no more than its end', async () => {
  const home = await temporaryFolder()
  await mkdir(join(home, 'logs'))
  await writeFile(errorLogPath(home), `${'noise '.repeat(4_000_000)}\nthe end`)
  const before = process.memoryUsage().arrayBuffers
  expect(await readLastErrorLine(home)).toBe('the end')
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024)
})
