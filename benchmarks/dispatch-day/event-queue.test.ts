// Simulated time: the order of what falls due, and what is added meanwhile.
import { expect, test } from 'vitest'
import { seededRandom } from '../../fixtures/random.ts'
import { eventQueue } from './event-queue.ts'

test('goes by time, and at one instant by the order in which it was added', () => {
  const queue = eventQueue(100)
  const happened: string[] = []
  const add = (at: number, name: string) => queue.add(at, () => happened.push(`${name} at ${queue.now()}`))
  add(300, 'late')
  add(200, 'first')
  add(200, 'second')
  queue.add(200, () => add(200, 'added meanwhile'))
  queue.add(250, () => add(10, 'due in the past'))
  add(400, 'at the end')
  queue.runUntil(400)
  expect(happened).toEqual([
    'first at 200',
    'second at 200',
    'added meanwhile at 200',
    'due in the past at 250',
    'late at 300',
  ])
  queue.runUntil(401)
  expect(happened.at(-1)).toBe('at the end at 400')
})

test('five hundred in any order come out in order', () => {
  const random = seededRandom(5)
  const times = Array.from({ length: 500 }, () => Math.floor(random() * 200))
  const queue = eventQueue(0)
  const came: [number, number][] = []
  for (const [index, at] of times.entries()) queue.add(at, () => came.push([queue.now(), index]))
  queue.runUntil(1_000)
  expect(came).toEqual(times.map((at, index) => [at, index]).sort(([a = 0, i = 0], [b = 0, j = 0]) => a - b || i - j))
})
