// One's own work, the word that a job was seen, and what a page says of a photo.
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import type { JobId } from '../../core/ids.ts'
import type { JobEvent } from '../../core/job.ts'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../../tests/support/api-ports.ts'
import { sampleJob, teamOf } from '../../tests/support/api-samples.ts'
import { jobRecord } from '../../tests/support/records.ts'
import { buildApi } from '../build.ts'

const JOB = 'job-tianshui'
const li = { ...tokenOf('li', 'worker', { team: teamOf('tianshui') }), worker: 'li' }
let app: FastifyInstance
afterEach(() => app?.close())

async function built(over: Parameters<typeof fakeHouse>[0] = {}): Promise<FakeHouse> {
  const house = fakeHouse({ tokens: [li, tokenOf('chen', 'operator')], ...over })
  app = await buildApi(house.deps)
  return house
}
const post = (url: string, payload?: object, headers: object = {}) =>
  app.inject({ method: 'POST', url, headers: { ...bearer('li'), ...headers }, ...(payload && { payload }) })

test('says whose work is asked for, and shows no job out of sight', async () => {
  const foreign = jobRecord({ ...sampleJob('changqing'), id: 'job-foreign' as JobId })
  const untold = { place: '3 号点', camera: null, address: null, description: null, deadlines: [], photos: [] }
  const unseen = { before: null, after: null, verdict: null, returnedWhy: null, urgedAt: null }
  const asked: object[] = []
  await built({
    field: {
      see: async () => true,
      sheet: async of => {
        asked.push(of)
        const jobs = [sampleJob('tianshui'), foreign].map(job => ({ job, ...untold, ...unseen }))
        return { worker: null, onShift: true, jobs, today: { handled: 6, onTime: 5 } }
      },
    },
  })
  const answer = await app.inject({ url: '/api/me/work', headers: bearer('li') })
  expect(asked).toEqual([{ name: 'li', workerId: 'li', teamId: 'team-tianshui' }])
  expect(answer.json()).toMatchObject({ onShift: true, today: { handled: 6, onTime: 5 } })
  expect(answer.json().jobs.map(({ job }: { job: { id: string } }) => job.id)).toEqual([JOB])
  // Three distances would locate a colleague.
  expect(answer.json().jobs[0].job.assignment.candidates[0].distanceM).toBeNull()
})

test('notes who saw a job, of which assignment, by which way', async () => {
  const { commands } = await built()
  expect((await post(`/api/jobs/${JOB}/seen`, { by: 'push' })).json()).toEqual({ seen: true })
  expect(commands).toEqual([['see', { jobId: JOB, assignment: 0, who: 'li', way: 'push' }]])
  expect((await post(`/api/jobs/${JOB}/seen`, { by: 'telepathy' })).statusCode).toBe(400)
})

test('tells whoever repeats a step with its key that it is done, once the job has left their sight', async () => {
  const done: JobEvent = {
    ...{ jobId: JOB as JobId, sequence: 3, at: 1, event: 'declined', from: 'assigned', to: 'queued', party: 'worker' },
    ...{ actor: 'li', reason: 'far', key: 'declined:decline:li:key-1', previousHash: '', hash: '' },
  }
  const { deps } = fakeHouse()
  const job = { ...sampleJob('tianshui'), state: 'queued' as const, teamId: null }
  const detail = { job, events: [done], incidents: [], deadlines: [], verification: null }
  await built({ reading: { ...deps.reading, job: async () => detail } })
  const decline = (key: string) => post(`/api/jobs/${JOB}/decline`, { reason: 'far' }, { 'idempotency-key': key })
  expect((await decline('key-1')).statusCode).toBe(200)
  expect((await decline('key-2')).statusCode).toBe(403)
})

test('hands on what the page read from a photo before it made it smaller', async () => {
  const { commands } = await built()
  const form = (fields: Readonly<Record<string, string>>) => {
    const filled = new FormData()
    for (const [name, value] of Object.entries(fields)) filled.append(name, value)
    filled.append('file', new Blob(['picture']), 'photo.jpg')
    return filled
  }
  const sent = async (fields: Readonly<Record<string, string>>) => {
    const request = new Request('http://test/', { method: 'POST', body: form(fields) })
    const headers = { ...bearer('li'), 'content-type': request.headers.get('content-type') ?? '' }
    const payload = Buffer.from(await request.arrayBuffer())
    return app.inject({ method: 'POST', url: `/api/jobs/${JOB}/evidence`, headers, payload })
  }
  expect((await sent({ moment: 'after', lat: '30.25', lon: '120.16', shotAt: '1773295532000' })).statusCode).toBe(200)
  expect(commands.at(-1)).toMatchObject([
    'photo',
    { moment: 'after', said: { place: { lat: 30.25, lon: 120.16 }, shotAt: 1_773_295_532_000 }, at: null },
  ])
  const wrong = await sent({ moment: 'after', lat: '300' })
  expect(wrong.json()).toMatchObject({ code: 'request-invalid', detail: expect.stringContaining('lat') })
})
