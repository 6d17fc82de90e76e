import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProcessTable } from '../processes/process-table.ts'
import { temporaryFolder } from './fixtures/temporary-folder.ts'
import { loginShellPath } from './login-shell-path.ts'

const account = { shell: '/bin/zsh', accountHome: '/Users/ana', user: 'ana' }
const fallback = '/opt/homebrew/bin:/usr/bin:/bin:/usr/sbin:/sbin'
const exists = (path: string) => path === '/opt/homebrew/bin'

function printing(text: string) {
  return async () => text.replaceAll('MARK', '__caduceus_path__')
}

test.each([
  ['alone', 'MARK\n/a:/b\nMARK\n', '/a:/b'],
  ['among what start files print', 'hello\n\u001b[0mMARK\n/a:/b c\nMARK\nbye', '/a:/b c'],
  ['with what is no folder', 'MARK\n.:/a::~/bin:/b:/a\nMARK\n', '/a:/b'],
  ['empty', 'MARK\n\nMARK\n', fallback],
  ['not at all', '', fallback],
  ['over several lines', 'MARK\n/a\n/b\nMARK', fallback],
])('PATH is printed %s', async (_, output, path) => {
  expect(await loginShellPath(account, printing(output), exists)).toBe(path)
})

test('a shell that cannot be asked is answered for', async () => {
  expect(await loginShellPath(account, () => Promise.reject(new Error('gone')), exists)).toBe(fallback)
  expect(await loginShellPath({ ...account, shell: '/no/such/shell' }, undefined, exists)).toBe(fallback)
})

test("the shell gets the account's own environment, and nothing of ours", async () => {
  let seen: Readonly<Record<string, string>> = {}
  await loginShellPath(account, async (_shell, _args, environment) => {
    seen = environment
    return ''
  })
  expect(Object.keys(seen).sort()).toEqual(['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'])
})

async function shell(script: string): Promise<{ folder: string; shell: string }> {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'shell'), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, 'shell'), 0o755)
  return { folder, shell: join(folder, 'shell') }
}

test('a real shell is asked, and what it left running is ended', async () => {
  const { folder, shell: program } = await shell(
    'PATH="/own/bin:$PATH"; export PATH; sleep 60 & echo $! > "$HOME/pid"; while [ "$1" != -c ]; do shift; done; eval "$2"; wait',
  )
  const path = await loginShellPath({ shell: program, accountHome: folder, user: 'ana' })
  expect(path).toBe('/own/bin:/usr/bin:/bin:/usr/sbin:/sbin')
  const left = Number(await readFile(join(folder, 'pid'), 'utf8'))
  const isThere = async () => {
    const look = await createProcessTable().lookUp([left])
    return look.seen === 'unknown' || look.byPid.has(left)
  }
  await expect.poll(isThere).toBe(false)
})

test('a shell that hangs is ended after three seconds', async () => {
  const { folder, shell: program } = await shell('sleep 60')
  const before = Date.now()
  expect(await loginShellPath({ shell: program, accountHome: folder, user: 'ana' }, undefined, exists)).toBe(fallback)
  expect(Date.now() - before).toBeLessThan(6_000)
})
