// The shipped networks fit their cards, run on a batch in place, and a card that does not fit is refused in words.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Tensors } from './families/family.ts'
import { loadModel, type Model } from './manifest.ts'
import { openSession, type Session } from './session.ts'

let model: Model
let session: Session
beforeAll(async () => {
  model = await loadModel('street-objects')
  session = await openSession(model)
})
afterAll(() => session.close())

const scoresOf = ({ scores }: Tensors): Float32Array => scores?.values ?? new Float32Array()
/** A picture that is neither empty nor meaningful, the same every time. */
const pattern = (bytes: number, step: number) => Uint8Array.from({ length: bytes }, (_, i) => (i * step) % 251)

test.each(['street-objects', 'street-objects-int8', 'street-condition', 'street-condition-int8'])(
  '%s gives boxes and scores as its card says',
  async name => {
    const opened = await openSession(await loadModel(name))
    const { card, widthPx, heightPx } = opened
    const { boxes, scores } = await opened.run(new Uint8Array(2 * widthPx * heightPx * 3), 2)
    expect(boxes?.shape).toEqual([2, 3549, 4])
    expect(scores?.shape).toEqual([2, 3549, card.classes.length])
    expect(boxes?.values).toHaveLength(2 * 3549 * 4)
    expect(scores?.values.every(score => score >= 0 && score <= 1)).toBe(true)
    await opened.close()
  },
)

test('reads the batch in place: new pixels in the same buffer give a new answer', async () => {
  const bytes = session.widthPx * session.heightPx * 3
  const batch = new Uint8Array(2 * bytes)
  batch.set(pattern(bytes, 7))
  const first = scoresOf(await session.run(batch, 1))
  batch.copyWithin(bytes, 0, bytes)
  batch.set(pattern(bytes, 13))
  const both = scoresOf(await session.run(batch, 2))
  expect(both.subarray(first.length)).toEqual(first)
  expect(both.subarray(0, first.length)).not.toEqual(first)
})

/** What a cell of the first grid, of 8 pixels, means lies near it. @param columns of which all are looked at, in the eleventh row */
function expectNearTheirCells({ boxes }: Awaited<ReturnType<Session['run']>>, columns: number): void {
  for (let column = 0; column < columns; column++) {
    const at = (10 * columns + column) * 4
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes?.values.subarray(at, at + 4) ?? []
    expect(Math.abs((x1 + x2) / 2 - (column + 0.5) * 8)).toBeLessThan(32)
    expect(Math.abs((y1 + y2) / 2 - 10.5 * 8)).toBeLessThan(32)
  }
}

test('a part of its input gives the anchors of this part, and their boxes where they are', async () => {
  const size = { widthPx: 416, heightPx: 160 }
  const rows = pattern(size.widthPx * size.heightPx * 3, 7)
  const padded = new Uint8Array(416 * 416 * 3).fill(114)
  padded.set(rows)
  const [part, whole] = [await session.run(rows, 1, size), await session.run(padded, 1)]
  expect(part.boxes?.shape).toEqual([1, 52 * 20 + 26 * 10 + 13 * 5, 4])
  expect(part.scores?.shape).toEqual([1, 1_365, 6])
  expectNearTheirCells(part, 52)
  expect([...scoresOf(part).subarray(0, 52 * 6)]).toEqual(
    [...scoresOf(whole).subarray(0, 52 * 6)].map(score => expect.closeTo(score, 2)),
  )
})

// Of these the share of the square is no number that a double holds.
test.each([
  [480, 384],
  [576, 320],
  [640, 288],
])('the anchors of %i × %i are counted exactly', async (widthPx, heightPx) => {
  const { boxes } = await session.run(new Uint8Array(widthPx * heightPx * 3), 1, { widthPx, heightPx })
  expect(boxes?.shape).toEqual([1, 3_780, 4])
})

test('a picture twice as wide gives twice the anchors, each where it is', async () => {
  const size = { widthPx: 832, heightPx: 160 }
  const wide = await session.run(pattern(size.widthPx * size.heightPx * 3, 7), 1, size)
  expect(wide.boxes?.shape).toEqual([1, 2 * (52 * 20 + 26 * 10 + 13 * 5), 4])
  expectNearTheirCells(wide, 104)
})

test.each([
  ['wider than it may be', 864, 160],
  ['higher than it is', 416, 448],
  ['between two steps', 416, 200],
  ['of no height', 416, 0],
])('a part %s is refused', async (_, widthPx, heightPx) => {
  const run = session.run(new Uint8Array(864 * 448 * 3), 1, { widthPx, heightPx })
  await expect(run).rejects.toMatchObject({ code: 'inference-failed' })
})

test.each([
  ['no picture at all', 0],
  ['more pictures than the batch holds', 2],
])('%s is an inference that failed, not an empty street', async (_, count) => {
  const batch = new Uint8Array(session.widthPx * session.heightPx * 3)
  await expect(session.run(batch, count)).rejects.toMatchObject({ code: 'inference-failed' })
})

describe('a card that does not fit is refused', () => {
  const refuse = (changed: Partial<Model['card']>) => openSession({ ...model, card: { ...model.card, ...changed } })
  const misfit = (problem: string) => ({ code: 'model-misfit', detail: { model: 'street-objects', problem } })

  test('by the name of its input', async () => {
    const input = { ...model.card.input, name: 'pixels' }
    await expect(refuse({ input })).rejects.toMatchObject(misfit('it has no "pixels", only image'))
  })

  test('by the size of its input', async () => {
    const input = { ...model.card.input, shape: ['n', 640, 640, 3] as ['n', number, number, number] }
    const problem = expect.stringContaining('Non-zero status code')
    await expect(refuse({ input })).rejects.toMatchObject({ code: 'model-misfit', detail: { problem } })
    const colours = { ...model.card.input, layout: 'NCHW' as const, shape: ['n', 3, 416, 416] as ['n', 3, 416, 416] }
    await expect(refuse({ input: colours })).rejects.toMatchObject(
      misfit('"image" has the shape [n, height, width, 3] instead of [n, 3, 416, 416]'),
    )
  })

  test('by the number of its classes', async () => {
    const problem =
      'yolox with 1 classes gives "boxes" [n, anchors, 4] and "scores" [n, anchors, 1]; ' +
      'this one gives "boxes" [n, 3549, 4] and "scores" [n, 3549, 6]'
    await expect(refuse({ classes: ['person'] })).rejects.toMatchObject(misfit(problem))
  })

  test('by a dimension that only a run fills in', async () => {
    const outputs = { boxes: { shape: ['n' as const, 100, 4] }, scores: { shape: ['n' as const, 100, 6] } }
    const problem = '"boxes" has the shape [1, 3549, 4] instead of [1, 100, 4]'
    await expect(refuse({ outputs })).rejects.toMatchObject(misfit(problem))
  })

  test('and so are bytes that are no network', async () => {
    await expect(openSession({ ...model, bytes: pattern(1_000, 3) })).rejects.toMatchObject({ code: 'model-misfit' })
  })
})
