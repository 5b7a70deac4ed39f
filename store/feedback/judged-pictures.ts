// Pictures of incidents that an operator confirmed or rejected, with all that a data set says of them.
import { sql } from 'kysely'
import type { AlertOutcome } from '../../core/alert-precision.ts'
import type { Box } from '../../core/geometry.ts'
import type { CameraId, EvidenceId, IncidentId, StreetId, ZoneId } from '../../core/ids.ts'
import type { RejectReason, ReviewState } from '../../core/incident.ts'
import type { Moment, RuleKind } from '../../core/observation.ts'
import type { PictureCut } from '../../core/privacy-mask.ts'
import type { Detection } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Database } from '../connection.ts'
import { OUTCOME } from './outcome.ts'

export interface JudgedPicture {
  readonly id: EvidenceId
  readonly cameraId: CameraId
  readonly streetId: StreetId
  readonly zoneId: ZoneId
  readonly incidentId: IncidentId
  readonly kind: RuleKind
  readonly review: ReviewState
  readonly rejectReason: RejectReason | null
  readonly outcome: AlertOutcome
  readonly moment: Moment
  readonly takenAt: EpochMs
  readonly sha256: string
  /** Null where nobody looked for people and vehicles: such a picture is not exported. */
  readonly subjects: {
    readonly cut: PictureCut
    readonly inFrame: readonly Detection[]
    readonly about: readonly Box[]
  } | null
}

export interface JudgedQuery {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly kind?: RuleKind
  readonly cameraId?: CameraId
}

const PAGE = 500

/**
 * The whole views without lines drawn into them, in the order of their ids, a page at a time.
 * A job's pictures that people took are not among them.
 */
export async function* judgedPictures(
  db: Database,
  { from, to, kind, cameraId }: JudgedQuery,
): AsyncGenerator<JudgedPicture> {
  let after: EvidenceId | undefined
  for (;;) {
    let query = db
      .selectFrom('evidence')
      .innerJoin('incidents', 'incidents.id', 'evidence.incidentId')
      .leftJoin('evidenceSubjects', 'evidenceSubjects.evidenceId', 'evidence.id')
      .where('evidence.annotated', '=', false)
      .where('evidence.view', '=', 'wide')
      .where('evidence.cameraId', 'is not', null)
      .where('evidence.mediaType', '=', 'image/jpeg')
      .where('incidents.review', 'in', ['confirmed', 'rejected'])
      .where('evidence.takenAt', '>=', from)
      .where('evidence.takenAt', '<', to)
    if (kind) query = query.where('incidents.kind', '=', kind)
    if (cameraId) query = query.where('evidence.cameraId', '=', cameraId)
    if (after !== undefined) query = query.where('evidence.id', '>', after)
    const rows = await query
      .select([
        'evidence.id',
        sql<CameraId>`evidence.camera_id`.as('cameraId'),
        'incidents.streetId',
        'incidents.zoneId',
        'incidents.id as incidentId',
        'incidents.kind',
        'incidents.review',
        'incidents.rejectReason',
        OUTCOME.as('outcome'),
        sql<Moment>`evidence.moment`.as('moment'),
        'evidence.takenAt',
        'evidence.sha256',
        'cut',
        'inFrame',
        'about',
      ])
      .orderBy('evidence.id')
      .limit(PAGE)
      .execute()
    for (const { cut, inFrame, about, ...row } of rows) {
      yield { ...row, subjects: cut && inFrame && about ? { cut, inFrame, about } : null }
    }
    if (rows.length < PAGE) return
    after = rows.at(-1)?.id
  }
}
