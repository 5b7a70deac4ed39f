// The audit: each hour the heads of the jobs' logs are sealed in a chain of their own, and all of it can be checked.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { CHAIN_START, type ChainedRow, canonicalJson, chainHash, checkChain } from '../core/hash-chain.ts'
import type { JobId } from '../core/ids.ts'
import type { JobEvent } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import type { Database } from './connection.ts'
import { Deletions } from './deletions.ts'
import { oneOf } from './outbox-rows.ts'

/** What checking one kind of chain came to. */
export interface AuditReport {
  readonly chain: 'job logs' | 'seals' | 'sealed heads' | 'deletions'
  readonly rows: number
  /** The first row that is not as it was written, for people; null where all are. */
  readonly broken: string | null
}

interface Head {
  readonly jobId: JobId
  readonly sequence: number
  readonly hash: string
}

const PAGE = 500

export class Audit {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * Seals the head of every log that has grown since the seal before. Told by length and not by time: the clock may have
   * been set back. @returns how many logs had grown; none leaves no seal
   */
  async seal(at: EpochMs): Promise<number> {
    return this.#db.transaction().execute(async trx => {
      const last = await trx
        .selectFrom('auditSeals')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(1)
        .forUpdate()
        .executeTakeFirst()
      const heads: readonly Head[] = await trx
        .selectFrom('jobs')
        .select(['id as jobId', 'logLength as sequence', 'logHead as hash'])
        .where(sql<boolean>`sealed_length < log_length`)
        .orderBy('id')
        .forUpdate()
        .execute()
      if (heads.length === 0) return 0
      const row = { id: (last?.id ?? 0) + 1, at, jobs: heads.length, digest: digestOf(heads) }
      const previousHash = last?.hash ?? CHAIN_START
      await trx
        .insertInto('auditSeals')
        .values({ ...row, previousHash, hash: chainHash(row, previousHash) })
        .execute()
      for (let from = 0; from < heads.length; from += PAGE) {
        const page = heads.slice(from, from + PAGE)
        await trx
          .insertInto('auditHeads')
          .values(page.map(head => ({ sealId: row.id, ...head })))
          .execute()
      }
      // Those alone: one that has grown since is in the next seal.
      await trx
        .updateTable('jobs')
        .set({ sealedLength: sql`log_length` })
        .where('id', '=', oneOf(heads.map(head => head.jobId)))
        .execute()
      return heads.length
    })
  }

  /** Reads every log, every seal, every sealed head and every deletion. @returns one report for each, in this order */
  async verify(): Promise<readonly AuditReport[]> {
    const { rows, broken } = await new Deletions(this.#db).verify()
    const deletions: AuditReport = { chain: 'deletions', rows, broken }
    return [await this.#verifyLogs(), await this.#verifySeals(), await this.#verifyHeads(), deletions]
  }

  async #verifyLogs(): Promise<AuditReport> {
    let rows = 0
    for (let after = ''; ; ) {
      const jobs = await this.#db
        .selectFrom('jobs')
        .select(['id', 'logLength', 'logHead'])
        .where('id', '>', after as JobId)
        .orderBy('id')
        .limit(PAGE)
        .execute()
      const logs = await this.#logsOf(jobs.map(job => job.id))
      for (const { id, logLength, logHead } of jobs) {
        const report = await checkChain((logs.get(id) ?? []).map(chained))
        rows += report.rows
        if (report.broken) return { chain: 'job logs', rows, broken: report.broken }
        const whole = report.rows === logLength && report.head === logHead
        if (!whole) return { chain: 'job logs', rows, broken: `job ${id}: ${report.rows} rows of ${logLength}` }
      }
      const last = jobs.at(-1)
      if (!last || jobs.length < PAGE) return { chain: 'job logs', rows, broken: null }
      after = last.id
    }
  }

  async #logsOf(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, readonly JobEvent[]>> {
    if (ids.length === 0) return new Map()
    const events = await this.#db
      .selectFrom('jobEvents')
      .selectAll()
      .where('jobId', 'in', ids)
      .orderBy('jobId')
      .orderBy('sequence')
      .execute()
    const logs = new Map<JobId, JobEvent[]>(ids.map(id => [id, []]))
    for (const event of events) logs.get(event.jobId)?.push(event)
    return logs
  }

  async #verifySeals(): Promise<AuditReport> {
    const seals = await this.#db.selectFrom('auditSeals').selectAll().orderBy('id').execute()
    const { rows, broken } = await checkChain(
      seals.map(({ previousHash, hash, ...row }) => ({ row, previousHash, hash, name: `seal ${row.id}` })),
    )
    return { chain: 'seals', rows, broken }
  }

  async #verifyHeads(): Promise<AuditReport> {
    let rows = 0
    const seals = await this.#db.selectFrom('auditSeals').select(['id', 'digest']).orderBy('id').execute()
    for (const { id, digest } of seals) {
      const heads = await this.#db
        .selectFrom('auditHeads')
        .leftJoin('jobEvents', join =>
          join
            .onRef('jobEvents.jobId', '=', 'auditHeads.jobId')
            .onRef('jobEvents.sequence', '=', 'auditHeads.sequence'),
        )
        .select(['auditHeads.jobId', 'auditHeads.sequence', 'auditHeads.hash', 'jobEvents.hash as logged'])
        .where('sealId', '=', id)
        .orderBy('auditHeads.jobId')
        .execute()
      rows += heads.length
      const forged = heads.find(({ hash, logged }) => hash !== logged)
      if (forged)
        return { chain: 'sealed heads', rows, broken: `job ${forged.jobId}, row ${forged.sequence}, seal ${id}` }
      const sealed = heads.map(({ logged: _, ...head }) => head)
      if (digestOf(sealed) !== digest)
        return { chain: 'sealed heads', rows, broken: `seal ${id}: its heads are others` }
    }
    return { chain: 'sealed heads', rows, broken: null }
  }
}

/** Over the heads in the order of their jobs' ids; the database's collation may be another, so they are sorted here. */
function digestOf(heads: readonly Head[]): string {
  const sorted = heads.toSorted((one, other) => (one.jobId < other.jobId ? -1 : 1))
  const plain = sorted.map(({ jobId, sequence, hash }) => ({ jobId, sequence, hash }))
  return createHash('sha256').update(canonicalJson(plain)).digest('hex')
}

function chained({ previousHash, hash, ...row }: JobEvent): ChainedRow {
  return { row, previousHash, hash, name: `job ${row.jobId}, row ${row.sequence}` }
}
