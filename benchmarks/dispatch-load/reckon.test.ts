// The reckoning against literal ledgers: what is planted as lost, doubled or invented is named, and nothing else.
import { describe, expect, test } from 'vitest'
import {
  type Assigned,
  type Committed,
  type Offered,
  quantiles,
  type Receipt,
  reckon,
  type StoredRecords,
} from './reckon.ts'

/** Two incidents, one after the other at one place, and all that has to come of them. */
const OFFERED: readonly Offered[] = [
  { fingerprint: 'crowding|gate|', opensAt: 1_000, endsAt: 5_000, scheduledMs: 100 },
  { fingerprint: 'crowding|gate|', opensAt: 7_000, endsAt: 9_000, scheduledMs: 6_100 },
]
const RECORDS: StoredRecords = {
  incidents: [
    { id: 'inc-1', fingerprint: 'crowding|gate|', openedAt: 1_000 },
    // Its opening waited, and the next observation took its place: it is the same incident.
    { id: 'inc-2', fingerprint: 'crowding|gate|', openedAt: 8_000 },
  ],
  jobs: [
    { id: 'job-1', incidentIds: ['inc-1'] },
    { id: 'job-2', incidentIds: ['inc-2'] },
  ],
}
const receipt = (event: string, subject: string, atMs: number): Receipt => ({ event, subject, atMs })
const RECEIPTS: readonly Receipt[] = [
  receipt('incident.opened', 'inc-1', 120),
  receipt('job.assigned', 'job-1', 150),
  receipt('incident.cleared', 'inc-1', 4_150),
  receipt('incident.opened', 'inc-2', 6_120),
  receipt('job.assigned', 'job-2', 6_190),
  receipt('incident.cleared', 'inc-2', 8_150),
]
const COMMITTED: readonly Committed[] = [
  { fingerprint: 'crowding|gate|', sequence: 1_000, atMs: 110 },
  { fingerprint: 'crowding|gate|', sequence: 3_000, atMs: 2_110 },
  { fingerprint: 'crowding|gate|', sequence: 5_000, atMs: 4_110 },
  { fingerprint: 'crowding|gate|', sequence: 8_000, atMs: 6_130 },
]

const ASSIGNED: readonly Assigned[] = [
  { jobId: 'job-1', atMs: 125 },
  { jobId: 'job-2', atMs: 6_150 },
]

const without = <T>(items: readonly T[], index: number) => items.filter((_, i) => i !== index)

test('where everything arrived once, nothing is lost, doubled or invented', () => {
  const { verdict } = reckon(OFFERED, RECORDS, RECEIPTS, COMMITTED, ASSIGNED)
  expect(verdict).toEqual({ offered: 2, lost: [], doubled: [], invented: [] })
})

test('latency counts from the scheduled instant, and from the first acknowledgement within the incident', () => {
  const { latencies } = reckon(OFFERED, RECORDS, RECEIPTS, COMMITTED, ASSIGNED)
  expect(latencies).toEqual({
    offeredToCommitted: [10, 30],
    committedToAssigned: [15, 20],
    committedToNotified: [40, 60],
    offeredToNotified: [50, 90],
  })
})

describe('what is planted is named', () => {
  const { incidents, jobs } = RECORDS
  test.each<[string, Partial<StoredRecords>, readonly Receipt[], object]>([
    [
      'an incident that was not stored, with what came of it',
      { incidents: without(incidents, 0) },
      RECEIPTS,
      {
        lost: ['incident crowding|gate|'],
        invented: ['job job-1', 'incident.opened of inc-1', 'job.assigned of job-1', 'incident.cleared of inc-1'],
      },
    ],
    [
      'an incident stored twice',
      { incidents: [...incidents, { id: 'inc-3', fingerprint: 'crowding|gate|', openedAt: 4_999 }] },
      RECEIPTS,
      { doubled: ['incident crowding|gate|'] },
    ],
    ['an incident without a job', { jobs: without(jobs, 1) }, without(RECEIPTS, 4), { lost: ['job of inc-2'] }],
    [
      'an incident with two jobs',
      { jobs: [...jobs, { id: 'job-3', incidentIds: ['inc-2'] }] },
      RECEIPTS,
      { doubled: ['job of inc-2'] },
    ],
    ['a team that was not told', {}, without(RECEIPTS, 1), { lost: ['job.assigned of job-1'] }],
    [
      'a team that was told twice',
      {},
      [...RECEIPTS, receipt('job.assigned', 'job-1', 9_999)],
      { doubled: ['job.assigned of job-1'] },
    ],
    ['an end that nobody heard of', {}, without(RECEIPTS, 5), { lost: ['incident.cleared of inc-2'] }],
    [
      'what nobody offered',
      {
        incidents: [...incidents, { id: 'inc-9', fingerprint: 'crowding|gate|', openedAt: 6_000 }],
        jobs: [...jobs, { id: 'job-9', incidentIds: ['inc-9'] }],
      },
      [...RECEIPTS, receipt('job.unassignable', 'job-2', 9)],
      { invented: ['incident inc-9', 'job job-9', 'job.unassignable of job-2'] },
    ],
  ])('%s', (_, records, receipts, found) => {
    const { verdict } = reckon(OFFERED, { ...RECORDS, ...records }, receipts, COMMITTED, ASSIGNED)
    expect(verdict).toEqual({ offered: 2, lost: [], doubled: [], invented: [], ...found })
  })

  test('a repetition does not change when the team was first told', () => {
    const twice = [...RECEIPTS, receipt('job.assigned', 'job-1', 9_999)]
    expect(reckon(OFFERED, RECORDS, twice, COMMITTED, ASSIGNED).latencies.offeredToNotified).toEqual([50, 90])
  })
})

describe('quantiles by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  test.each<[string, readonly number[], object]>([
    ['of 1…100, whatever their order', hundred, { n: 100, p50Ms: 50, p95Ms: 95, p99Ms: 99, maxMs: 100 }],
    ['of 1…101: p99 is the hundredth', [...hundred, 101], { n: 101, p50Ms: 51, p95Ms: 96, p99Ms: 100, maxMs: 101 }],
    ['of one', [7.25], { n: 1, p50Ms: 7.3, p95Ms: 7.3, p99Ms: 7.3, maxMs: 7.3 }],
    ['of two: the upper is p95', [1, 9], { n: 2, p50Ms: 1, p95Ms: 9, p99Ms: 9, maxMs: 9 }],
    ['of none', [], { n: 0, p50Ms: null, p95Ms: null, p99Ms: null, maxMs: null }],
  ])('%s', (_, values, expected) => {
    expect(quantiles(values)).toEqual(expected)
  })
})
