// The comparison that the kill test stands on: it must see what is lost, doubled, invented, left open or without its job.
import { describe, expect, test } from 'vitest'
import type { Incident } from '../../core/incident.ts'
import type { Job, JobEvent } from '../../core/job.ts'
import { type ExpectedIncident, recordDetections } from '../../fixtures/recorded.ts'
import { compareWithTruth, inFlight, type JobRecord, SOUND } from './kill-truth.ts'

const START_AT = Date.parse('2026-01-05T08:00:00+08:00')
const TIME = { startAt: START_AT, endsAt: START_AT + 120_000 }
const EXPECTED = recordDetections({ incidents: 20, durationMs: 120_000, openAtOnce: 12 }).expected

const incidentOf = ({ camera, zone, fromMs, box }: ExpectedIncident, id: string, over: Partial<Incident> = {}) =>
  ({
    id,
    cameraId: camera,
    zoneId: zone,
    since: START_AT + fromMs,
    boxes: [box],
    physical: 'cleared',
    ...over,
  }) as Incident

const event = (name: JobEvent['event'], at = START_AT): JobRecord['events'][number] => ({
  ...{
    sequence: 1,
    at,
    event: name,
    from: null,
    to: 'assigned',
    party: 'policy',
    actor: 'policy',
    reason: null,
    hash: '',
  },
})
const jobOf = (incident: Incident, over: Partial<Job> = {}, events = [event('created'), event('assigned')]) =>
  ({
    job: { id: `job-${incident.id}`, state: 'assigned', teamId: 'team', incidentIds: [incident.id], ...over },
    events,
  }) as unknown as JobRecord

const incidents = EXPECTED.map((entry, index) => incidentOf(entry, `inc-${index}`))
const jobs = incidents.map(incident => jobOf(incident))
const [first, second] = EXPECTED
if (!first || !second) throw new Error('the recording is empty')

test('finds nothing wrong where every incident is there once, with its job', () => {
  expect(compareWithTruth(EXPECTED, TIME, incidents, jobs)).toEqual(SOUND)
})

describe('names', () => {
  test.each<[string, readonly Incident[], readonly JobRecord[], Partial<Record<keyof typeof SOUND, number>>]>([
    ['an incident that is missing', incidents.slice(1), jobs.slice(1), { lost: 1 }],
    [
      'an incident that is there twice',
      [...incidents, incidentOf(first, 'again', { since: START_AT + first.fromMs + 3_000 })],
      [...jobs, jobOf(incidentOf(first, 'again'))],
      { doubled: 1 },
    ],
    [
      'an incident that the recording does not hold',
      [...incidents, incidentOf(first, 'elsewhere', { boxes: [{ x1: 0, y1: 0, x2: 0.01, y2: 0.01 }] })],
      [...jobs, jobOf(incidentOf(first, 'elsewhere'))],
      { invented: 1 },
    ],
    [
      'an incident of another time',
      [...incidents, incidentOf(first, 'late', { since: START_AT + first.toMs + 1 })],
      [...jobs, jobOf(incidentOf(first, 'late'))],
      { invented: 1 },
    ],
    [
      'an incident that nobody cleared',
      [incidentOf(first, 'inc-0', { physical: 'active' }), ...incidents.slice(1)],
      jobs,
      { neverCleared: 1 },
    ],
    ['an incident without a job', incidents, jobs.slice(1), { withoutOneJob: 1 }],
    [
      'an incident with two jobs',
      incidents,
      [...jobs, jobOf(incidentOf(first, 'inc-0'), { id: 'job-2' as Job['id'] })],
      { withoutOneJob: 1 },
    ],
    [
      'a job without a team',
      incidents,
      [jobOf(incidentOf(first, 'inc-0'), { teamId: null }), ...jobs.slice(1)],
      { unsoundJobs: 1 },
    ],
    [
      'a job that was assigned twice',
      incidents,
      [
        jobOf(incidentOf(first, 'inc-0'), {}, [event('created'), event('assigned'), event('assigned', START_AT + 1)]),
        ...jobs.slice(1),
      ],
      { unsoundJobs: 1 },
    ],
    [
      'a log with a line twice',
      incidents,
      [
        jobOf(incidentOf(first, 'inc-0'), {}, [event('created'), event('assigned'), event('joined'), event('joined')]),
        ...jobs.slice(1),
      ],
      { unsoundJobs: 1 },
    ],
  ])('%s', (_what, itsIncidents, itsJobs, wrong) => {
    const verdict = compareWithTruth(EXPECTED, TIME, itsIncidents, itsJobs)
    const counts = Object.fromEntries(Object.entries(verdict).map(([name, list]) => [name, list.length]))
    expect(counts).toEqual({ ...Object.fromEntries(Object.keys(SOUND).map(name => [name, 0])), ...wrong })
  })
})

describe('a car that nobody told of', () => {
  const { camera, fromMs, dueMs, toMs } = first
  const dark = (from: number, to: number, of = camera) => ({ camera: of, fromMs: from, toMs: to })
  /** Its grace of five seconds and eight more. */
  const enoughMs = dueMs - fromMs + 8_000
  test.each([
    ['is lost where its camera was never dark', [], 1],
    ['is lost where another camera was dark', [dark(0, toMs, second.camera === camera ? 'another' : second.camera)], 1],
    [
      'is lost where its camera was dark before it came and after it had left',
      [dark(0, fromMs), dark(toMs, toMs + 60_000)],
      1,
    ],
    ['is lost where enough of its stay was watched at the end', [dark(fromMs - 9_000, toMs - enoughMs)], 1],
    [
      'is lost where two parts that were watched are enough together',
      [dark(fromMs + 6_000, toMs - enoughMs + 6_000)],
      1,
    ],
    ['is nobody’s loss where too little of its stay was watched', [dark(fromMs - 9_000, toMs - enoughMs + 1)], 0],
    [
      'is nobody’s loss where one black-out ran into the next',
      [dark(fromMs + 4_000, toMs), dark(fromMs + 1_000, toMs - 4_000)],
      0,
    ],
  ])('%s', (_what, blackouts, lost) => {
    const verdict = compareWithTruth(EXPECTED, { ...TIME, blackouts }, incidents.slice(1), jobs.slice(1))
    expect(verdict).toEqual({ ...SOUND, lost: verdict.lost })
    expect(verdict.lost).toHaveLength(lost)
  })
})

test('a car that left may stay open where nobody could watch its place empty for long enough', () => {
  const open = [incidentOf(first, 'inc-0', { physical: 'active' }), ...incidents.slice(1)]
  const darkFor = (toMs: number) => [{ camera: first.camera, fromMs: first.toMs - 1_000, toMs }]
  const neverCleared = (toMs: number) =>
    compareWithTruth(EXPECTED, { ...TIME, blackouts: darkFor(toMs) }, open, jobs).neverCleared.length
  expect([120_000 - 16_000, 120_000 - 15_999].map(neverCleared)).toEqual([1, 0])
})

test('counts as in flight what is due and has not left', () => {
  expect([first.dueMs - 1, first.dueMs].map(atMs => inFlight([first, second], atMs))).toEqual([0, 1])
  expect([first.toMs, first.toMs + 1].map(atMs => inFlight([first], atMs))).toEqual([1, 0])
})
