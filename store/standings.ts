// The standings of grids: what there is in each, its colour, and the history of its colours.
import { type Kysely, sql } from 'kysely'
import type { GridId, StreetId } from '../core/ids.ts'
import { RULE_KINDS, type RuleKind } from '../core/observation.ts'
import type { Standing, StandingChange } from '../core/standing.ts'
import type { EpochMs } from '../core/time.ts'
import type { Tables } from './tables.ts'

interface Load {
  readonly gridId: GridId
  readonly streetId: StreetId
  readonly kind: RuleKind
  readonly open: number
  readonly overdue: number
  readonly repeated: number
}

const STANDING = ['gridId', 'streetId', 'colour', 'score', 'parts', 'since'] as const
const CHANGE = ['gridId', 'streetId', 'at', 'from', 'to', 'score', 'parts'] as const

/** Fulfils `StandingsTransaction` of dispatch/standing/store-port.ts, where each method is described. */
export class StoredStandings {
  readonly #db: Kysely<Tables>

  /** @param db the transaction, or the database for reading */
  constructor(db: Kysely<Tables>) {
    this.#db = db
  }

  async loads(at: EpochMs, repeatedSince: EpochMs): Promise<readonly Load[]> {
    const loads = new Map<string, Load>()
    const add = (load: Omit<Load, 'open' | 'overdue' | 'repeated'> & Partial<Load>): void => {
      const key = `${load.gridId} ${load.kind}`
      loads.set(key, { ...(loads.get(key) ?? { open: 0, overdue: 0, repeated: 0 }), ...load })
    }
    // A grid belongs to a street; where two are given for one id, the first by name, so that it never alternates.
    const grids = await this.#db
      .selectFrom('cameras')
      .select(({ fn }) => ['gridId', fn.min('streetId').as('streetId')])
      .groupBy('gridId')
      .orderBy('gridId')
      .execute()
    for (const { gridId, streetId } of grids) for (const kind of RULE_KINDS) add({ gridId, streetId, kind })
    for (const row of await this.#open()) add(row)
    for (const row of await this.#overdue(at)) add(row)
    for (const row of await this.#repeated(repeatedSince)) add(row)
    const streets = new Map(grids.map(({ gridId, streetId }) => [gridId, streetId]))
    return [...loads.values()].map(load => ({ ...load, streetId: streets.get(load.gridId) ?? load.streetId }))
  }

  #open() {
    return this.#db
      .selectFrom('incidents')
      .select(({ fn }) => ['gridId', fn.min('streetId').as('streetId'), 'kind', fn.countAll<number>().as('open')])
      .where('physical', '=', 'active')
      .where('review', 'in', ['pending', 'confirmed', 'auto-confirmed'])
      .groupBy(['gridId', 'kind'])
      .execute()
  }

  /** What was missed counts while its run has not ended: not once it is handled, put off or over. */
  #overdue(at: EpochMs) {
    return this.#db
      .selectFrom('jobDeadlines')
      .innerJoin('jobs', 'jobs.id', 'jobDeadlines.jobId')
      .select(({ fn }) => ['gridId', fn.min('streetId').as('streetId'), 'kind', fn.countAll<number>().as('overdue')])
      .where('jobDeadlines.deadline', '=', 'handle')
      .where('jobDeadlines.endedAt', 'is', null)
      .where('jobDeadlines.dueAt', '<', at)
      .groupBy(['gridId', 'kind'])
      .execute()
  }

  #repeated(since: EpochMs) {
    return this.#db
      .selectFrom(eb =>
        eb
          .selectFrom('incidents')
          .select(({ fn }) => [
            'gridId',
            'kind',
            fn.min('streetId').as('streetId'),
            sql<number>`count(*) - 1 + sum(reopened)`.as('repeated'),
          ])
          .where('openedAt', '>=', since)
          .where('review', '!=', 'rejected')
          .groupBy(['gridId', 'kind', 'placeId'])
          .as('places'),
      )
      .select(({ fn }) => [
        'gridId',
        fn.min('streetId').as('streetId'),
        'kind',
        sql<number>`sum(repeated)::integer`.as('repeated'),
      ])
      .groupBy(['gridId', 'kind'])
      .execute()
  }

  all(): Promise<readonly Standing[]> {
    return this.#db.selectFrom('gridStandings').select(STANDING).orderBy('gridId').forUpdate().execute()
  }

  /** By grid. @param streets nothing set is the whole district */
  list(streets?: readonly StreetId[]): Promise<readonly Standing[]> {
    let query = this.#db.selectFrom('gridStandings').select(STANDING)
    if (streets) query = query.where('streetId', '=', sql<StreetId>`any(${sql.val([...streets])}::text[])`)
    return query.orderBy('gridId').execute()
  }

  one(gridId: GridId): Promise<Standing | undefined> {
    return this.#db.selectFrom('gridStandings').select(STANDING).where('gridId', '=', gridId).executeTakeFirst()
  }

  /** Newest first. */
  history(gridId: GridId, limit: number): Promise<readonly StandingChange[]> {
    return this.#db
      .selectFrom('gridStandingChanges')
      .select(CHANGE)
      .where('gridId', '=', gridId)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
  }

  /** Oldest first, and with each grid's last change before `from`: what it was when the span began. */
  async changes(from: EpochMs, to: EpochMs, streets?: readonly StreetId[]): Promise<readonly StandingChange[]> {
    const own = streets && sql<StreetId>`any(${sql.val([...streets])}::text[])`
    let within = this.#db.selectFrom('gridStandingChanges').select(CHANGE).where('at', '>=', from).where('at', '<', to)
    let before = this.#db
      .selectFrom('gridStandingChanges')
      .select(CHANGE)
      .distinctOn('gridId')
      .where('at', '<', from)
      .orderBy('gridId')
      .orderBy('id', 'desc')
    if (own) {
      within = within.where('streetId', '=', own)
      before = before.where('streetId', '=', own)
    }
    return [...(await before.execute()), ...(await within.orderBy('id').execute())]
  }

  async put(standing: Standing): Promise<void> {
    const row = { ...standing, parts: JSON.stringify(standing.parts) }
    await this.#db
      .insertInto('gridStandings')
      .values(row)
      .onConflict(conflict => conflict.column('gridId').doUpdateSet(row))
      .execute()
  }

  async addChange(change: StandingChange): Promise<void> {
    await this.#db
      .insertInto('gridStandingChanges')
      .values({ ...change, parts: JSON.stringify(change.parts) })
      .execute()
  }
}
