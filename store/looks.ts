// Fresh looks as rows: those that cameras owe, and what they have shown, before and after side by side.
import type { Kysely, Transaction } from 'kysely'
import type { Look, LookRequest, Verification } from '../core/fresh-look.ts'
import { verdictOf } from '../core/fresh-look.ts'
import type { IncidentId, JobId } from '../core/ids.ts'
import type { Evidence } from '../core/incident.ts'
import { EVIDENCE } from './records.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables> | Transaction<Tables>

/** Fulfils `LooksTransaction` of dispatch/looks-port.ts, where each method is described. */
export class StoredLooks {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  get(id: string): Promise<Look | undefined> {
    return this.#db.selectFrom('looks').selectAll().where('id', '=', id).executeTakeFirst()
  }

  /** In the order of the incidents' ids. */
  of(jobId: JobId): Promise<readonly Look[]> {
    return this.#db
      .selectFrom('looks')
      .selectAll()
      .where('jobId', '=', jobId)
      .where('round', '=', eb =>
        eb
          .selectFrom('looks as newer')
          .select(({ fn }) => fn.max('newer.round').as('round'))
          .where('newer.jobId', '=', jobId),
      )
      .orderBy('incidentId')
      .execute()
  }

  async add(looks: readonly Look[]): Promise<void> {
    if (looks.length === 0) return
    await this.#db
      .insertInto('looks')
      .values(looks.map(look => ({ ...look, ...asJson(look) })))
      .onConflict(conflict => conflict.column('id').doNothing())
      .execute()
  }

  async update(look: Look): Promise<void> {
    await this.#db
      .updateTable('looks')
      .set({ ...look, ...asJson(look) })
      .where('id', '=', look.id)
      .execute()
  }
}

function asJson({ clear, samples }: Look) {
  return { clear: JSON.stringify(clear), samples: samples && JSON.stringify(samples) }
}

/** What cameras owe an answer: the newest round of every job that is being verified. */
export async function owedLooks(db: Db): Promise<readonly LookRequest[]> {
  return db
    .selectFrom('looks')
    .innerJoin('jobs', 'jobs.id', 'looks.jobId')
    .innerJoin('incidents', 'incidents.id', 'looks.incidentId')
    .select([
      ...(['looks.id', 'looks.incidentId', 'looks.cameraId', 'looks.zoneId', 'looks.clear'] as const),
      ...(['looks.withinMs', 'looks.askedAt', 'incidents.fingerprint', 'incidents.subject'] as const),
      'incidents.boxes',
    ])
    .where('jobs.state', '=', 'verifying')
    .where('looks.verdict', 'is', null)
    .where('looks.round', '=', eb =>
      eb
        .selectFrom('looks as newer')
        .select(({ fn }) => fn.max('newer.round').as('round'))
        .whereRef('newer.jobId', '=', 'looks.jobId'),
    )
    .orderBy('looks.askedAt')
    .orderBy('looks.id')
    .execute()
}

/** What the newest round of looks has come to, each with its pictures; null where none was asked for. */
export async function verificationOf(db: Db, jobId: JobId): Promise<Verification | null> {
  const looks = await new StoredLooks(db).of(jobId)
  const [first] = looks
  if (!first) return null
  const pictures = await db
    .selectFrom('evidence')
    .select(EVIDENCE)
    .where(
      'incidentId',
      'in',
      looks.map(({ incidentId }) => incidentId),
    )
    .where('cameraId', 'is not', null)
    .where('annotated', '=', true)
    .orderBy('takenAt')
    .orderBy('id')
    .execute()
  const answered = looks.flatMap(({ at }) => at ?? [])
  return {
    verdict: verdictOf(looks),
    askedAt: first.askedAt,
    at: answered.length === looks.length ? Math.max(...answered) : null,
    looks: looks.map(({ incidentId, cameraId, zoneId, verdict, samples, at }) => ({
      ...{ incidentId, cameraId, zoneId, verdict, samples, at },
      pictures: sideBySide(pictures, incidentId, at),
    })),
  }
}

/** The breach as it was reported, and the same view as the look saw it. */
function sideBySide(pictures: readonly Evidence[], incidentId: IncidentId, at: number | null) {
  const its = pictures.filter(picture => picture.incidentId === incidentId)
  return (['wide', 'close-up'] as const).flatMap(view => {
    const of = (moment: Evidence['moment']) => its.filter(one => one.view === view && one.moment === moment)
    const before = of('fired').at(-1) ?? of('half').at(-1) ?? of('first').at(-1)
    const after = [...of('verified'), ...of('still-there')].find(({ takenAt }) => takenAt === at)
    return before || after ? [{ view, before: before?.id ?? null, after: after?.id ?? null }] : []
  })
}
