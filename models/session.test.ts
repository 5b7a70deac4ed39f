// The shipped networks fit their cards, run on a batch in place, and a card that does not fit is refused in words.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadModel, type Model } from './manifest.ts'
import { openSession, type Session } from './session.ts'

let model: Model
let session: Session
beforeAll(async () => {
  model = await loadModel('street-objects')
  session = await openSession(model)
})
afterAll(() => session.close())

/** A picture that is neither empty nor meaningful, the same every time. */
const pattern = (bytes: number, step: number) => Uint8Array.from({ length: bytes }, (_, i) => (i * step) % 251)

test.each(['street-objects', 'street-condition'])('%s gives boxes and scores as its card says', async name => {
  const opened = await openSession(await loadModel(name))
  const { card, sidePx } = opened
  const output = await opened.run(new Uint8Array(2 * sidePx * sidePx * 3), 2)
  expect([output.anchors, output.classes]).toEqual([3549, card.classes.length])
  expect(output.boxes).toHaveLength(2 * 3549 * 4)
  expect(output.scores).toHaveLength(2 * 3549 * card.classes.length)
  expect(output.scores.every(score => score >= 0 && score <= 1)).toBe(true)
  await opened.close()
})

test('reads the batch in place: new pixels in the same buffer give a new answer', async () => {
  const bytes = session.sidePx ** 2 * 3
  const batch = new Uint8Array(2 * bytes)
  batch.set(pattern(bytes, 7))
  const first = await session.run(batch, 1)
  batch.copyWithin(bytes, 0, bytes)
  batch.set(pattern(bytes, 13))
  const both = await session.run(batch, 2)
  const perPicture = first.scores.length
  expect(both.scores.subarray(perPicture)).toEqual(first.scores)
  expect(both.scores.subarray(0, perPicture)).not.toEqual(first.scores)
})

test.each([
  ['no picture at all', 0],
  ['more pictures than the batch holds', 2],
])('%s is an inference that failed, not an empty street', async (_, count) => {
  const batch = new Uint8Array(session.sidePx ** 2 * 3)
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
    const input = { ...model.card.input, shape: ['n', 640, 640, 3] as ['n', number, number, 3] }
    const problem = '"image" has the shape [n, 416, 416, 3] instead of [n, 640, 640, 3]'
    await expect(refuse({ input })).rejects.toMatchObject(misfit(problem))
  })

  test('by the number of its classes', async () => {
    const problem = 'the card names 1 classes, but 6 scores per anchor'
    await expect(refuse({ classes: ['person'] })).rejects.toMatchObject(misfit(problem))
  })

  test('by a dimension that only a run fills in', async () => {
    const scores = { ...model.card.outputs.scores, shape: ['n' as const, 100, 6] }
    const problem = '"scores" has the shape [1, 3549, 6] instead of [1, 100, 6]'
    await expect(refuse({ outputs: { ...model.card.outputs, scores } })).rejects.toMatchObject(misfit(problem))
  })

  test('and so are bytes that are no network', async () => {
    await expect(openSession({ ...model, bytes: pattern(1_000, 3) })).rejects.toMatchObject({ code: 'model-misfit' })
  })
})
