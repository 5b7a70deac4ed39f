// Who may go when nobody is being looked at.
import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('what can wait goes when the last picture is done, at once where there is none, and after its time all the same', async () => {
  const turns = new Turns()
  const order: string[] = []
  const patience = turns.patience(60_000)
  await patience()
  const [first, second] = [turns.begin(), turns.begin()]
  const waiting = patience().then(() => order.push('idle'))
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
  const hasty = turns.patience(1)
  await hasty()
  await hasty()
  expect(turns.isBusy).toBe(true)
})
