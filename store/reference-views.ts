// Each camera's reference view, kept so that the next shard knows where its zones were drawn.
import type { CameraId } from '../core/ids.ts'
import type { ReferenceView } from '../core/reference-view.ts'
import type { Database } from './connection.ts'

export class ReferenceViews {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /** Keeps the last one only. */
  async save(reference: ReferenceView): Promise<void> {
    const row = {
      reference: JSON.stringify(reference),
      frameWidthPx: reference.frame.widthPx,
      frameHeightPx: reference.frame.heightPx,
      takenAt: reference.current.takenAt,
    }
    await this.#db
      .insertInto('referenceViews')
      .values({ cameraId: reference.cameraId, ...row })
      .onConflict(conflict => conflict.column('cameraId').doUpdateSet(row))
      .execute()
  }

  /** The reference views of these cameras, by camera id; cameras without one are absent. */
  async load(cameraIds: readonly CameraId[]): Promise<Readonly<Record<string, ReferenceView>>> {
    if (cameraIds.length === 0) return {}
    const rows = await this.#db.selectFrom('referenceViews').selectAll().where('cameraId', 'in', cameraIds).execute()
    return Object.fromEntries(rows.map(row => [row.cameraId, row.reference]))
  }
}
