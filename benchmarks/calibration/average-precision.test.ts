// Average precision of rankings made by hand.
import { expect, test } from 'vitest'
import { averagePrecision } from './average-precision.ts'

/** "+" found something, "-" did not; scores fall from left to right, equal ones stand in brackets. */
function ranking(text: string) {
  const groups = text.match(/\([+-]+\)|[+-]/g) ?? []
  return groups.flatMap((group, index) =>
    [...group.replace(/[()]/g, '')].map(sign => ({ score: 0.9 - index / 10, hit: sign === '+', picture: 0 })),
  )
}

test.each<[string, string, number, number | null]>([
  ['all found, nothing else', '++', 2, 1],
  ['one of two found', '+', 2, 0.5],
  ['a false one before the only true one', '-+', 1, 1 / 2],
  ['a false one after everything was found costs nothing', '++-', 2, 1],
  // Precision 1, 1/2, 2/3 at recall 1/2, 1/2, 1: half × 1 + half × 2/3.
  ['a false one between two', '+-+', 2, 5 / 6],
  // 1/2 at recall 1/3 is raised to the 2/3 and 3/4 that come later: the envelope is 3/4 everywhere.
  ['a dip is filled by what comes after it', '-+++', 3, 3 / 4],
  ['nothing found', '---', 2, 0],
  ['nothing seen', '', 2, 0],
  ['nothing labelled', '--', 0, null],
])('%s', (_, text, truths, expected) => {
  const area = averagePrecision(ranking(text), truths)
  if (expected === null) expect(area).toBeNull()
  else expect(area).toBeCloseTo(expected, 12)
})

test.each(['(+-)', '(-+)'])('equal scores are one step, in whichever order: %s', text => {
  expect(averagePrecision(ranking(text), 1)).toBeCloseTo(1 / 2, 12)
})

test('a picture that was drawn twice counts as two pictures, one that was not drawn as none', () => {
  const ranked = [
    { score: 0.9, hit: false, picture: 0 },
    { score: 0.8, hit: true, picture: 1 },
    { score: 0.7, hit: true, picture: 2 },
  ]
  const times = [0, 2, 1]
  expect(averagePrecision(ranked, 3, picture => times[picture] ?? 0)).toBe(1)
  expect(averagePrecision(ranked, 3, picture => [2, 1, 0][picture] ?? 0)).toBeCloseTo((1 / 3) * (1 / 3), 12)
})
