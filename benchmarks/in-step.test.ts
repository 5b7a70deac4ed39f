// The merge of several cameras' reports: which goes first, who waits for whom, and that nobody waits for ever.
import { expect, test } from 'vitest'
import { inStep } from './in-step.ts'

/** Brings each lane's times one after the other, as a camera does: the next when the last was taken in. */
async function merged(lanes: readonly (readonly number[])[], refuse?: string): Promise<readonly string[]> {
  const taken: string[] = []
  const opened = inStep<string>(lanes.length, async report => {
    taken.push(report)
    if (report === refuse) throw new Error(`${report} is refused`)
  })
  const all = lanes.map(async (times, lane) => {
    try {
      for (const at of times) await opened[lane]?.bring(`${'abc'[lane]}${at}`, at)
    } finally {
      opened[lane]?.end()
    }
  })
  const outcomes = await Promise.allSettled(all)
  return [...taken, ...outcomes.flatMap(it => (it.status === 'rejected' ? [String(it.reason)] : []))]
}

test.each([
  ['one lane', [[1, 2, 3]], 'a1 a2 a3'],
  [
    'in the order of their times',
    [
      [1, 4],
      [2, 3],
    ],
    'a1 b2 b3 a4',
  ],
  ['of equal times, the lower lane first', [[2, 2], [2], [1, 2]], 'c1 a2 a2 b2 c2'],
  ['a lane that has nothing holds nobody up', [[], [1, 2]], 'b1 b2'],
  ['a lane that ends early holds nobody up', [[1], [2, 3], [9]], 'a1 b2 b3 c9'],
  ['nobody at all', [[], []], ''],
])('%s', async (_name, lanes, order) => {
  expect((await merged(lanes)).join(' ')).toBe(order)
})

test('a lane waits until the others can bring nothing earlier', async () => {
  const taken: string[] = []
  const [early, late] = inStep<string>(2, async report => void taken.push(report))
  const waiting = late?.bring('late', 5)
  await Promise.resolve()
  expect(taken).toEqual([])
  await early?.bring('early', 4)
  expect(taken).toEqual(['early'])
  early?.end()
  await waiting
  expect(taken).toEqual(['early', 'late'])
})

test('what cannot be taken in is its own lane’s failure; the others go on', async () => {
  expect(
    await merged(
      [
        [1, 3],
        [2, 4],
      ],
      'a1',
    ),
  ).toEqual(['a1', 'b2', 'b4', 'Error: a1 is refused'])
})
