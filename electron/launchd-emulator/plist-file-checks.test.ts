import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { readPlistFile } from './plist-file-checks.ts'
import { temporaryFolder } from './test-emulator.ts'

const folder = temporaryFolder('emulator-files-')
afterAll(() => rmSync(folder, { recursive: true }))

const uid = process.getuid?.() ?? 0
const text =
  '<plist version="1.0"><dict><key>Label</key><string>a</string><key>Program</key><string>/a</string></dict></plist>'
const path = join(folder, 'a.plist')
beforeEach(() => writeFileSync(path, text, { mode: 0o644 }))

function problem(of = path, rules: { readonly uid?: number; readonly acceptSymlink?: boolean } = {}) {
  const file = readPlistFile(of, { uid, acceptSymlink: true, ...rules })
  return 'problem' in file ? file.problem : undefined
}

test('R-LOGIN-1 a regular .plist file of the user’s that only the user may write', () => {
  expect(problem()).toBeUndefined()
})

test.each([0o664, 0o646, 0o666])('R-LOGIN-1 mode %o → 122', (mode) => {
  chmodSync(path, mode)
  expect(problem()).toBe(122)
  chmodSync(path, 0o644)
})

test('R-LOGIN-1 a folder → 122, a name without .plist → 121, nothing → 2', () => {
  mkdirSync(join(folder, 'folder.plist'))
  writeFileSync(join(folder, 'a.xml'), text, { mode: 0o644 })
  expect(problem(join(folder, 'folder.plist'))).toBe(122)
  expect(problem(join(folder, 'a.xml'))).toBe(121)
  expect(problem(join(folder, 'none.plist'))).toBe(2)
  expect(problem(join(path, 'none.plist'))).toBe(2)
})

test.runIf(uid === 0)('R-LOGIN-1 a file of somebody else’s → 122, one of root’s is fine for everybody', () => {
  expect(problem(path, { uid: 501 })).toBeUndefined()
  chownSync(path, 502, 0)
  expect(problem(path, { uid: 501 })).toBe(122)
  chownSync(path, 0, 0)
})

test('K-SYMLINK a link is accepted, or refused with 122', () => {
  const link = join(folder, 'link.plist')
  symlinkSync(path, link)
  expect(problem(link)).toBeUndefined()
  expect(problem(link, { acceptSymlink: false })).toBe(122)
})

test('E-ORDER-1 what is no property list is told before who may write it', () => {
  writeFileSync(path, '')
  chmodSync(path, 0o666)
  expect(problem()).toBe(109)
  chmodSync(path, 0o644)
})
