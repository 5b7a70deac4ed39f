// Who may go when nobody is being looked at.
import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('what can wait goes when the last picture is done, at once where there is none, and after its time all the same', async () => {
  const turns = new Turns()
  const order: string[] = []
  await turns.idle(60_000)
  const [first, second] = [turns.begin(), turns.begin()]
  const waiting = turns.idle(60_000).then(() => order.push('idle'))
  first()
  first()
  await Promise.resolve()
  order.push('one is done')
  expect(turns.isBusy).toBe(true)
  second()
  order.push('both are')
  await waiting
  expect(order).toEqual(['one is done', 'both are', 'idle'])
  expect(turns.isBusy).toBe(false)
  turns.begin()
  await turns.idle(1)
  expect(turns.isBusy).toBe(true)
})
