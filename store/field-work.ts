// The work of one person as the worker's page shows it: few statements however many jobs, since every phone asks often.
import type { ExpressionBuilder } from 'kysely'
import { DateTime } from 'luxon'
import { NO_CAMERA } from '../core/camera.ts'
import type { Doing, FieldJob, JobPhoto, Sighting, WorkSheet } from '../core/field-work.ts'
import { type Verification, verdictOf } from '../core/fresh-look.ts'
import type { IncidentId, JobId } from '../core/ids.ts'
import type { Evidence } from '../core/incident.ts'
import type { Job } from '../core/job.ts'
import { TIME_ZONE } from '../core/kpi.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import { noteSighting, photosOf } from './job-reach.ts'
import { verificationOf } from './looks.ts'
import { oneOf } from './outbox-rows.ts'
import { isWorking } from './own-rota.ts'
import { EVIDENCE, jobColumns, toJob } from './records.ts'
import type { Tables } from './tables.ts'

/** A worker has a few; a team as a whole may have some tens. */
const MOST_JOBS = 100
/** Somebody has it, and it is not over. */
const HELD: readonly Job['state'][] = ['assigned', 'accepted', 'on-site', 'handled', 'verifying', 'returned']
/** States in which cameras have looked again, or are about to. */
const LOOKED_AT: readonly Job['state'][] = ['handled', 'verifying', 'returned', 'closed']

type Told = Pick<FieldJob, 'place' | 'camera' | 'address' | 'description'>
const UNTOLD: Told = { place: null, camera: null, address: null, description: null }

export class FieldWork {
  readonly #db: Database
  readonly #clock: Clock

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  /** @returns whether it is the first time since the job was assigned */
  see(sighting: Omit<Sighting, 'at'>): Promise<boolean> {
    return noteSighting(this.#db, { ...sighting, at: this.#clock.now() })
  }

  async sheet({ name, workerId, teamId }: Doing): Promise<WorkSheet> {
    const at = this.#clock.now()
    const midnight = DateTime.fromMillis(at, { zone: TIME_ZONE }).startOf('day').toMillis()
    const worker = workerId
      ? await this.#db
          .selectFrom('workers')
          .select(['id', 'name', 'teamId'])
          .where('id', '=', workerId)
          .where('active', '=', true)
          .executeTakeFirst()
      : undefined
    const team = worker?.teamId ?? teamId
    const onShift =
      team === null ? undefined : await isWorking(this.#db, { id: worker?.id ?? null, teamId: team }, [at])
    const jobs = await this.#jobs({ name, workerId: worker?.id ?? null, teamId: team }, midnight)
    const today = await this.#today(name, midnight)
    return { worker: worker ?? null, onShift: onShift ?? null, jobs: await this.#shown(jobs), today }
  }

  async #jobs({ name, workerId, teamId }: Doing, midnight: EpochMs): Promise<readonly Job[]> {
    const rows = await this.#db
      .selectFrom('jobs')
      .select(jobColumns)
      .where(eb => {
        const isOpen = eb('state', 'in', HELD)
        const ofTeam = teamId === null ? [] : [eb.and([eb('teamId', '=', teamId), eb('workerId', 'is', null)])]
        const ofWorker = workerId === null ? [] : [eb('workerId', '=', workerId)]
        const doneToday = eb.and([
          eb('handledBy', '=', name),
          eb('handledAt', '>=', midnight),
          eb('state', '=', 'closed'),
        ])
        return eb.or([eb.and([isOpen, eb.or([...ofWorker, ...ofTeam])]), doneToday])
      })
      .orderBy('assignedAt', 'desc')
      .orderBy('id')
      .limit(MOST_JOBS)
      .execute()
    return rows.map(toJob)
  }

  async #today(name: string, midnight: EpochMs): Promise<WorkSheet['today']> {
    return this.#db
      .selectFrom('jobs')
      .select(({ fn, eb }) => [
        fn.countAll<number>().as('handled'),
        fn.countAll<number>().filterWhere('id', 'not in', missedInTime(eb)).as('onTime'),
      ])
      .where('handledBy', '=', name)
      .where('handledAt', '>=', midnight)
      .executeTakeFirstOrThrow()
  }

  async #shown(jobs: readonly Job[]): Promise<readonly FieldJob[]> {
    if (jobs.length === 0) return []
    const ids = jobs.map(({ id }) => id)
    const firsts = jobs.flatMap(({ incidentIds }) => incidentIds[0] ?? [])
    const told = await this.#told(firsts)
    const before = await this.#before(firsts)
    const photos = await photosOf(this.#db, ids)
    const deadlines = await this.#db
      .selectFrom('jobDeadlines')
      .select(['jobId', 'deadline', 'run', 'startedAt', 'dueAt', 'missedAt', 'endedAt', 'end'])
      .where('jobId', '=', oneOf(ids))
      .orderBy('run')
      .orderBy('dueAt')
      .execute()
    const events = await this.#db
      .selectFrom('jobEvents')
      .select(['jobId', 'event', 'reason', 'at'])
      .where('jobId', '=', oneOf(ids))
      .where('event', 'in', ['returned', 'urged'])
      .orderBy('sequence', 'desc')
      .execute()
    const looks = await this.#looks(jobs)
    return jobs.map(job => {
      const [first] = job.incidentIds
      const last = (event: 'returned' | 'urged') => events.find(row => row.jobId === job.id && row.event === event)
      return {
        job,
        ...((first && told.get(first)) ?? UNTOLD),
        deadlines: deadlines.filter(({ jobId }) => jobId === job.id),
        before: (first && before.get(first)) ?? null,
        ...seenAgain(looks.get(job.id)),
        returnedWhy: last('returned')?.reason ?? null,
        urgedAt: last('urged')?.at ?? null,
        photos: photos.filter((photo: JobPhoto) => photo.jobId === job.id),
      }
    })
  }

  async #looks(jobs: readonly Job[]): Promise<ReadonlyMap<JobId, Verification>> {
    const looks = new Map<JobId, Verification>()
    for (const { id, state } of jobs) {
      const verification = LOOKED_AT.includes(state) ? await verificationOf(this.#db, id) : null
      if (verification) looks.set(id, verification)
    }
    return looks
  }

  /** What cameras and zones are called, or what the resident said who reported it. */
  async #told(ids: readonly IncidentId[]): Promise<ReadonlyMap<IncidentId, Told>> {
    const rows = await this.#db
      .selectFrom('incidents')
      .leftJoin('cameras', 'cameras.id', 'incidents.cameraId')
      .leftJoin('zones', join =>
        join
          .onRef('zones.cameraId', '=', 'incidents.cameraId')
          .onRef('zones.id', '=', 'incidents.zoneId')
          .on('zones.retiredAt', 'is', null),
      )
      .leftJoin('reports', 'reports.incidentId', 'incidents.id')
      .select(['incidents.id', 'incidents.cameraId', 'cameras.name as camera', 'zones.name as place'])
      .select(['reports.address', 'reports.description'])
      .where('incidents.id', '=', oneOf(ids))
      .execute()
    return new Map(
      rows.map(({ id, cameraId, camera, ...said }) => [
        id,
        { ...said, camera: cameraId === NO_CAMERA ? null : camera },
      ]),
    )
  }

