// Deadlines in the database: turned with the steps of their jobs, missed once, and who is told then.
import { type Kysely, sql, type Transaction } from 'kysely'
import { type BusinessCalendar, DEFAULT_BUSINESS_CALENDAR } from '../core/business-calendar.ts'
import type { Deadline, JobDeadline } from '../core/deadline.ts'
import { DEFAULT_LEVELS, type EscalationLevel } from '../core/escalation.ts'
import type { JobId, StreetId } from '../core/ids.ts'
import type { RuleKind } from '../core/observation.ts'
import type { EpochMs } from '../core/time.ts'
import type { StoredWork } from './dispatch-store.ts'
import { outboxRows } from './outbox-rows.ts'
import type { Tables } from './tables.ts'

/** As dispatch/deadlines-port.ts describes it. */
export interface DeadlineTurn {
  readonly jobId: JobId
  readonly at: EpochMs
  readonly meets: readonly Deadline[]
  readonly drops: readonly Deadline[]
  readonly begins: readonly JobDeadline[]
  readonly rows: readonly StoredWork[]
}

/** Fulfils `DeadlinesTransaction` of dispatch/deadlines-port.ts. */
export class StoredDeadlines {
  readonly #trx: Transaction<Tables>

  constructor(trx: Transaction<Tables>) {
    this.#trx = trx
  }

  turn(turns: readonly DeadlineTurn[]): Promise<void> {
    return turnDeadlines(this.#trx, turns)
  }

  async miss(jobId: JobId, deadline: Deadline, run: number, at: EpochMs): Promise<boolean> {
    const { numUpdatedRows } = await this.#trx
      .updateTable('jobDeadlines')
      .set({ missedAt: at })
      .where('jobId', '=', jobId)
      .where('deadline', '=', deadline)
      .where('run', '=', run)
      .where('endedAt', 'is', null)
      .where('missedAt', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async lastEscalated(jobId: JobId): Promise<number> {
    const row = await this.#trx
      .selectFrom('jobEvents')
      .select('sequence')
      .where('jobId', '=', jobId)
      .where('event', '=', 'escalated')
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.sequence ?? 0
  }

  async levels(kind: RuleKind, streetId: StreetId): Promise<readonly EscalationLevel[]> {
    const row = await this.#trx
      .selectFrom('escalations')
      .select('levels')
      .where('kind', 'in', [kind, ''])
      .where('streetId', 'in', [streetId, ''])
      // The empty name, which stands for all of them, sorts last.
      .orderBy('streetId', 'desc')
      .orderBy('kind', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.levels ?? DEFAULT_LEVELS
  }

  async calendar(): Promise<BusinessCalendar> {
    const row = await this.#trx.selectFrom('businessCalendar').select('calendar').executeTakeFirst()
    return row?.calendar ?? DEFAULT_BUSINESS_CALENDAR
  }
}

/**
 * One statement. The rows of what ended are finished, but for one that somebody is working on at this moment: he holds
 * it and waits for the job, which we hold, and will find that there is nothing left to do.
 */
async function turnDeadlines(trx: Transaction<Tables>, turns: readonly DeadlineTurn[]): Promise<void> {
  const ends = turns.flatMap(({ jobId, at, meets, drops }) => [
    ...meets.map(deadline => ({ jobId, deadline, at, end: 'met' })),
    ...drops.filter(deadline => !meets.includes(deadline)).map(deadline => ({ jobId, deadline, at, end: 'void' })),
  ])
  const begun = turns.flatMap(({ begins, rows }) =>
    begins.flatMap((deadline, index) => {
      const outboxId = rows[index]?.id
      return outboxId ? [{ ...deadline, outboxId }] : []
    }),
  )
  const rows = outboxRows(turns.flatMap(turn => turn.rows))
  const ending = trx
    .with('ended', db =>
      db
        .updateTable('jobDeadlines')
        .from(endsOf(ends).as<'over'>(sql`over(job_id, deadline, at, "end")`))
        .set(eb => ({ endedAt: eb.ref('over.at'), end: eb.ref('over.end') }))
        .whereRef('jobDeadlines.jobId', '=', 'over.jobId')
        .whereRef('jobDeadlines.deadline', '=', 'over.deadline')
        .where('endedAt', 'is', null)
        .returning('outboxId'),
    )
    .with('finished', db =>
      db
        .updateTable('outbox')
        .set({ finishedAt: Math.max(...turns.map(({ at }) => at)) })
        .where('id', 'in', eb =>
          eb
            .selectFrom('outbox as waiting')
            .select('waiting.id')
            .where('waiting.id', 'in', inner => inner.selectFrom('ended').select('ended.outboxId'))
            .where('waiting.finishedAt', 'is', null)
            .forNoKeyUpdate()
            .skipLocked(),
        ),
    )
  if (rows.length === 0) await ending.selectFrom('ended').select('outboxId').execute()
  else if (begun.length === 0) await ending.insertInto('outbox').values(rows).execute()
  else {
    await ending
      .with('begun', db => db.insertInto('jobDeadlines').values(begun))
      .insertInto('outbox')
      .values(rows)
      .execute()
  }
}

interface Over {
  readonly jobId: JobId
  readonly deadline: Deadline
  readonly at: EpochMs
  readonly end: 'met' | 'void'
}

function endsOf(ends: readonly { jobId: JobId; deadline: Deadline; at: EpochMs; end: string }[]) {
  const column = <Key extends keyof Over>(key: Key) => sql.val(ends.map(end => end[key]))
  return sql<Over>`unnest(${column('jobId')}::text[], ${column('deadline')}::text[], ${column('at')}::bigint[], ${column('end')}::text[])`
}

/** In the order in which they began. */
export function deadlinesOf(db: Kysely<Tables>, jobId: JobId): Promise<readonly JobDeadline[]> {
  return db
    .selectFrom('jobDeadlines')
    .select(['jobId', 'deadline', 'run', 'startedAt', 'dueAt', 'missedAt', 'endedAt', 'end'])
    .where('jobId', '=', jobId)
    .orderBy('run')
    .orderBy('dueAt')
    .orderBy('deadline')
    .execute()
}
