// The chain of deletions: one row for each picture that is gone, which nobody can change or take out unnoticed.
import type { Kysely } from 'kysely'
import { type ChainReport, chainHash, checkChain } from '../core/hash-chain.ts'
import type { Deletion, DeletionCause } from '../core/keeping.ts'
import type { EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import type { Tables } from './tables.ts'

/** What a deletion's row says of the picture itself. */
export type GonePicture = Pick<
  Deletion,
  'evidenceId' | 'incidentId' | 'jobId' | 'cameraId' | 'sha256' | 'bytes' | 'takenAt' | 'keptSince'
>

const PAGE = 2_000

/** Adds a row for each, in their order, within the transaction that deletes them: there is no deletion without its row. */
export async function recordDeletions(
  trx: Kysely<Tables>,
  gone: readonly GonePicture[],
  { why, policy, actor }: DeletionCause,
  at: EpochMs,
): Promise<void> {
  if (gone.length === 0) return
  const head = await trx
    .selectFrom('chainHeads')
    .select(['sequence', 'hash'])
    .where('chain', '=', 'deletions')
    .forUpdate()
    .executeTakeFirstOrThrow()
  let { sequence, hash } = head
  const rows = gone.map((picture): Deletion => {
    const { evidenceId, incidentId, jobId, cameraId, sha256, bytes, takenAt, keptSince } = picture
    sequence += 1
    const what = { sequence, at, evidenceId, incidentId, jobId, cameraId, sha256, bytes, takenAt, keptSince }
    const previousHash = hash
    hash = chainHash({ ...what, why, policy, actor }, previousHash)
    return { ...what, why, policy, actor, previousHash, hash }
  })
  await trx.insertInto('deletions').values(rows).execute()
  await trx.updateTable('chainHeads').set({ sequence, hash }).where('chain', '=', 'deletions').execute()
}

export class Deletions {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Newest first. */
  list({ limit, before }: { readonly limit: number; readonly before?: number }): Promise<readonly Deletion[]> {
    let query = this.#db.selectFrom('deletions').selectAll()
    if (before !== undefined) query = query.where('sequence', '<', before)
    return query.orderBy('sequence', 'desc').limit(limit).execute()
  }

  /** Reads the whole chain anew, and that it goes on to where it should. */
  async verify(): Promise<ChainReport> {
    const { sequence, hash } = await this.#db
      .selectFrom('chainHeads')
      .select(['sequence', 'hash'])
      .where('chain', '=', 'deletions')
      .executeTakeFirstOrThrow()
    const report = await checkChain(this.#chained(sequence))
    if (report.broken !== null || (report.rows === sequence && report.head === hash)) return report
    return { ...report, broken: `deletions ${report.rows + 1}` }
  }

  async *#chained(upTo: number) {
    for (let after = 0; ; ) {
      const rows = await this.#db
        .selectFrom('deletions')
        .selectAll()
        .where('sequence', '>', after)
        .where('sequence', '<=', upTo)
        .orderBy('sequence')
        .limit(PAGE)
        .execute()
      for (const { previousHash, hash, ...row } of rows) {
        yield { row: { ...row }, previousHash, hash, name: `deletions ${row.sequence}` }
      }
      const last = rows.at(-1)
      if (!last) return
      after = last.sequence
    }
  }
}
