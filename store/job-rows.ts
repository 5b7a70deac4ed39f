// Jobs as dispatch writes them: the record, its incidents and its log by one statement.
import { type QueryCreator, type SelectQueryBuilder, sql, type Transaction } from 'kysely'
import { JiemuError } from '../core/errors.ts'
import type { IncidentId, JobId } from '../core/ids.ts'
import type { Job, JobEvent } from '../core/job.ts'
import { jobColumns, jobRow, toJob } from './records.ts'
import type { Tables } from './tables.ts'

type Trx = Transaction<Tables>

type Jobs = SelectQueryBuilder<Tables, 'jobs', object>

/** Locked first and read after: a statement that waited for the lock would still see the list of incidents of before. */
export async function lockedJob(trx: Trx, which: (jobs: Jobs) => Jobs): Promise<Job | undefined> {
  const locked = await which(trx.selectFrom('jobs')).select('id').forNoKeyUpdate().executeTakeFirst()
  if (!locked) return undefined
  const row = await trx.selectFrom('jobs').select(jobColumns).where('id', '=', locked.id).executeTakeFirst()
  return row && toJob(row)
}

/** The newest job that lists the incident, and was not merged into another. */
export function jobsOf(jobs: Jobs, incidentId: IncidentId): Jobs {
  return jobs
    .where('id', 'in', eb => eb.selectFrom('jobIncidents').select('jobId').where('incidentId', '=', incidentId))
    .where('state', '!=', 'joined')
    .orderBy('createdAt', 'desc')
    .limit(1)
}

export async function insertJob(trx: Trx, job: Job, events: readonly JobEvent[]): Promise<void> {
  await alongWith(
    trx.with('written', db => db.insertInto('jobs').values(jobRow(job)).returning('id')),
    job,
    events,
  )
}

/** Writes `job`, its incidents included, with version + 1. @throws JiemuError version-stale */
export async function updateJob(trx: Trx, job: Job, events: readonly JobEvent[]): Promise<void> {
  const written = trx.with('written', db =>
    db
      .updateTable('jobs')
      .set({ ...jobRow(job), version: job.version + 1 })
      .where('id', '=', job.id)
      .where('version', '=', job.version)
      .returning('id'),
  )
  const count = await alongWith(written, job, events)
  if (count !== 1) throw new JiemuError('version-stale', { what: 'job', id: job.id })
}

type Written = QueryCreator<Tables & { written: { id: JobId } }>

/** Incidents that are listed already, at the same place, are left alone: most steps leave the list as it is. */
async function alongWith(written: Written, { id, incidentIds }: Job, events: readonly JobEvent[]): Promise<number> {
  const listed = written
    .with('parted', db =>
      db
        .deleteFrom('jobIncidents')
        .where('jobId', '=', id)
        .where('incidentId', '!=', sql<never>`all(${sql.val([...incidentIds])}::text[])`),
    )
    .with('listed', db =>
      db
        .insertInto('jobIncidents')
        .columns(['jobId', 'incidentId', 'position'])
        .expression(
          sql`select written.id, incident.id, incident.position - 1 from written,
            unnest(${sql.val([...incidentIds])}::text[]) with ordinality as incident (id, position)`,
        )
        .onConflict(conflict =>
          conflict
            .columns(['jobId', 'incidentId'])
            .doUpdateSet(eb => ({ position: eb.ref('excluded.position') }))
            .whereRef('jobIncidents.position', '!=', 'excluded.position'),
        ),
    )
  const logged = events.length > 0 ? listed.with('logged', db => db.insertInto('jobEvents').values(events)) : listed
  const { count } = await logged
    .selectFrom('written')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}
