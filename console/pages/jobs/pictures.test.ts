// Which pictures are shown of a job, and which two are compared.
import { expect, test } from 'vitest'
import type { Evidence, JobDetail } from '../../client/records.ts'
import { bestPair, picturesOf } from './pictures.ts'

const picture = (id: string, moment: Evidence['moment'], takenAt: number, over: Partial<Evidence> = {}): Evidence => ({
  ...{ id, moment, takenAt, view: 'wide', annotated: false, mediaType: 'image/jpeg' },
  ...{ cameraId: 'gate', jobId: null, takenBy: null, sha256: '', bytes: 1 },
  ...over,
})
const looked = (before: string | null, after: string | null) =>
  ({ looks: [{ pictures: [{ view: 'wide', before, after }] }] }) as unknown as JobDetail['verification']

test('of a moment the picture with what was seen in it, once, in the order of time', () => {
  const all = [
    picture('late', 'verified', 3),
    picture('clean', 'fired', 2),
    picture('drawn', 'fired', 2, { annotated: true }),
    picture('near', 'fired', 2, { view: 'close-up' }),
    picture('first', 'first', 1),
  ]
  expect(picturesOf([...all, ...all]).map(({ id }) => id)).toEqual(['first', 'drawn', 'late'])
})

test('what the cameras compared themselves is compared', () => {
  expect(bestPair([picture('x', 'fired', 1)], looked('a', 'b'))).toEqual({ before: 'a', after: 'b' })
})

test('else the breach as it was reported, and the newest that shows what became of it', () => {
  const all = [
    picture('first', 'first', 1),
    picture('fired', 'fired', 2),
    picture('one', 'after', 3),
    picture('two', 'after', 4),
  ]
  expect(bestPair(all, looked('a', null))).toEqual({ before: 'fired', after: 'two' })
  expect(bestPair([picture('first', 'first', 1)], null)).toEqual({ before: 'first', after: undefined })
})
