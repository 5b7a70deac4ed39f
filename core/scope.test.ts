// Closing order and failures.
import { expect, test } from 'vitest'
import { Scope } from './scope.ts'

test('closes last-opened first, once', async () => {
  const closed: string[] = []
  const scope = new Scope()
  scope.use('database', name => closed.push(name))
  scope.use('server', name => closed.push(name))
  await Promise.all([scope.close(), scope.close()])
  expect(closed).toEqual(['server', 'database'])
})

test('a failing close does not keep the others open', async () => {
  const closed: string[] = []
  const scope = new Scope()
  scope.use('database', name => closed.push(name))
  scope.defer(() => {
    throw new Error('the server would not stop')
  })
  await expect(scope.close()).rejects.toThrow('the server would not stop')
  expect(closed).toEqual(['database'])
})
