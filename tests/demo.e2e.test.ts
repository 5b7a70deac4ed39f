// The README's promise: the built program, alone, shows an incident that becomes a job with a team.
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Verification } from '../core/fresh-look.ts'
import type { Evidence, Incident } from '../core/incident.ts'
import type { Job } from '../core/job.ts'
import { type Running, startJiemu, waitFor } from './support/jiemu.ts'

interface IncidentPage {
  readonly items: readonly Incident[]
}
interface JobPage {
  readonly items: readonly Job[]
}

interface JobDetail {
  readonly job: Job
  readonly verification: Verification | null
}

let running: Running
beforeAll(async () => {
  running = await startJiemu({ args: ['--demo'] })
}, 120_000)
afterAll(async () => {
  await running.end()
  rmSync(running.dataDir, { recursive: true, force: true })
})

async function tell(jobId: string, step: string, key = step): Promise<void> {
  expect((await running.post(`/api/jobs/${jobId}/${step}`, {}, { 'idempotency-key': key })).status).toBe(200)
}

/** Each is good for one person and two minutes. */
async function linkTo(picture: string): Promise<string> {
  const { status, body } = await running.post<{ readonly url: string }>(`/api/evidence/${picture}/link`)
  expect({ status, picture, ...body }).toMatchObject({ status: 200, url: expect.any(String) })
  return body.url
}

const reached = (jobId: string, state: Job['state']) =>
  waitFor(`the job to be ${state}`, async () => {
    const detail = await running.get<JobDetail>(`/api/jobs/${jobId}`)
    return detail.job.state === state && detail
  })

test('a car that parks on the drawn street becomes a job of a team, with its pictures', async () => {
  const job = await waitFor('an assigned job', async () => {
    const { items: jobs } = await running.get<JobPage>('/api/jobs')
    return jobs.find(({ state, kind }) => state === 'assigned' && kind === 'illegal-parking')
  })
  expect(job.teamId).not.toBeNull()
  const [incidentId] = job.incidentIds
  const { evidence, incident } = await waitFor('the picture of the moment it fired', async () => {
    const detail = await running.get<{ incident: Incident; evidence: Evidence[] }>(`/api/incidents/${incidentId}`)
    return detail.evidence.some(({ moment }) => moment === 'fired') && detail
  })
  expect(incident).toMatchObject({ kind: 'illegal-parking', review: 'auto-confirmed' })
  expect(new Set(evidence.map(({ moment }) => moment))).toEqual(new Set(['first', 'half', 'fired']))
  for (const { id, sha256 } of evidence) {
    const hashes: string[] = []
    for (const path of [await linkTo(id), `/api/evidence/${id}/original`]) {
      const response = await fetch(`${running.address}${path}`)
      expect(response.headers.get('content-type')).toBe('image/jpeg')
      expect(response.headers.get('jiemu-sha256')).toBe(sha256)
      hashes.push(
        createHash('sha256')
          .update(Buffer.from(await response.arrayBuffer()))
          .digest('hex'),
      )
    }
    // What one looks at is marked; the original is as it was taken.
    expect(hashes.map(hash => hash === sha256)).toEqual([false, true])
  }
})

test('a car that still stands there is given back with the picture that shows it; once it has left the job is closed', async () => {
  const { id, incidentIds } = await waitFor('an assigned job', async () => {
    const { items: jobs } = await running.get<JobPage>('/api/jobs?kind=illegal-parking')
    return jobs.find(({ state }) => state === 'assigned')
  })
  await tell(id, 'accept')
  await tell(id, 'handled')
  const { job: returned, verification: first } = await reached(id, 'returned')
  expect(returned.returns).toBe(1)
  expect(first).toMatchObject({ verdict: 'there', looks: [{ incidentId: incidentIds[0], verdict: 'there' }] })
  expect(first?.looks[0]?.samples?.there).toBeGreaterThan(2)
  const pairs = first?.looks[0]?.pictures ?? []
  expect(pairs.map(({ view }) => view)).toEqual(['wide', 'close-up'])
  await waitFor('the car to leave', async () => {
    const { incident } = await running.get<{ incident: Incident }>(`/api/incidents/${incidentIds[0]}`)
    return incident.physical === 'cleared'
  })
  await tell(id, 'handled', 'again')
  const { verification: second } = await reached(id, 'closed')
  expect(second).toMatchObject({ verdict: 'clear' })
  for (const { before, after } of [...pairs, ...(second?.looks[0]?.pictures ?? [])]) {
    for (const picture of [before, after]) {
      const response = await fetch(`${running.address}${await linkTo(String(picture))}`)
      expect(response.headers.get('content-type')).toBe('image/jpeg')
    }
  }
  const { evidence } = await running.get<{ evidence: Evidence[] }>(`/api/incidents/${incidentIds[0]}`)
  const moments = new Set(evidence.map(({ moment }) => moment))
  expect([...moments]).toEqual(expect.arrayContaining(['fired', 'still-there', 'verified']))
})

test('a crowd waits for an operator, and confirming it dispatches a team at once', async () => {
  const alert = await waitFor('a crowd', async () => {
    const { items: incidents } = await running.get<IncidentPage>('/api/incidents?kind=crowding&camera=generated-street')
    return incidents.find(({ review }) => review === 'pending')
  })
  const { status } = await running.post(`/api/incidents/${alert.id}/confirm`)
  expect(status).toBe(200)
  const job = await waitFor('its job', async () => {
    const { items: jobs } = await running.get<JobPage>('/api/jobs?kind=crowding')
    return jobs.find(({ incidentIds, teamId }) => incidentIds.includes(alert.id) && teamId !== null)
  })
  for (const step of ['accept', 'arrive']) await tell(job.id, step)
  await waitFor('the camera to see the crowd gone', async () => {
    const { incident } = await running.get<{ incident: Incident }>(`/api/incidents/${alert.id}`)
    return incident.physical === 'cleared'
  })
  await tell(job.id, 'handled')
  const refused = await running.post<{ code: string }>(`/api/jobs/${job.id}/close`)
  expect(refused).toMatchObject({ status: 403, body: { code: 'handler-cannot-close' } })
  const { job: closed, verification } = await reached(job.id, 'closed')
  expect(closed.handledBy).toBe('local')
  expect(verification).toMatchObject({ verdict: 'clear', looks: [{ samples: { there: 0 } }] })
})

test('the console is there, and the health of everything behind it', async () => {
  const page = await fetch(running.address)
  expect(page.headers.get('content-type')).toContain('text/html')
  const components = async () =>
    (await running.get<{ components: { name: string; state: string }[] }>('/api/health')).components
  expect((await components()).map(({ name }) => name)).toContain('database')
  // Beside other tests its shard may have more to do than it can for a moment.
  const ailing = async () => (await components()).filter(({ state }) => state !== 'ok')
  await expect.poll(ailing).toEqual([])
})
