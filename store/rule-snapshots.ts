// Each camera's rules in mid-flight, kept so that the next shard goes on as if nothing had happened.
import { JiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import { RULE_SNAPSHOT_LIMIT_BYTES, type RuleSnapshot } from '../core/shard-contract.ts'
import type { Database } from './connection.ts'

export class RuleSnapshots {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Keeps the last one only. @throws JiemuError request-invalid above 64 KiB */
  async save(cameraId: CameraId, snapshot: RuleSnapshot): Promise<void> {
    const text = JSON.stringify(snapshot)
    if (Buffer.byteLength(text) > RULE_SNAPSHOT_LIMIT_BYTES) {
      throw new JiemuError('request-invalid', { problem: `the rule snapshot of ${cameraId} exceeds 64 KiB` })
    }
    const row = { snapshot: text, takenAt: snapshot.takenAt }
    await this.#db
      .insertInto('ruleSnapshots')
      .values({ cameraId, ...row })
      .onConflict(conflict => conflict.column('cameraId').doUpdateSet(row))
      .execute()
  }

  /** The snapshots of these cameras, by camera id; cameras without one are absent. */
  async load(cameraIds: readonly CameraId[]): Promise<Readonly<Record<string, RuleSnapshot>>> {
    if (cameraIds.length === 0) return {}
    const rows = await this.#db.selectFrom('ruleSnapshots').selectAll().where('cameraId', 'in', cameraIds).execute()
    return Object.fromEntries(rows.map(row => [row.cameraId, row.snapshot]))
  }
}
