// Which failures of a database pass by themselves, which are a full disk, and which are mistakes of ours.
import { expect, test } from 'vitest'
import { JiemuError } from '../core/errors.ts'
import { databaseFailure } from './failure.ts'

const error = (message: string, code?: string) => Object.assign(new Error(message), code ? { code } : {})

test.each([
  ['the server is not there', error('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'), 'database-unavailable'],
  ['the embedded one’s socket is gone', error('connect ENOENT', 'ENOENT'), 'database-unavailable'],
  ['the connection broke', error('Connection terminated unexpectedly'), 'database-unavailable'],
  [
    'an administrator stopped it',
    error('terminating connection due to administrator command', '57P01'),
    'database-unavailable',
  ],
  ['it is starting up', error('the database system is starting up', '57P03'), 'database-unavailable'],
  ['too many connections', error('sorry, too many clients already', '53300'), 'database-unavailable'],
  ['a deadlock', error('deadlock detected', '40P01'), 'database-unavailable'],
  [
    'the next version changed its tables',
    error('cached plan must not change result type', '0A000'),
    'database-unavailable',
  ],
  ['no answer', error('Query read timeout'), 'database-unavailable'],
  ['its disk is full', error('could not extend file', '53100'), 'disk-full'],
  ['our disk is full', error('no space left on device', 'ENOSPC'), 'disk-full'],
])('%s', (_what, thrown, code) => {
  expect(databaseFailure(thrown)).toMatchObject({ code, retryable: true, cause: thrown })
})

test.each([
  ['a mistake in a query', error('syntax error at or near "selec"', '42601')],
  ['a broken constraint', error('duplicate key value violates unique constraint', '23505')],
  ['an error with a code of the catalogue', new JiemuError('version-stale', { what: 'job', id: 'x' })],
  ['something that is no error', 'text'],
])('leaves alone %s', (_what, thrown) => {
  expect(databaseFailure(thrown)).toBe(thrown)
})
