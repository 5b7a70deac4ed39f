// What a worker is shown: the server's word and what was done since, the next step, and what is due first.
import { expect, test } from 'vitest'
import type { Action } from './outbox.ts'
import { dueOf, type FieldJob, inOrder, nextStep, withActions } from './sheet.ts'

const job = (id: string, state: FieldJob['job']['state'], over: Partial<FieldJob> = {}): FieldJob =>
  ({
    job: { id, state, lat: 30.25, lon: 120.16, arrivedAt: null },
    deadlines: [],
    photos: [],
    ...over,
  }) as unknown as FieldJob
const deadline = (name: 'acknowledge' | 'arrive' | 'handle', dueAt: number, endedAt: number | null = null) => ({
  ...{ deadline: name, run: 1, startedAt: 0, dueAt, missedAt: null, endedAt, end: null },
})
const did = (jobId: string, step: Action['step'], over: Partial<Action> = {}): Action => ({
  ...{
    key: `${jobId}-${step}`,
    owner: 'wu',
    jobId,
    step,
    reason: null,
    photo: null,
    report: null,
    at: 1,
    sequence: 1,
    refused: null,
  },
  ...over,
})
const states = (jobs: readonly FieldJob[]) => jobs.map(one => `${one.job.id} ${one.job.state}`)

test('shows jobs as they are once everything that waits is sent, and none that was given back', () => {
  const jobs = [job('a', 'assigned'), job('b', 'assigned'), job('c', 'accepted')]
  const actions = [did('a', 'accept'), did('a', 'arrive'), did('b', 'decline'), did('c', 'note')]
  expect(states(withActions(jobs, actions))).toEqual(['a on-site', 'c accepted'])
})

test('shows a job as the server has it while the server does not take what was done', () => {
  const refused = { status: 409, code: 'version-stale', title: '', detail: '', hint: '' }
  expect(states(withActions([job('a', 'assigned')], [did('a', 'accept', { refused })]))).toEqual(['a assigned'])
})

test.each([
  ['assigned', 'accept'],
  ['accepted', 'arrive'],
  ['returned', 'arrive'],
  ['on-site', 'photo'],
  ['handled', null],
  ['verifying', null],
  ['closed', null],
] as const)('the next step of a job that is %s is %s', (state, step) => {
  expect(nextStep(job('a', state), [])).toBe(step)
})

test('asks for a photo of the place as it is afterwards before a job is reported handled', () => {
  const photo = { blob: new Blob(), moment: 'after' as const, lat: null, lon: null, shotAt: null }
  expect(nextStep(job('a', 'on-site'), [did('a', 'photo', { photo: { ...photo, moment: 'before' } })])).toBe('photo')
  expect(nextStep(job('a', 'on-site'), [did('a', 'photo', { photo })])).toBe('handled')
})

test('counts down what is still to be done: not to accept once that is done on the phone', () => {
  const deadlines = [deadline('acknowledge', 100), deadline('arrive', 200), deadline('handle', 300)]
  expect(dueOf(job('a', 'assigned', { deadlines }))?.dueAt).toBe(100)
  expect(dueOf(job('a', 'accepted', { deadlines }))?.dueAt).toBe(200)
  expect(dueOf(job('a', 'on-site', { deadlines }))?.dueAt).toBe(300)
  expect(dueOf(job('a', 'handled', { deadlines }))).toBeNull()
})

test('puts first what is due first, and last what is done', () => {
  const jobs = [
    job('done', 'verifying', { deadlines: [deadline('handle', 1)] }),
    job('never', 'accepted'),
    job('late', 'accepted', { deadlines: [deadline('handle', 900)] }),
    job('soon', 'assigned', { deadlines: [deadline('acknowledge', 100), deadline('handle', 2_000)] }),
  ]
  expect(inOrder(jobs).map(one => one.job.id)).toEqual(['soon', 'late', 'never', 'done'])
})
