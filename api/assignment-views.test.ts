// Whom the API tells how far colleagues were from a job: three such distances would say where somebody is.
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import type { JobId, StreetId } from '../core/ids.ts'
import { ROLES } from '../core/permission.ts'
import { bearer, type FakeHouse, fakeHouse, tokenOf } from '../tests/support/api-ports.ts'
import { teamOf } from '../tests/support/api-samples.ts'
import { buildApi } from './build.ts'

const STREET = { streets: ['tianshui' as StreetId] }
const TEAM = { team: teamOf('tianshui') }
let house: FakeHouse
let app: FastifyInstance
afterEach(() => app.close())

async function open(): Promise<void> {
  const tokens = ROLES.flatMap(role => [tokenOf(role, role), tokenOf(`${role}-street`, role, STREET)])
  house = fakeHouse({ tokens: [...tokens, tokenOf('leader', 'team-leader', TEAM), tokenOf('phone', 'worker', TEAM)] })
  app = await buildApi(house.deps)
}

interface Shown {
  readonly assignment: {
    readonly candidates: { teamId: string; distanceM: number | null; positionAgeMs: number | null }[]
  }
}

/** Of each candidate of the street tianshui's job, wherever the API shows it. */
async function told(who: string): Promise<readonly string[]> {
  const ask = async (url: string) => (await app.inject({ url, headers: bearer(who) })).json()
  const jobs: readonly Shown[] = [
    (await ask('/api/jobs')).items[0],
    (await ask('/api/jobs/job-tianshui')).job,
    (await ask('/api/incidents/inc-tianshui')).job,
  ]
  const answers = jobs.map(({ assignment: { candidates } }) =>
    candidates.map(({ teamId, distanceM, positionAgeMs }) => `${teamId} ${distanceM} ${positionAgeMs}`),
  )
  expect(answers).toEqual([answers[0], answers[0], answers[0]])
  return answers[0] ?? []
}

test.each<[string, 'both' | 'own' | 'none']>([
  ['admin', 'both'],
  ['operator', 'both'],
  ['supervisor', 'both'],
  ['team-leader', 'both'],
  ['worker', 'none'],
  ['engineer', 'none'],
  ['viewer', 'none'],
  ['operator-street', 'own'],
  ['viewer-street', 'none'],
  ['leader', 'own'],
  ['phone', 'none'],
])('%s is told the distances of teams whose rota they may read: %s', async (who, which) => {
  await open()
  const line = (street: string, isTold: boolean) => `${teamOf(street)} ${isTold ? '250 60000' : 'null null'}`
  expect(await told(who)).toEqual([line('tianshui', which !== 'none'), line('changqing', which === 'both')])
})

test('what a command answers says no more than reading the job does', async () => {
  await open()
  const url = '/api/jobs/job-tianshui/note'
  const answered = await app.inject({ method: 'POST', url, headers: bearer('phone'), payload: { reason: 'locked' } })
  expect(answered.statusCode).toBe(200)
  expect(answered.json().job.assignment.candidates).toMatchObject([{ distanceM: null }, { distanceM: null }])
})

test('live events, which many hear, carry nobody’s distance', async () => {
  await open()
  const response = await app.inject({ url: '/api/events', headers: bearer('admin'), payloadAsStream: true })
  house.change({ type: 'job', id: 'job-tianshui' as JobId })
  let text = ''
  for await (const chunk of response.stream()) {
    text += chunk
    if (text.includes('event: job') && text.endsWith('\n\n')) break
  }
  expect(text).toContain('"distanceM":null')
  expect(text).not.toContain('"distanceM":250')
})
