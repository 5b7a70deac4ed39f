// Drawing a zone: what is taken back together, and what a polygon may be.
import { expect, test } from 'vitest'
import { begun, type Draft, flawOf, shifted, snapped, take, withoutCorner } from './draft.ts'

const SQUARE = [
  { x: 0.2, y: 0.2 },
  { x: 0.4, y: 0.2 },
  { x: 0.4, y: 0.4 },
  { x: 0.2, y: 0.4 },
]
const DRAFT: Draft = {
  ...{ name: 'Bay', rule: 'crowding', polygon: SQUARE, closed: true, options: {}, place: null, position: null },
}

test('a movement is taken back as a whole, and the next one by itself', () => {
  let history = begun(DRAFT)
  for (const x of [0.1, 0.2, 0.3]) {
    history = take(history, { type: 'change', change: { polygon: shifted(SQUARE, { x, y: 0 }) }, stroke: 'drag-1' })
  }
  history = take(history, { type: 'settle' })
  history = take(history, { type: 'change', change: { name: 'B' }, stroke: 'drag-1' })
  expect(history.past).toHaveLength(2)
  history = take(take(history, { type: 'undo' }), { type: 'undo' })
  expect(history.now).toEqual(DRAFT)
  history = take(history, { type: 'redo' })
  expect(history.now.polygon[0]?.x).toBe(0.5)
  history = take(history, { type: 'change', change: { name: 'C' } })
  expect(history.future).toEqual([])
})

test('with nothing to take back everything stays as it is', () => {
  const history = begun(DRAFT)
  expect([take(history, { type: 'undo' }), take(history, { type: 'redo' })]).toEqual([history, history])
})

test.each([
  [
    { x: 0.011, y: 0.5 },
    { x: 0, y: 0.5 },
  ],
  [
    { x: 1.4, y: -2 },
    { x: 1, y: 0 },
  ],
  [
    { x: 0.98, y: 0.99 },
    { x: 0.98, y: 1 },
  ],
])('a corner at %o lies at %o', (at, corner) => {
  expect(snapped(at)).toEqual(corner)
})

test('a zone is moved as far as the frame goes, without losing its shape', () => {
  expect(shifted(SQUARE, { x: 5, y: -5 })).toEqual([
    { x: 0.8, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 0.2 },
    { x: 0.8, y: 0.2 },
  ])
})

test('three corners stay, whatever is deleted', () => {
  const triangle = withoutCorner(SQUARE, 0)
  expect(triangle).toHaveLength(3)
  expect(withoutCorner(triangle, 0)).toEqual(triangle)
})

test('says why a zone cannot be saved', () => {
  const [a, b, c, d] = SQUARE as [(typeof SQUARE)[0], (typeof SQUARE)[0], (typeof SQUARE)[0], (typeof SQUARE)[0]]
  const flaw = (polygon: Draft['polygon'], closed = true) => flawOf({ polygon, closed })
  expect([flaw(SQUARE), flaw(SQUARE, false), flaw([a, c, b, d]), flaw([a, b, a])]).toEqual([
    null,
    'open',
    'crosses',
    'empty',
  ])
})
