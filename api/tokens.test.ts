// Tokens: whose they are, and what is no token.
import { expect, test } from 'vitest'
import { tokenOf } from '../tests/support/api-ports.ts'
import { bearerOf, configuredActor, tokenSchema } from './tokens.ts'

const TOKENS = [tokenOf('night-shift', 'operator'), tokenOf('prometheus', 'viewer')]
const known = (header: string) => configuredActor(TOKENS, bearerOf(header))

test('knows a token by the hash of its secret', () => {
  expect(known('Bearer prometheus')).toEqual({ name: 'prometheus', role: 'viewer', scope: 'district' })
  expect(known('bearer  night-shift')?.name).toBe('night-shift')
})

test.each([
  ['an empty one', ''],
  ['another scheme', 'Basic night-shift'],
  ['two tokens', 'Bearer night-shift prometheus'],
  ['a secret with a line break', 'Bearer night-shift\nx'],
])('refuses %s', (_what, header) => {
  expect(() => known(header)).toThrow('a valid token is needed')
})

test.each([
  ['a guess', 'nightshift'],
  ['the hash itself', TOKENS[0]?.sha256],
])('knows nobody by %s', (_what, secret) => {
  expect(known(`Bearer ${secret}`)).toBeUndefined()
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
