// Removes the files of pictures whose rows are gone, and never one that another row still needs.
import { rm } from 'node:fs/promises'
import type { Clock } from '../core/time.ts'
import type { Database } from './connection.ts'

/**
 * A row goes before its file, and the file is noted in the same transaction: after a crash between them the file is removed
 * at the next sweep. A file that is just being kept again is not removed under the one who keeps it.
 */
export class EvidenceRemoval {
  readonly #db: Database
  readonly #clock: Clock
  /** All that a file of this content may be called. */
  readonly #paths: (sha256: string) => readonly string[]
  /** How many are keeping a picture of this content right now. */
  readonly #keeping = new Map<string, number>()
  readonly #removing = new Map<string, Promise<void>>()

  constructor(db: Database, clock: Clock, paths: (sha256: string) => readonly string[]) {
    this.#db = db
    this.#clock = clock
    this.#paths = paths
  }

  /** Runs `work`, which writes these files and their rows, while none of them is removed. */
  async whileKept<T>(hashes: readonly string[], work: () => Promise<T>): Promise<T> {
    for (const sha256 of hashes) this.#keeping.set(sha256, (this.#keeping.get(sha256) ?? 0) + 1)
    try {
      await Promise.all(hashes.map(sha256 => this.#removing.get(sha256)))
      return await work()
    } finally {
      for (const sha256 of hashes) {
        const others = (this.#keeping.get(sha256) ?? 1) - 1
        if (others > 0) this.#keeping.set(sha256, others)
        else this.#keeping.delete(sha256)
      }
    }
  }

  /** Notes files for removal, within the transaction that deletes their rows. */
  async note(trx: Pick<Database, 'insertInto'>, hashes: readonly string[]): Promise<void> {
    const rows = [...new Set(hashes)].map(sha256 => ({ sha256 }))
    if (rows.length === 0) return
    await trx
      .insertInto('evidenceRemovals')
      .values(rows)
      .onConflict(conflict => conflict.doNothing())
      .execute()
  }

  /** Removes what is noted, unless a backup is under way: it may not have come to them yet. @returns how many files */
  async finish(limit = 1_000): Promise<number> {
    const lease = await this.#db
      .selectFrom('backupLeases')
      .select('id')
      .where('until', '>', this.#clock.now())
      .executeTakeFirst()
    if (lease) return 0
    const noted = await this.#db.selectFrom('evidenceRemovals').select('sha256').limit(limit).execute()
    let removed = 0
    for (const { sha256 } of noted) {
      if (this.#keeping.has(sha256) || this.#removing.has(sha256)) continue
      const removal = this.#remove(sha256).then(gone => {
        if (gone) removed += 1
      })
      this.#removing.set(
        sha256,
        removal.catch(() => undefined),
      )
      try {
        await removal
      } finally {
        this.#removing.delete(sha256)
      }
    }
    return removed
  }

  async #remove(sha256: string): Promise<boolean> {
    const used = await this.#db.selectFrom('evidence').select('id').where('sha256', '=', sha256).executeTakeFirst()
    if (!used) for (const path of this.#paths(sha256)) await rm(path, { force: true })
    await this.#db.deleteFrom('evidenceRemovals').where('sha256', '=', sha256).execute()
    return !used
  }
}
