// The open jobs that another may be a duplicate of: of the same camera first, then the nearest, each with a picture.
import { distanceM } from '../core/geo.ts'
import type { CameraId, EvidenceId, IncidentId, JobId, StreetId, TeamId } from '../core/ids.ts'
import type { JobState } from '../core/job.ts'
import type { Database } from './connection.ts'
import { oneOf } from './outbox-rows.ts'

/** As api/board-ports.ts describes it. */
interface Wanted {
  readonly streets?: readonly StreetId[]
  readonly teamId?: TeamId
  readonly text?: string
  readonly limit: number
}

/** Those that still take something in. */
const UNFINISHED: readonly JobState[] = ['queued', 'assigned', 'accepted', 'on-site', 'returned', 'deferred']

export async function mergeTargets(db: Database, id: JobId, { streets, teamId, text, limit }: Wanted) {
  const own = await withCamera(db).where('jobs.id', '=', id).executeTakeFirst()
  if (!own) return []
  let query = withCamera(db)
    .where('jobs.kind', '=', own.kind)
    .where('jobs.state', '=', oneOf(UNFINISHED))
    .where('jobs.id', '!=', id)
  if (streets) query = query.where('jobs.streetId', '=', oneOf(streets))
  if (teamId) query = query.where('jobs.teamId', '=', teamId)
  if (text) {
    const like = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
    query = query.where(({ eb, or }) =>
      or([
        eb('jobs.id', 'ilike', like as JobId),
        eb('jobs.placeId', 'ilike', like as typeof own.placeId),
        eb('cameras.name', 'ilike', like),
        eb('zones.name', 'ilike', like),
      ]),
    )
  }
  // Few columns of some hundred rows: all are measured, and the first are shown.
  const measured = (await query.execute()).map(row => {
    const metres = metresBetween(own, row)
    return { ...row, because: becauseOf(own, row, metres), distanceM: metres }
  })
  const first = measured
    .toSorted(
      (one, other) =>
        Number(other.because === 'same-camera') - Number(one.because === 'same-camera') ||
        (one.distanceM ?? Number.MAX_VALUE) - (other.distanceM ?? Number.MAX_VALUE) ||
        other.createdAt - one.createdAt ||
        (one.id < other.id ? -1 : 1),
    )
    .slice(0, limit)
  const pictures = await picturesOf(
    db,
    first.flatMap(({ incidentId }) => incidentId ?? []),
  )
  return first.map(({ incidentId, ...target }) => ({
    ...target,
    pictureId: (incidentId && pictures.get(incidentId)) ?? null,
  }))
}

const NEAR_M = 200

function becauseOf(own: Located, other: Located, metres: number | null): 'same-camera' | 'near' | 'open' {
  if (own.cameraId !== null && other.cameraId === own.cameraId) return 'same-camera'
  return metres !== null && metres <= NEAR_M ? 'near' : 'open'
}

interface Located {
  readonly cameraId: CameraId | null
  readonly lat: number | null
  readonly lon: number | null
}

function metresBetween(one: Located, other: Located): number | null {
  if (one.lat === null || one.lon === null || other.lat === null || other.lon === null) return null
  return Math.round(distanceM({ lat: one.lat, lon: one.lon }, { lat: other.lat, lon: other.lon }))
}

/** With the camera of its first incident. */
function withCamera(db: Database) {
  return db
    .selectFrom('jobs')
    .leftJoinLateral(
      eb =>
        eb
          .selectFrom('jobIncidents')
          .innerJoin('incidents', 'incidents.id', 'jobIncidents.incidentId')
          .select(['incidents.id', 'incidents.cameraId', 'incidents.zoneId', 'incidents.zoneVersion'])
          .whereRef('jobIncidents.jobId', '=', 'jobs.id')
          .orderBy('jobIncidents.position')
          .limit(1)
          .as('first'),
      join => join.onTrue(),
    )
    .leftJoin('cameras', 'cameras.id', 'first.cameraId')
    .leftJoin('zones', join =>
      join
        .onRef('zones.cameraId', '=', 'first.cameraId')
        .onRef('zones.id', '=', 'first.zoneId')
        .onRef('zones.version', '=', 'first.zoneVersion'),
    )
    .select([
      ...(['jobs.id', 'jobs.kind', 'jobs.placeId', 'jobs.severity', 'jobs.state', 'jobs.createdAt'] as const),
      ...(['jobs.teamId', 'jobs.workerId', 'jobs.lat', 'jobs.lon'] as const),
      'first.id as incidentId',
      'first.cameraId',
    ])
}

/** Of each incident the picture with which it began, with its boxes drawn where there is one. */
async function picturesOf(
  db: Database,
  ids: readonly IncidentId[],
): Promise<ReadonlyMap<IncidentId | null, EvidenceId>> {
  const rows = await db
    .selectFrom('evidence')
    .distinctOn('incidentId')
    .select(['incidentId', 'id'])
    .where('incidentId', '=', oneOf(ids))
    .where('mediaType', '=', 'image/jpeg')
    .where('takenBy', 'is', null)
    .where('view', '=', 'wide')
    .orderBy('incidentId')
    .orderBy('annotated', 'desc')
    .orderBy('takenAt')
    .execute()
  return new Map(rows.map(({ incidentId, id }) => [incidentId, id]))
}
