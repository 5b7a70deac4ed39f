// Which passwords are taken, and what is said of those that are not.
import { expect, test } from 'vitest'
import { COMMON_PASSWORDS } from './guessable-passwords.ts'
import { checkPassword, normalised } from './password-rules.ts'

test.each([
  ['four words', 'lamp river ninety kite'],
  ['ten characters', 'k3#vTq9!zP'],
  ['ten Chinese characters', '春江潮水连海平海上明'],
  ['the login name within a longer one', 'zhangwei rides north'],
])('takes %s', (_what, password) => {
  expect(() => checkPassword(password, 'zhangwei')).not.toThrow()
})

test.each([
  ['nine characters', 'k3#vTq9!z', 'fewer than 10'],
  ['nine characters that take more bytes', '春江潮水连海平海上', 'fewer than 10'],
  ['201 characters', 'abcde'.repeat(41), 'more than 200'],
  ['the login name and a year', 'zhangwei2026', 'hardly more than the login name'],
  ['the login name in other case, twice', 'ZhangWeizhangwei', 'hardly more than the login name'],
  ['one character', 'aaaaaaaaaaaa', 'too few different'],
  ['four characters', 'abcdabcdabcd', 'too few different'],
  ['a common one', '1qaz2wsx3edc', 'one of the commonest'],
  ['a common one in other case', 'QwertyUIOP', 'one of the commonest'],
  ['a common one in full width', 'ｗｏａｉｎｉ１３１４５２０', 'one of the commonest'],
])('refuses %s', (_what, password, problem) => {
  expect(() => checkPassword(password, 'zhangwei')).toThrow(problem)
})

test('is the same password however the keyboard composes it', () => {
  expect(normalised('cafe\u0301')).toBe(normalised('caf\u00e9'))
})

test('the list holds nothing that its length already refuses', () => {
  expect([...COMMON_PASSWORDS].filter(password => password.length < 10 || password !== password.toLowerCase())).toEqual(
    [],
  )
})
