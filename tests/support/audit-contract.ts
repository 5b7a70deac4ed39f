// What the audit must find on every database: a row that was changed, dropped, cut off or forged together with its log.
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHAIN_START, chainHash } from '../../core/hash-chain.ts'
import type { JobId, PlaceId } from '../../core/ids.ts'
import type { JobEvent } from '../../core/job.ts'
import type { TestStore } from './embedded.ts'
import { AT, jobRecord } from './records.ts'

const SOUND = [
  { chain: 'job logs', broken: null },
  { chain: 'seals', broken: null },
  { chain: 'sealed heads', broken: null },
  { chain: 'deletions', broken: null },
]

/** The rows of a log in which a job was noted three times. */
function logOf(jobId: JobId, actor = 'lin'): readonly JobEvent[] {
  const events: JobEvent[] = []
  for (const sequence of [1, 2, 3]) {
    const previousHash = events.at(-1)?.hash ?? CHAIN_START
    const row = {
      ...{ jobId, sequence, at: AT, from: null, to: 'queued' as const, event: 'noted' as const },
      ...{ party: 'operator' as const, actor, reason: `note ${sequence}`, key: `k${sequence}` },
    }
    events.push({ ...row, previousHash, hash: chainHash(row, previousHash) })
  }
  return events
}

export function auditContract(name: string, open: () => Promise<TestStore>): void {
  describe(`the audit on ${name}`, () => {
    let it: TestStore
    let client: pg.Client
    beforeAll(async () => {
      it = await open()
      client = new pg.Client(it.store.queueConnection)
      await client.connect()
    }, 120_000)
    afterAll(async () => {
      await client?.end()
      await it?.dispose()
    })

    /** A job with its three rows, sealed. */
    async function sealedJob(id: string): Promise<JobId> {
      const jobId = `job-${id}` as JobId
      const events = logOf(jobId)
      const head = { logLength: 3, logHead: events.at(-1)?.hash ?? '' }
      await it.store.dispatch.transact(async tx => {
        await tx.insertJob(jobRecord({ id: jobId, placeId: id as PlaceId, incidentIds: [], ...head }))
        await tx.addJobEvents(events)
      })
      expect(await it.store.audit.seal(AT)).toBe(1)
      return jobId
    }

    test('finds nothing wrong with what was written as it should be, and seals only what has grown', async () => {
      await sealedJob('sound')
      expect(await it.store.audit.verify()).toMatchObject(SOUND)
      expect(await it.store.audit.seal(AT)).toBe(0)
      await sealedJob('later')
      expect(await it.store.audit.verify()).toMatchObject([
        { rows: 6, broken: null },
        { rows: 2, broken: null },
        { rows: 2, broken: null },
        { chain: 'deletions', rows: 0, broken: null },
      ])
    })

    test.each([
      ['a word was changed', `update job_events set reason = 'else' where job_id = $1 and sequence = 2`, 'row 2'],
      ['a row was dropped', 'delete from job_events where job_id = $1 and sequence = 2', 'row 3'],
      ['the end was cut off', 'delete from job_events where job_id = $1 and sequence = 3', '2 rows of 3'],
      ['the whole log was dropped', 'delete from job_events where job_id = $1', '0 rows of 3'],
    ])('names the place where %s', async (what, statement, place) => {
      const id = await sealedJob(what.replaceAll(' ', '-'))
      const rows = (await client.query('select * from job_events where job_id = $1', [id])).rows
      await client.query(statement, [id])
      const [logs] = await it.store.audit.verify()
      expect(logs?.broken).toContain(id)
      expect(logs?.broken).toContain(place)
      await restore(id, rows)
    })

    test('finds a log that was forged as a whole, with its job’s record, by the seal that covers it', async () => {
      const id = await sealedJob('forged')
      const rows = (await client.query('select * from job_events where job_id = $1', [id])).rows
      const forged = logOf(id, 'somebody else')
      await client.query('delete from job_events where job_id = $1', [id])
      await it.store.dispatch.transact(async tx => {
        await tx.addJobEvents(forged)
      })
      await client.query('update jobs set log_head = $2 where id = $1', [id, forged.at(-1)?.hash])
      const [logs, , heads] = await it.store.audit.verify()
      expect(logs?.broken).toBeNull()
      expect(heads?.broken).toContain(`${id}, row 3`)
      await client.query('update jobs set log_head = $2 where id = $1', [id, rows.at(-1)?.hash])
      await restore(id, rows)
    })

    test('finds a seal that was changed', async () => {
      await sealedJob('seal')
      await client.query('update audit_seals set at = at + 1 where id = 1')
      expect((await it.store.audit.verify())[1]).toMatchObject({ chain: 'seals', broken: 'seal 1' })
      await client.query('update audit_seals set at = at - 1 where id = 1')
      expect(await it.store.audit.verify()).toMatchObject(SOUND)
    })

    async function restore(id: JobId, rows: readonly Record<string, unknown>[]): Promise<void> {
      await client.query('delete from job_events where job_id = $1', [id])
      for (const row of rows) {
        const names = Object.keys(row)
        const places = names.map((_, index) => `$${index + 1}`).join(', ')
        await client.query(
          `insert into job_events (${names.map(column => `"${column}"`).join(', ')}) values (${places})`,
          Object.values(row),
        )
      }
      expect(await it.store.audit.verify()).toMatchObject(SOUND)
    }
  })
}
