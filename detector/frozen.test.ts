// Equal and unequal small pictures at given times.
import { expect, test } from 'vitest'
import { FrozenWatch } from './frozen.ts'

const picture = (value: number) => Uint8Array.of(value, 2, 3)

test.each([
  [
    'three equal ones over ten seconds',
    [
      [1, 0],
      [1, 5],
      [1, 10],
    ],
    true,
  ],
  [
    'three equal ones over less',
    [
      [1, 0],
      [1, 5],
      [1, 9.9],
    ],
    false,
  ],
  [
    'two, however far apart',
    [
      [1, 0],
      [1, 60],
    ],
    false,
  ],
  [
    'another one between',
    [
      [1, 0],
      [2, 5],
      [1, 10],
      [1, 15],
    ],
    false,
  ],
  [
    'a change at last',
    [
      [1, 0],
      [1, 5],
      [1, 10],
      [2, 15],
    ],
    false,
  ],
  [
    'equal again for long enough',
    [
      [1, 0],
      [2, 1],
      [2, 6],
      [2, 11],
    ],
    true,
  ],
] as const)('%s', (_, shown, frozen) => {
  const watch = new FrozenWatch()
  const verdicts = shown.map(([value, seconds]) => watch.isFrozen(picture(value), seconds * 1_000))
  expect(verdicts.at(-1)).toBe(frozen)
})
