// What assignment reads and writes, for all jobs of a turn together: a handful of statements, however many they are.
import type { Transaction } from 'kysely'
import { JiemuError } from '../core/errors.ts'
import type { JobId, TeamId, WorkerId } from '../core/ids.ts'
import type { Job, JobState, Refusal } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { WorkerPosition } from '../core/worker.ts'
import type { StoredWork } from './dispatch-store.ts'
import { constants, oneOf, takeDue } from './outbox-rows.ts'
import { jobColumns, jobRow, toJob } from './records.ts'
import { readRota, type StoredRota } from './rota-rows.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>

export interface StoredAssignment<Topic extends string> {
  readonly row: StoredWork<Topic>
  readonly job: Job | undefined
  readonly refusals: readonly Refusal[]
}

export interface StoredRoster extends StoredRota {
  readonly positions: readonly WorkerPosition[]
  readonly ofTeams: ReadonlyMap<TeamId, Standing>
  readonly ofWorkers: ReadonlyMap<WorkerId, Standing>
}

interface Standing {
  readonly load: number
  readonly lastAssignedAt: EpochMs | null
}

/** 返工 counts: they have to go there again. What waits for the camera's look does not. */
export const WORKED_ON: readonly JobState[] = ['assigned', 'accepted', 'on-site', 'returned']

export async function takeAssignments<Topic extends string>(
  trx: Trx,
  now: EpochMs,
  limit: number,
  only: readonly string[] | undefined,
): Promise<{ readonly rows: readonly StoredAssignment<Topic>[]; readonly busy: number }> {
  await takeTurn(trx)
  const rows = await takeDue<Topic>(trx, 'assign', now, limit, only)
  if (rows.length === 0) return { rows: [], busy: 0 }

  const wanted = [...new Set(rows.map(jobIdOf))]
  const jobs = await lockJobs(trx, wanted)
  const busy = jobs.size < wanted.length ? await present(trx, wanted, jobs) : new Set()
  const free = rows.filter(row => !busy.has(jobIdOf(row)))
  const refusals = await refusalsOf(trx, [...jobs.keys()])
  const taken = free.map(row => {
    const id = jobIdOf(row)
    return {
      row,
      job: jobs.get(id),
      refusals: refusals.filter(({ jobId }) => jobId === id),
    }
  })
  return { rows: taken, busy: rows.length - free.length }
}

export async function takeTurn(trx: Trx): Promise<void> {
  await trx
    .updateTable('assignmentTurns')
    .set(eb => ({ taken: eb('taken', '+', 1) }))
    .execute()
}

const jobIdOf = ({ payload }: StoredWork): JobId => String(payload.jobId) as JobId

/** Locked first and read after: see `StoredTransaction.job`. */
async function lockJobs(trx: Trx, ids: readonly JobId[]): Promise<ReadonlyMap<JobId, Job>> {
  const locked = await trx
    .selectFrom('jobs')
    .select('id')
    .where('id', '=', oneOf(ids))
    .orderBy('id')
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  if (locked.length === 0) return new Map()
  const mine = locked.map(({ id }) => id)
  const rows = await trx.selectFrom('jobs').select(jobColumns).where('id', '=', oneOf(mine)).execute()
  return new Map(rows.map(row => [row.id, toJob(row)]))
}

/** Those of the jobs that exist, but are somebody else's for a moment. */
async function present(trx: Trx, ids: readonly JobId[], mine: ReadonlyMap<JobId, Job>): Promise<ReadonlySet<unknown>> {
  const missing = ids.filter(id => !mine.has(id))
  const rows = await trx.selectFrom('jobs').select('id').where('id', '=', oneOf(missing)).execute()
  return new Set(rows.map(({ id }) => id))
}

export function refusalsOf(trx: Trx, ids: readonly JobId[]): Promise<readonly Refusal[]> {
  return trx.selectFrom('jobRefusals').selectAll().where('jobId', '=', oneOf(ids)).orderBy('sequence').execute()
}

export async function addRefusal(trx: Trx, refusal: Refusal): Promise<void> {
  await trx
    .insertInto('jobRefusals')
    .values(refusal)
    .onConflict(conflict => conflict.columns(['jobId', 'sequence']).doNothing())
    .execute()
}

export async function readRoster(trx: Trx, at: EpochMs): Promise<StoredRoster> {
  const rota = await readRota(trx, at)
  const positions = await trx
    .selectFrom('workerPositions')
    .select(['workerId', 'lat', 'lon', 'accuracyM', 'at'])
    .execute()
  return { ...rota, positions, ...(await standings(trx)) }
}

/** Loads among the few jobs that are worked on; the last assignment by one look into the index for each of them. */
async function standings(trx: Trx): Promise<Pick<StoredRoster, 'ofTeams' | 'ofWorkers'>> {
  const open = await trx
    .selectFrom('jobs')
    .select(eb => ['teamId', 'workerId', eb.fn.countAll<number>().as('load')] as const)
    .where('state', 'in', constants(WORKED_ON))
    .where('teamId', 'is not', null)
    .groupBy(['teamId', 'workerId'])
    .execute()
  const loadOf = (is: (row: (typeof open)[number]) => boolean) =>
    open.filter(is).reduce((sum, { load }) => sum + load, 0)
  // Grouping all jobs there ever were took 55 ms at 100,000 of them, on PGlite 116 ms; this takes 4 and 2 (24 teams, medians of 15).
  const teams = await trx
    .selectFrom('teams')
    .select(eb => [
      'teams.id',
      eb
        .selectFrom('jobs')
        .select(({ fn }) => fn.max('assignedAt').as('newest'))
        .whereRef('jobs.teamId', '=', 'teams.id')
        .as('lastAssignedAt'),
    ])
    .execute()
  const workers = await trx
    .selectFrom('workers')
    .select(eb => [
      'workers.id',
      eb
        .selectFrom('jobs')
        .select(({ fn }) => fn.max('assignedAt').as('newest'))
        .whereRef('jobs.workerId', '=', 'workers.id')
        .as('lastAssignedAt'),
    ])
    .execute()
  return {
    ofTeams: new Map(
      teams.map(({ id, lastAssignedAt }) => [id, { load: loadOf(({ teamId }) => teamId === id), lastAssignedAt }]),
    ),
    ofWorkers: new Map(
      workers.map(({ id, lastAssignedAt }) => [
        id,
        { load: loadOf(({ workerId }) => workerId === id), lastAssignedAt },
      ]),
    ),
  }
}

/** One statement for all of them: an insert that finds every row there already. */
export async function updateJobs(trx: Trx, jobs: readonly Job[]): Promise<void> {
  const rows = jobs.map(job => ({ ...jobRow(job), version: job.version + 1 }))
  const [first] = rows
  if (!first) return
  const columns = (Object.keys(first) as (keyof typeof first)[]).filter(column => column !== 'id')
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('jobs')
    .values(rows)
    .onConflict(conflict =>
      conflict
        .column('id')
        .doUpdateSet(eb => Object.fromEntries(columns.map(column => [column, eb.ref(`excluded.${column}`)])))
        .where(eb => eb('jobs.version', '=', eb('excluded.version', '-', 1))),
    )
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== BigInt(jobs.length)) {
    throw new JiemuError('version-stale', { what: 'job', id: jobs.map(({ id }) => id).join(', ') })
  }
}
