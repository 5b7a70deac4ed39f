// Where a live picture should stand.
import { expect, test } from 'vitest'
import { steer } from './live-edge.ts'

test.each([
  ['nothing has come yet', [], 0, { rate: 1 }],
  ['it stands close behind the newest', [{ from: 0, to: 2 }], 1.5, { rate: 1 }],
  ['it fell a little behind: it hurries', [{ from: 0, to: 3 }], 1.5, { rate: 1.07 }],
  ['it fell far behind: it leaves the past out', [{ from: 0, to: 9 }], 1, { seekTo: 8.65, rate: 1 }],
  [
    'it stands before a gap',
    [
      { from: 0, to: 2 },
      { from: 5, to: 5.5 },
    ],
    1.9,
    { seekTo: 5.15, rate: 1 },
  ],
  ['a stretch that is shorter than its margin begins at its begin', [{ from: 7, to: 7.2 }], 0, { seekTo: 7, rate: 1 }],
  ['what was seen long ago is let go', [{ from: 0, to: 31 }], 30.5, { rate: 1, dropBefore: 20.5 }],
])('%s', (_, spans, at, expected) => {
  expect(steer(spans, at)).toEqual(expected)
})
