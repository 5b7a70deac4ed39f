// Which picture answers a wish, as literal tables.
import { expect, test } from 'vitest'
import type { Evidence } from '../../client/records.ts'
import { besideOf, FIRST_WISH, framesOf, offsetOf, shownOf } from './frames.ts'

const picture = (id: string, over: Partial<Evidence>): Evidence =>
  ({ id, moment: 'fired', view: 'wide', annotated: true, takenAt: 0, mediaType: 'image/jpeg', ...over }) as Evidence
const ALL = [
  picture('first', { moment: 'first', annotated: false, takenAt: -420_000 }),
  picture('half', { moment: 'half', takenAt: -210_000 }),
  picture('fired', {}),
  picture('fired-clean', { annotated: false }),
  picture('fired-close', { view: 'close-up' }),
  picture('clip', { mediaType: 'video/mp4' }),
  picture('done', { moment: 'verified', takenAt: 900_000 }),
]

test('the strip has each moment once, in order, by what there is, and no clip', () => {
  expect(framesOf(ALL, FIRST_WISH).map(({ evidence }) => evidence.id)).toEqual(['first', 'half', 'fired', 'done'])
  expect(framesOf(ALL, { ...FIRST_WISH, annotated: false }).map(({ evidence }) => evidence.id)[2]).toBe('fired-clean')
})

test('the nearest picture is shown: the moment counts most, then the view', () => {
  expect(shownOf(ALL, { moment: 'half', view: 'close-up', annotated: false })?.id).toBe('half')
  expect(shownOf(ALL, { moment: 'fired', view: 'close-up', annotated: false })?.id).toBe('fired-close')
  expect(shownOf([], FIRST_WISH)).toBeUndefined()
})

test('what is seen after the work stands beside what was reported', () => {
  expect(besideOf(ALL, picture('done', { moment: 'verified' }))?.id).toBe('fired')
  expect(besideOf(ALL, picture('fired', {}))).toBeUndefined()
})

test('a frame says how long before or after the alert it was taken', () => {
  const seconds = (ms: number) => `${ms / 1000}s`
  expect([-6_000, 0, 400, 3_000].map(at => offsetOf(at, 0, seconds))).toEqual(['−6s', '0 s', '0 s', '+3s'])
})
