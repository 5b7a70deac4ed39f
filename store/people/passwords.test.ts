// Hashing passwords: by which method, for whom it takes as long, and how many at once.
import { expect, test } from 'vitest'
import { Passwords } from './passwords.ts'

test('is argon2id with 19 MiB, two passes and one lane, each time with another salt', async () => {
  const passwords = new Passwords()
  const [one, other] = await Promise.all([passwords.hash('lamp river ninety'), passwords.hash('lamp river ninety')])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(other)
  expect(await passwords.matches(one, 'lamp river ninety')).toBe(true)
  expect(await passwords.matches(one, 'lamp river ninety ')).toBe(false)
})

test('where there is no password none fits, and the work is done all the same', async () => {
  expect(await new Passwords().matches(null, 'lamp river ninety')).toBe(false)
})

test('refuses more at once than it can do in a few seconds, and goes on afterwards', async () => {
  const passwords = new Passwords()
  const all = await Promise.allSettled(Array.from({ length: 70 }, () => passwords.hash('lamp river ninety')))
  const refused = all.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(4)
  expect(refused[0]).toMatchObject({ reason: { code: 'sign-in-busy', retryable: true } })
  expect(await passwords.hash('lamp river ninety')).toMatch(/^\$argon2id/)
})
