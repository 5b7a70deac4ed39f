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

test.each(['street-objects', 'street-condition'])('%s gives boxes and scores as its card says', async name => {
  const opened = await openSession(await loadModel(name))
  const { card, widthPx, heightPx } = opened
  const { boxes, scores } = await opened.run(new Uint8Array(2 * widthPx * heightPx * 3), 2)
  expect(boxes?.shape).toEqual([2, 3549, 4])
  expect(scores?.shape).toEqual([2, 3549, card.classes.length])
  expect(boxes?.values).toHaveLength(2 * 3549 * 4)
  expect(scores?.values.every(score => score >= 0 && score <= 1)).toBe(true)
  await opened.close()
})

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
    const problem = '"image" has the shape [n, 416, 416, 3] instead of [n, 640, 640, 3]'
    await expect(refuse({ input })).rejects.toMatchObject(misfit(problem))
  })

  test('by the number of its classes', async () => {
    const problem =
      'yolox with 1 classes gives "boxes" [n, anchors, 4] and "scores" [n, anchors, 1]; ' +
      'this one gives "boxes" [n, 3549, 4] and "scores" [n, 3549, 6]'
    await expect(refuse({ classes: ['person'] })).rejects.toMatchObject(misfit(problem))
  })

  test('by a dimension that only a run fills in', async () => {
    const outputs = { boxes: { shape: ['n' as const, 100, 4] }, scores: { shape: ['n' as const, 100, 6] } }
    const problem = '"boxes" has the shape [n, 3549, 4] instead of [n, 100, 4]'
    await expect(refuse({ outputs })).rejects.toMatchObject(misfit(problem))
  })

  test('and so are bytes that are no network', async () => {
    await expect(openSession({ ...model, bytes: pattern(1_000, 3) })).rejects.toMatchObject({ code: 'model-misfit' })
  })
})
