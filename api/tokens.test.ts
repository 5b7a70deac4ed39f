// Tokens: whose they are, and what is no token.
import { expect, test } from 'vitest'
import { tokenOf } from '../tests/support/api-ports.ts'
import { authenticate, tokenSchema } from './tokens.ts'

const TOKENS = [tokenOf('night-shift', 'operator'), tokenOf('prometheus', 'viewer')]

test('knows a token by the hash of its secret', () => {
  expect(authenticate(TOKENS, 'Bearer prometheus')).toEqual({ name: 'prometheus', role: 'viewer', scope: 'district' })
  expect(authenticate(TOKENS, 'bearer  night-shift').name).toBe('night-shift')
})

test.each([
  ['no header', undefined],
  ['an empty one', ''],
  ['a guess', 'Bearer nightshift'],
  ['the hash itself', `Bearer ${TOKENS[0]?.sha256}`],
  ['another scheme', 'Basic night-shift'],
  ['two tokens', 'Bearer night-shift prometheus'],
  ['a secret with a line break', 'Bearer night-shift\nx'],
])('refuses %s', (_what, header) => {
  expect(() => authenticate(TOKENS, header)).toThrow('a valid token is needed')
})

const row = { name: 'a', role: 'viewer', sha256: 'ab'.repeat(32) }
test.each([
  ['a token in the clear', { ...row, sha256: 'secret' }],
  ['an unknown role', { ...row, role: 'root' }],
  ['no street at all', { ...row, scope: { streets: [] } }],
  ['a street and a team', { ...row, scope: { streets: ['a'], team: 'b' } }],
  ['an unknown key', { ...row, token: 'x' }],
])('the setting refuses %s', (_what, raw) => {
  expect(tokenSchema.safeParse(raw).success).toBe(false)
})

test('a token without a scope is the district’s', () => {
  expect(tokenSchema.parse(row).scope).toBe('district')
})
