// Deletes pictures: never of a held case, and never without a row in the chain of deletions.
import { type SelectQueryBuilder, sql } from 'kysely'
import { JiemuError } from '../core/errors.ts'
import type { EvidenceId, Fingerprint } from '../core/ids.ts'
import type { DeletionCause } from '../core/keeping.ts'
import { type Clock, type EpochMs, formatDuration } from '../core/time.ts'
import type { Database } from './connection.ts'
import { type GonePicture, recordDeletions } from './deletions.ts'
import type { EvidenceRemoval } from './evidence-removal.ts'
import { isHeld } from './legal-holds.ts'
import { RETENTION_RULES } from './retention/rules.ts'
import type { Tables } from './tables.ts'

/** A picture that may be deleted now. */
export interface OldPicture {
  readonly id: EvidenceId
  readonly since: EpochMs
  readonly bytes: number
}

type Pictures = SelectQueryBuilder<Tables, 'evidence', object>

/** While work goes on, its pictures serve their purpose, however old they are. */
const isAtWork = (seenAfter: EpochMs) => sql<boolean>`(
  exists (select from incidents c where c.id = evidence.incident_id and c.physical = 'active' and c.last_seen_at >= ${seenAfter})
  or exists (select from jobs j where j.closed_at is null and j.state not in ('closed', 'cancelled', 'joined')
    and (j.id = evidence.job_id or j.id in (select job_id from job_incidents i where i.incident_id = evidence.incident_id))))`

export class EvidenceDeletion {
  readonly #db: Database
  readonly #clock: Clock
  readonly #removal: EvidenceRemoval

  constructor(db: Database, clock: Clock, removal: EvidenceRemoval) {
    this.#db = db
    this.#clock = clock
    this.#removal = removal
  }

  /** Pictures of cases that came to us before `before`, oldest first; none that is held or still worked on. */
  oldOfCases(before: EpochMs, limit: number): Promise<readonly OldPicture[]> {
    return this.#old(before, limit, pictures =>
      pictures
        .where(eb => eb.or([eb('incidentId', 'is not', null), eb('jobId', 'is not', null)]))
        .where(eb => eb.not(isAtWork(before))),
    )
  }

  /** Pictures that came to us before `before` and that no incident has taken over, oldest first. */
  oldProvisional(before: EpochMs, limit: number): Promise<readonly OldPicture[]> {
    return this.#old(before, limit, provisional)
  }

  #old(before: EpochMs, limit: number, choose: (pictures: Pictures) => Pictures): Promise<readonly OldPicture[]> {
    return choose(this.#db.selectFrom('evidence'))
      .select(['id', 'keptAt as since', 'bytes'])
      .where('keptAt', '<', before)
      .where(eb => eb.not(isHeld('evidence.incident_id', 'evidence.job_id')))
      .orderBy('keptAt')
      .orderBy('id')
      .limit(limit)
      .execute()
  }

  /** @returns how many were deleted: those that are gone already or held since are passed over */
  remove(ids: readonly EvidenceId[], cause: DeletionCause): Promise<number> {
    return ids.length === 0 ? Promise.resolve(0) : this.#remove(pictures => pictures.where('id', 'in', ids), cause)
  }

  /** What a candidate left that died before it fired. */
  removeProvisional(fingerprint: Fingerprint): Promise<number> {
    const cause = { why: 'provisional', policy: 'its candidate ended', actor: 'policy' } as const
    return this.#remove(pictures => provisional(pictures).where('fingerprint', '=', fingerprint), cause)
  }

  /**
   * By hand, for a person who has a right to it.
   * @throws JiemuError not-found, case-held, or evidence-below-floor: the law's floor stands before any wish
   */
  async removeOne(id: EvidenceId, reason: string, actor: string): Promise<void> {
    const { floorMs } = RETENTION_RULES.evidence
    const row = await this.#db
      .selectFrom('evidence')
      .select(['keptAt', isHeld('evidence.incident_id', 'evidence.job_id').as('held')])
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw new JiemuError('not-found', { what: 'picture', id })
    if (row.held) throw new JiemuError('case-held', { what: 'picture', id })
    const until = row.keptAt + floorMs
    if (until > this.#clock.now()) {
      const detail = { id, until: new Date(until).toISOString(), floor: formatDuration(floorMs) }
      throw new JiemuError('evidence-below-floor', detail)
    }
    const deleted = await this.remove([id], { why: 'request', policy: reason, actor })
    if (deleted === 0) throw new JiemuError('case-held', { what: 'picture', id })
  }

  async #remove(choose: (pictures: Pictures) => Pictures, cause: DeletionCause): Promise<number> {
    const gone = await this.#db.transaction().execute(async trx => {
      const chosen = await choose(trx.selectFrom('evidence'))
        .select([
          'id as evidenceId',
          'incidentId',
          'jobId',
          'cameraId',
          'sha256',
          'bytes',
          'takenAt',
          'keptAt as keptSince',
        ])
        .orderBy('keptAt')
        .orderBy('id')
        .forUpdate()
        .execute()
      if (chosen.length === 0) return []
      const ids = chosen.map(row => row.evidenceId)
      // Asked once they are locked: a hold that was placed meanwhile is seen only by a statement that begins after it.
      const held = await trx
        .selectFrom('evidence')
        .select('id')
        .where('id', 'in', ids)
        .where(isHeld('evidence.incident_id', 'evidence.job_id'))
        .execute()
      const kept = new Set(held.map(row => row.id))
      const free: GonePicture[] = chosen.filter(row => !kept.has(row.evidenceId))
      if (free.length === 0) return []
      const freeIds = free.map(row => row.evidenceId)
      await trx.deleteFrom('evidence').where('id', 'in', freeIds).execute()
      await recordDeletions(trx, free, cause, this.#clock.now())
      await this.#removal.note(
        trx,
        free.map(row => row.sha256),
      )
      return free
    })
    if (gone.length > 0) await this.#removal.finish()
    return gone.length
  }
}

function provisional(pictures: Pictures): Pictures {
  return pictures.where('incidentId', 'is', null).where('jobId', 'is', null)
}
