import { chmodSync, mkdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createRoot } from './root-directory.ts'
import { temporaryFolder } from './test-emulator.ts'

const folder = temporaryFolder('emulator-root-')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function mode(path: string): number {
  return statSync(path).mode & 0o7777
}

test('K-BASE-1 a new root is its owner’s alone', () => {
  const root = createRoot(join(folder, 'deep', 'new'))
  expect(mode(root)).toBe(0o700)
})

test.each([0o755, 0o777, 0o711, 0o500])(
  'K-BASE-1 a root that existed with mode %o becomes its owner’s alone',
  (before) => {
    const root = join(folder, `was-${before}`)
    mkdirSync(root)
    chmodSync(root, before)
    expect(createRoot(root)).toBe(root)
    expect(mode(root)).toBe(0o700)
  },
)

test('K-BASE-1 a link to a root is that root', () => {
  const [root, link] = [join(folder, 'linked'), join(folder, 'link')]
  mkdirSync(root, { mode: 0o755 })
  symlinkSync(root, link)
  expect(createRoot(link)).toBe(realpathSync(root))
  expect(mode(root)).toBe(0o700)
})

test('K-BASE-1 a folder that everybody shares is no root and keeps its mode', () => {
  const shared = join(folder, 'tmp')
  mkdirSync(shared)
  chmodSync(shared, 0o1777)
  expect(() => createRoot(shared)).toThrow('it cannot be a root')
  expect(mode(shared)).toBe(0o1777)
})
