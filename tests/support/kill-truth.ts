// What a kill run must come to: every incident of the recording exactly once, with exactly one assigned job.
import { iou } from '../../core/geometry.ts'
import type { Incident } from '../../core/incident.ts'
import type { Job, JobEvent } from '../../core/job.ts'
import type { EpochMs } from '../../core/time.ts'
import type { ExpectedIncident } from '../../fixtures/recorded.ts'

/** A job with its log, as `/api/jobs/ID` gives it: the log's keys stay inside, where a unique index holds them. */
export interface JobRecord {
  readonly job: Job
  readonly events: readonly Omit<JobEvent, 'jobId' | 'key' | 'previousHash'>[]
}

/** What is wrong with the records; every list is empty where the run was sound. Entries are written for people. */
export interface Verdict {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** Incidents that are nobody's in the recording. */
  readonly invented: readonly string[]
  /** The car has left, was seen to have left, and the incident is still active. */
  readonly neverCleared: readonly string[]
  /** Incidents with no job or with several. */
  readonly withoutOneJob: readonly string[]
  /** Jobs without a team, or created or assigned more than once, or with a line twice in their log. */
  readonly unsoundJobs: readonly string[]
}

export const SOUND: Verdict = {
  lost: [],
  doubled: [],
  invented: [],
  neverCleared: [],
  withoutOneJob: [],
  unsoundJobs: [],
}

/** The box is jittered by less than this, and no two bays overlap. */
const SAME_BOX_IOU = 0.5
/** First seen up to a moment before the recording says so (its times are rounded to frames), and never after it left. */
const TOLERANCE_MS = 2_000
/** Four seconds of `clearAfter`, two frames, and the repetition of an end that the shard's death swallowed. */
const CLEARED_WITHIN_MS = 16_000

/** Of a stay, beyond its grace: two frames, one of them overlooked, and the way from the camera to the database under load. */
const NOTICED_WITHIN_MS = 8_000

/** A time in which a camera's pictures reached nobody, because its process was dead or starting. After the start. */
export interface Blackout {
  readonly camera: string
  readonly fromMs: number
  readonly toMs: number
}

/** The recording on the wall clock, and where nobody watched it. */
export interface Watched {
  readonly startAt: EpochMs
  readonly endsAt: EpochMs
  /** Measured, never planned; empty where nothing that watches was killed. */
  readonly blackouts?: readonly Blackout[]
}

const isOf = (expected: ExpectedIncident, incident: Incident, startAt: EpochMs): boolean =>
  incident.cameraId === expected.camera &&
  incident.zoneId === expected.zone &&
  incident.boxes.some(box => iou(box, expected.box) > SAME_BOX_IOU) &&
  incident.since >= startAt + expected.fromMs - TOLERANCE_MS &&
  incident.since <= startAt + expected.toMs

/**
 * Compares with the recording, never with what another part of the product says. A car that came and went while its
 * camera's process was dead is nobody's loss; one that could be watched for its grace and a moment more, in all, is.
 */
export function compareWithTruth(
  expected: readonly ExpectedIncident[],
  { startAt, endsAt, blackouts = [] }: Watched,
  incidents: readonly Incident[],
  jobs: readonly JobRecord[],
): Verdict {
  const found = expected.map(entry => ({
    entry,
    name: nameOf(entry),
    incidents: incidents.filter(incident => isOf(entry, incident, startAt)),
  }))
  const known = new Set(found.flatMap(one => one.incidents.map(({ id }) => id)))
  const jobsOf = (incident: Incident) => jobs.filter(({ job }) => job.incidentIds.includes(incident.id))
  return {
    lost: found
      .filter(one => one.incidents.length === 0 && couldBeNoticed(one.entry, blackouts))
      .map(({ name }) => name),
    doubled: found
      .filter(one => one.incidents.length > 1)
      .map(one => `${one.name}: ${one.incidents.map(described).join(' and ')}`),
    invented: incidents.filter(({ id }) => !known.has(id)).map(described),
    neverCleared: found
      .filter(({ entry }) => watchedMs(entry.camera, entry.toMs, endsAt - startAt, blackouts) >= CLEARED_WITHIN_MS)
      .flatMap(one => one.incidents)
      .filter(({ physical }) => physical === 'active')
      .map(described),
    withoutOneJob: incidents
      .filter(incident => jobsOf(incident).length !== 1)
      .map(incident => `${described(incident)} has ${jobsOf(incident).length} jobs`),
    unsoundJobs: jobs.filter(record => !isSound(record)).map(describedJob),
  }
}

/** Whether the stay was watched for long enough to be told, all its parts together: a rule outlives its process. */
export function couldBeNoticed(
  { camera, fromMs, dueMs, toMs }: ExpectedIncident,
  blackouts: readonly Blackout[],
): boolean {
  return watchedMs(camera, fromMs, toMs, blackouts) >= dueMs - fromMs + NOTICED_WITHIN_MS
}

/** How much of the time from `fromMs` to `toMs` the camera was watched. Black-outs may overlap. */
function watchedMs(camera: string, fromMs: number, toMs: number, blackouts: readonly Blackout[]): number {
  const own = blackouts.filter(one => one.camera === camera).sort((a, b) => a.fromMs - b.fromMs)
  let [watched, at] = [0, fromMs]
  for (const dark of own) {
    watched += Math.max(0, Math.min(dark.fromMs, toMs) - at)
    at = Math.max(at, dark.toMs)
  }
  return watched + Math.max(0, toMs - at)
}

/** How many incidents are open, due and not yet over, so long after the recording's start. */
export function inFlight(expected: readonly ExpectedIncident[], atMs: number): number {
  return expected.filter(({ dueMs, toMs }) => dueMs <= atMs && atMs <= toMs).length
}

function isSound({ job, events }: JobRecord): boolean {
  const count = (event: JobEvent['event']) => events.filter(one => one.event === event).length
  const lines = new Set(events.map(({ at, event, actor }) => `${at} ${event} ${actor}`))
  return job.teamId !== null && count('created') === 1 && count('assigned') === 1 && lines.size === events.length
}

const nameOf = ({ camera, zone, fromMs, box }: ExpectedIncident): string =>
  `${camera}/${zone} at x ${box.x1.toFixed(2)} from ${fromMs / 1_000} s`

const described = ({ id, cameraId, zoneId, boxes, since, physical }: Incident): string =>
  `${id} (${cameraId}/${zoneId} at x ${boxes[0]?.x1.toFixed(2)}, since ${new Date(since).toISOString()}, ${physical})`

const describedJob = ({ job, events }: JobRecord): string =>
  `${job.id} (${job.state}, team ${job.teamId}, log: ${events.map(({ at, event }) => `${event} at ${at}`).join(', ')})`
