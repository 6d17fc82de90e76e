import { expect, test } from 'vitest'
import { domainWords, parseTarget } from './target-specifier.ts'

test.each([
  ['gui/501', { domain: { kind: 'gui', id: 501 } }],
  ['gui/501/', { domain: { kind: 'gui', id: 501 } }],
  ['gui/501/com.example.agent', { domain: { kind: 'gui', id: 501 }, label: 'com.example.agent' }],
  ['gui/501/a/b', { domain: { kind: 'gui', id: 501 }, label: 'a/b' }],
  ['user/501/x', { domain: { kind: 'user', id: 501 }, label: 'x' }],
  ['system', { domain: { kind: 'system' } }],
  ['system/x', { domain: { kind: 'system' }, label: 'x' }],
  ['gui/me/x', { domain: { kind: 'gui', id: 0 }, label: 'x' }],
])('V-GEN-7 %s', (text, target) => {
  expect(parseTarget(text)).toEqual(target)
})

test.each(['com.example.agent', 'gui', '', '/', 'session/1/x'])('V-GEN-8 %j is no target', (text) => {
  expect(parseTarget(text)).toBeUndefined()
})

test('V-GEN-6 domains in words', () => {
  const switches = { 'K-UIDWORD': 'uid:' } as const
  expect(domainWords({ kind: 'gui', id: 501 }, switches)).toBe('user gui: 501')
  expect(domainWords({ kind: 'user', id: 501 }, switches)).toBe('uid: 501')
  expect(domainWords({ kind: 'user', id: 501 }, { 'K-UIDWORD': 'user:' })).toBe('user: 501')
  expect(domainWords({ kind: 'login', id: 7 }, switches)).toBe('login: 7')
  expect(domainWords({ kind: 'system' }, switches)).toBe('system')
  expect(domainWords('port', switches)).toBe('port')
})
