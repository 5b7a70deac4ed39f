// Literal boxes over time and the identities that they get.
import { expect, test } from 'vitest'
import type { Detection } from '../../core/scene.ts'
import { ByteTracker, type TrackerOptions } from './byte-tracker.ts'

/** A person of 5 × 20 % of the frame whose left edge is at `left` percent. */
const person = (left: number, score = 0.9, label = 'person'): Detection => ({
  label,
  score,
  box: { x1: left / 100, y1: 0.4, x2: left / 100 + 0.05, y2: 0.6 },
})
type Step = readonly [at: number, seen: readonly Detection[], ids: readonly (number | undefined)[]]
const _ = undefined

const play = (steps: readonly Step[], options?: TrackerOptions) => {
  const tracker = new ByteTracker(options)
  return steps.map(([at, seen]) => tracker.update(seen, at).map(object => object.trackId))
}

test.each<[string, Step[]]>([
  [
    'an identity is given at the second sighting',
    [
      [0, [person(10)], [_]],
      [200, [person(11)], [1]],
      [400, [person(12)], [1]],
    ],
  ],
  [
    'two people keep theirs, in whatever order they come',
    [
      [0, [person(10), person(60)], [_, _]],
      [200, [person(61), person(11)], [1, 2]],
      [400, [person(12), person(62)], [2, 1]],
    ],
  ],
  [
    'what flickers once never gets one',
    [
      [0, [person(10)], [_]],
      [200, [], []],
      [400, [person(10)], [_]],
      [600, [person(10)], [1]],
    ],
  ],
  [
    'a low score goes on with a track, but starts none',
    [
      [0, [person(10), person(60, 0.3)], [_, _]],
      [200, [person(10), person(60, 0.3)], [1, _]],
      [400, [person(10, 0.3), person(60, 0.3)], [1, _]],
      [600, [person(10), person(60, 0.3)], [1, _]],
    ],
  ],
  [
    'a walker hidden for a second is met where he would have got to',
    [
      [0, [person(10)], [_]],
      [200, [person(12)], [1]],
      [400, [person(14)], [1]],
      [1_400, [person(24)], [1]],
    ],
  ],
  [
    'after two seconds out of sight it is another',
    [
      [0, [person(10)], [_]],
      [200, [person(10)], [1]],
      [2_300, [person(10)], [_]],
      [2_500, [person(10)], [2]],
    ],
  ],
  [
    'two who pass each other keep their own',
    [
      [0, [person(10), person(29)], [_, _]],
      [200, [person(12), person(27)], [1, 2]],
      [400, [person(14), person(25)], [1, 2]],
      [600, [person(16), person(23)], [1, 2]],
      [800, [person(18), person(21)], [1, 2]],
      [1000, [person(20), person(19)], [1, 2]],
      [1200, [person(22), person(17)], [1, 2]],
      [1400, [person(24), person(15)], [1, 2]],
    ],
  ],
  [
    'a vehicle called car, then truck, is one vehicle',
    [
      [0, [person(10, 0.9, 'car')], [_]],
      [200, [person(10, 0.9, 'truck')], [1]],
    ],
  ],
  [
    'a person in a car’s place is not the car',
    [
      [0, [person(10, 0.9, 'car')], [_]],
      [200, [person(10)], [_]],
      [400, [person(10)], [1]],
    ],
  ],
])('%s', (_name, steps) => {
  expect(play(steps)).toEqual(steps.map(([, , ids]) => ids))
})

test('how long a lost track is waited for is time, not frames', () => {
  const steps: Step[] = [
    [0, [person(10)], [_]],
    [200, [person(10)], [1]],
    ...Array.from({ length: 20 }, (_unused, index): Step => [210 + index, [], []]),
    [1_100, [person(10)], [1]],
  ]
  expect(play(steps, { lostMs: 1_000 }).at(-1)).toEqual([1])
  expect(play(steps, { lostMs: 800 }).at(-1)).toEqual([_])
})

test('detections come back as they were, in their order', () => {
  const seen = [person(10), person(60, 0.31)]
  expect(new ByteTracker().update(seen, 0)).toEqual(seen)
})
