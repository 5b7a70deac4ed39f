// Verdicts and watched time, counted by the database.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CameraId, Fingerprint, IncidentId, JobId, StreetId, TeamId } from '../../core/ids.ts'
import type { Incident } from '../../core/incident.ts'
import type { Job } from '../../core/job.ts'
import { openTestStore, type TestStore } from '../../tests/support/embedded.ts'
import { AT, incidentRecord, jobRecord } from '../../tests/support/records.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NEXT_MIDNIGHT = AT + 16 * HOUR_MS
const WHOLE = { from: AT - DAY_MS, to: AT + 2 * DAY_MS }
const kerb = 'kerb' as CameraId
const gate = 'gate' as CameraId

const CAMERAS = `
cameras:
  - id: kerb
    name: 东街
    street: north
    grid: n1
    source: { kind: rtsp, url: "rtsp://127.0.0.1:9/live" }
    zones: [{ id: bay, rule: illegal-parking, polygon: [[0, 0], [1, 0], [1, 1]] }]
`

let it: TestStore
beforeAll(async () => {
  it = await openTestStore()
  await it.store.configuration.importCameras(CAMERAS, 'test')
  const job = (id: string, incident: string, over: Partial<Job>) =>
    jobRecord({ id: id as JobId, incidentIds: [incident as IncidentId], teamId: 't1' as TeamId, ...over })
  const incident = (id: string, over: Partial<Incident>) =>
    incidentRecord({ id: id as IncidentId, fingerprint: id as Fingerprint, ...over })
  await it.store.dispatch.transact(async tx => {
    await tx.insertIncident(incident('inc-a', { review: 'confirmed' }))
    await tx.insertIncident(incident('inc-b', { review: 'confirmed', openedAt: NEXT_MIDNIGHT }))
    await tx.insertIncident(incident('inc-c', { review: 'confirmed' }))
    await tx.insertIncident(
      incident('inc-d', { review: 'rejected', rejectReason: 'loading', streetId: 'south' as StreetId }),
    )
    await tx.insertIncident(incident('inc-e', { openedAt: AT + 3 * DAY_MS }))
    await tx.insertJob(job('job-a', 'inc-a', { state: 'closed', handledAt: AT + 1, closedAt: AT + 2 }))
    await tx.insertJob(job('job-b', 'inc-b', { state: 'returned', handledAt: AT + 1, returns: 1 }))
    await tx.insertJob(job('job-c', 'inc-c', { state: 'cancelled' }))
  })
  await it.store.verdicts.addWatched([
    { cameraId: kerb, hourAt: AT, watchedMs: 1_000 },
    { cameraId: kerb, hourAt: NEXT_MIDNIGHT, watchedMs: HOUR_MS },
    { cameraId: gate, hourAt: AT, watchedMs: 5_000 },
  ])
}, 60_000)
afterAll(() => it?.dispose())

test('counts by the city’s day, with what came of each alert; those of other days are not there', async () => {
  const counts = await it.store.verdicts.counts(WHOLE)
  expect(
    counts.map(({ day, review, rejectReason, outcome, count }) => [day, review, rejectReason, outcome, count]),
  ).toEqual(
    expect.arrayContaining([
      ['2026-01-05', 'confirmed', null, 'handled', 1],
      ['2026-01-05', 'confirmed', null, 'cancelled', 1],
      ['2026-01-06', 'confirmed', null, 'returned', 1],
      ['2026-01-05', 'rejected', 'loading', 'none', 1],
    ]),
  )
  expect(counts).toHaveLength(4)
})

test.each([
  ['a street', { streets: ['south' as StreetId] }, ['rejected']],
  ['no street at all', { streets: [] }, []],
  ['a team', { teamId: 't1' as TeamId }, ['confirmed', 'confirmed', 'confirmed']],
  ['a camera that raised nothing', { cameraId: gate }, []],
  ['another kind', { kind: 'crowding' as const }, []],
])('cuts down to %s', async (_, over, reviews) => {
  const counts = await it.store.verdicts.counts({ ...WHOLE, ...over })
  expect(counts.map(({ review }) => review)).toEqual(reviews)
})

test('adds up watched time by day, at most an hour an hour, of cameras that are there', async () => {
  await it.store.verdicts.addWatched([
    { cameraId: kerb, hourAt: AT, watchedMs: 2_000 },
    { cameraId: kerb, hourAt: NEXT_MIDNIGHT, watchedMs: 7_000 },
  ])
  expect(await it.store.verdicts.watched(WHOLE)).toEqual([
    { day: '2026-01-05', cameraId: 'kerb', watchedMs: 3_000 },
    { day: '2026-01-06', cameraId: 'kerb', watchedMs: HOUR_MS },
  ])
  expect(await it.store.verdicts.watched({ ...WHOLE, streets: ['south' as StreetId] })).toEqual([])
  expect(await it.store.verdicts.watching()).toEqual([{ cameraId: 'kerb', kind: 'illegal-parking' }])
})