  /** The whole scene as the camera saw it when it raised the alarm, with what it is about drawn in; else who reported it. */
  async #before(ids: readonly IncidentId[]): Promise<ReadonlyMap<IncidentId, Evidence['id']>> {
    const rows = await this.#db
      .selectFrom('evidence')
      .select(EVIDENCE)
      .where('incidentId', '=', oneOf(ids))
      .where('jobId', 'is', null)
      .where('moment', 'in', ['first', 'half', 'fired', 'before'])
      .orderBy('takenAt')
      .orderBy('id')
      .execute()
    const rank = ({ moment, view, annotated }: Evidence): number =>
      (moment === 'fired' ? 4 : 0) + (view === 'wide' ? 2 : 0) + (annotated ? 1 : 0)
    const best = new Map<IncidentId, Evidence>()
    for (const row of rows) {
      const other = row.incidentId && best.get(row.incidentId)
      if (row.incidentId && (!other || rank(row) >= rank(other))) best.set(row.incidentId, row)
    }
    return new Map([...best].map(([id, picture]) => [id, picture.id]))
  }
}

/** Jobs whose time to handle was over before they were handled. */
function missedInTime(eb: ExpressionBuilder<Tables, 'jobs'>) {
  return eb
    .selectFrom('jobDeadlines')
    .select('jobDeadlines.jobId')
    .whereRef('jobDeadlines.jobId', '=', 'jobs.id')
    .where('jobDeadlines.deadline', '=', 'handle')
    .where('jobDeadlines.end', '=', 'met')
    .where('jobDeadlines.missedAt', 'is not', null)
}

function seenAgain(verification: Verification | undefined): Pick<FieldJob, 'after' | 'verdict'> {
  if (!verification) return { after: null, verdict: null }
  const pictures = verification.looks.flatMap(look => look.pictures)
  const after = pictures.find(({ view, after: seen }) => view === 'wide' && seen) ?? pictures.find(one => one.after)
  return { after: after?.after ?? null, verdict: verdictOf(verification.looks) }
}
