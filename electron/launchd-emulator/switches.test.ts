import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { hasFault, parseSwitches, readSwitchTexts, switchesPath, writeSwitchTexts } from './switches.ts'

const root = mkdtempSync(join(tmpdir(), 'emulator-switches-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('K-BASE-1 the first value of each switch is its default', () => {
  expect(parseSwitches({})).toMatchObject({
    'K-LOADED': '5',
    'K-NOGUI': 'off',
    'K-DIALECT': '26',
    'K-TIMESCALE': 1,
    'K-PENDED': 'none',
    HANG: [],
  })
})

test.each([
  ['K-NOGUI', '126'],
  ['K-TIMESCALE', '20'],
  ['K-TIMESCALE', '0'],
  ['K-EIOONCE', '-1'],
  ['K-SLOWBOOTOUT', 'long'],
  ['K-NOSUCH', '1'],
  ['HANG', 'bootot'],
  ['EIO', 'print,help'],
])('K-BASE-1 %s = %s is refused, not taken for a default', (key, value) => {
  expect(() => parseSwitches({ [key]: value })).toThrow(key)
})

test('K-BASE-1 faults name verbs, or all of them', () => {
  const switches = parseSwitches({ HANG: 'print,bootstrap', GARBLE: 'all' })
  expect(hasFault(switches, 'HANG', 'print')).toBe(true)
  expect(hasFault(switches, 'HANG', 'list')).toBe(false)
  expect(hasFault(switches, 'GARBLE', 'list')).toBe(true)
})

test('K-BASE-1 what is set stays set, privately, until it is emptied', () => {
  writeSwitchTexts(root, { 'K-LOADED': '37', 'K-EIOONCE': '2' })
  writeSwitchTexts(root, { 'K-NOGUI': '125', 'K-LOADED': '' })
  expect(readSwitchTexts(root)).toEqual({ 'K-EIOONCE': '2', 'K-NOGUI': '125' })
  expect(statSync(switchesPath(root)).mode & 0o777).toBe(0o600)
})
