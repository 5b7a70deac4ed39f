// Crowds out of counts, against literal series.
import { expect, test } from 'vitest'
import { crowdsIn } from './crowds.ts'

/** A picture a second; 5 people for 3 s open, 2 or fewer for 2 s clear. */
const RULE = { threshold: 5, clearBelow: 2, hold: '3s', clearAfter: '2s' }
const CASES: [string, number[], object[]][] = [
  ['nobody counted', [], []],
  ['a crowd too short', [5, 5, 4, 5, 5, 1], []],
  ['a crowd that stays', [1, 5, 6, 5, 4], [{ fromMs: 1_000 }]],
  ['a crowd that disperses', [5, 5, 5, 2, 1, 0], [{ fromMs: 0, toMs: 3_000 }]],
  ['a lull too short', [5, 5, 5, 2, 3, 2, 5, 2, 2], [{ fromMs: 0, toMs: 7_000 }]],
  [
    'two crowds',
    [5, 5, 5, 0, 0, 9, 9, 9, 9, 0, 0],
    [
      { fromMs: 0, toMs: 3_000 },
      { fromMs: 5_000, toMs: 9_000 },
    ],
  ],
]
test.each(CASES)('%s', (_name, people, expected) => {
  const pictures = people.map((count, index) => ({ name: `${index}.jpg`, people: count }))
  expect(crowdsIn(pictures, 1_000, RULE)).toEqual(expected)
})
