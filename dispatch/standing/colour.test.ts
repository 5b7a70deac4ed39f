// The score of a grid by hand, and colours that do not flicker.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { COLOURS, type Colour, standingsSchema } from '../../core/standing.ts'
import { nextColour, rank, scoreOf } from './colour.ts'

const SETTINGS = standingsSchema.parse({})
const MINUTE = 60_000

test('a score is the weights times what is open, twice more what is overdue, half more what repeats', () => {
  const loads = [
    { kind: 'illegal-parking', open: 3, overdue: 1, repeated: 4 },
    { kind: 'crowding', open: 1, overdue: 1, repeated: 0 },
    { kind: 'dirty-road', open: 0, overdue: 0, repeated: 0 },
    { kind: 'camera-health', open: 5, overdue: 0, repeated: 0 },
  ] as const
  expect(scoreOf(loads, SETTINGS)).toEqual({
    // 3 + 2·1 + 0.5·4 = 7, and 3·(1 + 2·1) = 9.
    score: 16,
    parts: [
      { kind: 'crowding', open: 1, overdue: 1, repeated: 0, points: 9 },
      { kind: 'illegal-parking', open: 3, overdue: 1, repeated: 4, points: 7 },
      { kind: 'camera-health', open: 5, overdue: 0, repeated: 0, points: 0 },
    ],
  })
})

test.each<[number, Colour]>([
  [0, 'green'],
  [1.9, 'green'],
  [2, 'blue'],
  [4.9, 'blue'],
  [5, 'yellow'],
  [10, 'orange'],
  [19.9, 'orange'],
  [20, 'red'],
  [200, 'red'],
])('a grid that is new with %d points is %s', (score, colour) => {
  expect(nextColour(undefined, score, SETTINGS, 0)).toBe(colour)
})

test.each<[string, Colour, number, number, Colour]>([
  ['gets worse at once, by two colours too', 'blue', 10, 0, 'orange'],
  ['stays just below its threshold', 'yellow', 4, 60, 'yellow'],
  ['gets better below four fifths of it', 'yellow', 3.9, 60, 'blue'],
  ['does not get better before five minutes', 'yellow', 0, 4.9, 'yellow'],
  ['gets better after five minutes', 'yellow', 0, 5, 'green'],
  ['falls only so far as the score has', 'red', 8, 60, 'orange'],
])('a grid %s', (_what, colour, score, afterMinutes, expected) => {
  expect(nextColour({ colour, since: 0 }, score, SETTINGS, afterMinutes * MINUTE)).toBe(expected)
})

test('a score that hovers at a limit for an hour gives one change', () => {
  let now: { colour: Colour; since: number } = { colour: 'blue', since: 0 }
  let changes = 0
  for (let minute = 1; minute <= 60; minute++) {
    const colour = nextColour(now, minute % 2 === 0 ? 4.5 : 5, SETTINGS, minute * MINUTE)
    if (colour === now.colour) continue
    now = { colour, since: minute * MINUTE }
    changes += 1
  }
  expect(changes).toBe(1)
})

test('whatever the scores, a grid is never better than its score would be when new', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...COLOURS),
      fc.double({ min: 0, max: 40, noNaN: true }),
      fc.integer({ min: 0, max: 100 }),
      (colour, score, minutes) => {
        const next = nextColour({ colour, since: 0 }, score, SETTINGS, minutes * MINUTE)
        expect(rank(next)).toBeGreaterThanOrEqual(rank(nextColour(undefined, score, SETTINGS, 0)))
        // Asked again at once, it says the same.
        expect(nextColour({ colour: next, since: minutes * MINUTE }, score, SETTINGS, minutes * MINUTE)).toBe(next)
      },
    ),
  )
})

test.each([
  ['thresholds that fall', { thresholds: { blue: 5, yellow: 2 } }],
  ['a release above the threshold', { release: 1.1 }],
  ['a weight below nothing', { weights: { crowding: -1 } }],
])('refuses %s', (_what, wrong) => {
  expect(standingsSchema.safeParse(wrong).success).toBe(false)
})
