// One slot between a stream that does not wait and a consumer that may be slow.
import { expect, test } from 'vitest'
import { NewestSlot } from './newest-slot.ts'

test('a newer item replaces one that nobody fetched, and gives it back', async () => {
  const slot = new NewestSlot<string>()
  expect(slot.put('first')).toBeUndefined()
  expect(slot.put('second')).toBe('first')
  expect(await slot.take()).toBe('second')
})

test('a reader waits for the next item', async () => {
  const slot = new NewestSlot<string>()
  const taken = slot.take()
  slot.put('late')
  expect(await taken).toBe('late')
})

test('after closing, what lies there can be fetched, and nothing new is taken in', async () => {
  const slot = new NewestSlot<string>()
  slot.put('last')
  slot.close()
  expect(slot.put('too late')).toBe('too late')
  expect(await slot.take()).toBe('last')
  expect(await slot.take()).toBeUndefined()
})

test('closing wakes a reader that waits', async () => {
  const slot = new NewestSlot<string>()
  const taken = slot.take()
  slot.close()
  expect(await taken).toBeUndefined()
})
