// Coalescing, on calls that end when the test says so.
import { expect, test } from 'vitest'
import { coalesced } from './coalesce.ts'

function callable() {
  const calls: { items: readonly number[]; end: (answers: readonly string[]) => void; fail: (error: Error) => void }[] =
    []
  const ask = coalesced<number, string>(items => new Promise((end, fail) => void calls.push({ items, end, fail })), 3)
  return { calls, ask }
}

test('the first goes alone and at once, who asks meanwhile goes together, and never more than fit', async () => {
  const { calls, ask } = callable()
  const answers = [1, 2, 3, 4, 5].map(ask)
  expect(calls.map(({ items }) => items)).toEqual([[1]])
  calls[0]?.end(['one'])
  expect(await answers[0]).toBe('one')
  expect(calls.map(({ items }) => items)).toEqual([[1], [2, 3, 4]])
  calls[1]?.end(['two', 'three', 'four'])
  expect(await Promise.all(answers.slice(1, 4))).toEqual(['two', 'three', 'four'])
  calls[2]?.end(['five'])
  expect(await answers[4]).toBe('five')
})

test('an error is for those of its call only', async () => {
  const { calls, ask } = callable()
  const [first, second] = [ask(1), ask(2)]
  calls[0]?.fail(new Error('away'))
  await expect(first).rejects.toThrow('away')
  calls[1]?.end(['two'])
  expect(await second).toBe('two')
  const third = ask(3)
  calls[2]?.end(['three'])
  expect(await third).toBe('three')
})
