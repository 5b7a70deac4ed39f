// Where places are, and which open jobs and watched zones are near a spot.
import type { Transaction } from 'kysely'
import { NO_CAMERA } from '../core/camera.ts'
import { boundsAround, distanceM, type Position } from '../core/geo.ts'
import type { PlaceId } from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import { isOver, JOB_STATES, type Job } from '../core/job.ts'
import type { RuleKind } from '../core/observation.ts'
import type { TimeSpan } from '../core/time.ts'
import { constants } from './outbox-rows.ts'
import { jobColumns, toJob } from './records.ts'
import type { Tables } from './tables.ts'

/** Whoever reports something stands near it; further away it is another place. */
const NEAR_M = 1_000

/** What a camera's clock, by which incidents open, may be ahead of ours. */
const CLOCKS_APART_MS = 3_600_000

type Trx = Transaction<Tables>

export async function positionOf(
  trx: Trx,
  { id, cameraId, zoneId }: Pick<Incident, 'id' | 'cameraId' | 'zoneId'>,
): Promise<Position | undefined> {
  if (cameraId === NO_CAMERA) {
    const report = await trx
      .selectFrom('reports')
      .select(['lat', 'lon'])
      .where('incidentId', '=', id)
      .executeTakeFirst()
    return report && report.lat !== null && report.lon !== null ? { lat: report.lat, lon: report.lon } : undefined
  }
  const row = await trx
    .selectFrom('cameras')
    .leftJoin('zones', join =>
      join.onRef('zones.cameraId', '=', 'cameras.id').on('zones.id', '=', zoneId).on('zones.retiredAt', 'is', null),
    )
    .select(['zones.position as own', 'cameras.position'])
    .where('cameras.id', '=', cameraId)
    .executeTakeFirst()
  return row?.own ?? row?.position ?? undefined
}

/** What `DispatchTransaction` says of each. */
export async function openJobsAt(
  trx: Trx,
  kind: RuleKind,
  placeId: PlaceId,
  opened: TimeSpan | undefined,
): Promise<readonly Job[]> {
  const rows = await openJobs(trx, kind, opened)
    .where('placeId', '=', placeId)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(toJob)
}

function openJobs(trx: Trx, kind: RuleKind, opened: TimeSpan | undefined) {
  const jobs = trx
    .selectFrom('jobs')
    .select(jobColumns)
    .where('kind', '=', kind)
    .where('state', 'not in', constants(JOB_STATES.filter(isOver)))
  if (!opened) return jobs
  // A job is made once its first incident has opened; most are told apart by that without a look at their incidents.
  return jobs.where('createdAt', '>=', opened.from - CLOCKS_APART_MS).where(eb =>
    eb.between(
      eb
        .selectFrom('jobIncidents')
        .innerJoin('incidents', 'incidents.id', 'jobIncidents.incidentId')
        .select(({ fn }) => fn.min('incidents.openedAt').as('first'))
        .whereRef('jobIncidents.jobId', '=', 'jobs.id'),
      opened.from,
      opened.to,
    ),
  )
}

export async function openJobsNear(
  trx: Trx,
  kind: RuleKind,
  spot: Position,
  radiusM: number,
  opened: TimeSpan | undefined,
): Promise<readonly Job[]> {
  const { south, north, west, east } = boundsAround(spot, radiusM)
  const rows = await openJobs(trx, kind, opened)
    .where('lat', '>=', south)
    .where('lat', '<=', north)
    .where('lon', '>=', west)
    .where('lon', '<=', east)
    .orderBy('id')
    .execute()
  const metres = ({ lat, lon }: Job) => (lat === null || lon === null ? Infinity : distanceM(spot, { lat, lon }))
  return rows
    .map(toJob)
    .filter(job => metres(job) <= radiusM)
    .sort((one, other) => metres(one) - metres(other))
}

/** A district's few hundred zones: all of the rule are read, and measured here. */
export async function placesNear(trx: Trx, kind: RuleKind, spot: Position) {
  const rows = await trx
    .selectFrom('zones')
    .innerJoin('cameras', 'cameras.id', 'zones.cameraId')
    .select([
      'zones.placeId',
      'zones.cameraId',
      'zones.id as zoneId',
      'zones.position as own',
      'cameras.position',
      'cameras.streetId',
      'cameras.gridId',
    ])
    .where('zones.retiredAt', 'is', null)
    .where('zones.rule', '=', kind as typeof kind & Tables['zones']['rule'])
    .orderBy('zones.cameraId')
    .orderBy('zones.id')
    .execute()
  return rows
    .flatMap(({ own, position, ...place }) => {
      const at = own ?? position
      return at ? [{ ...place, metres: distanceM(spot, at) }] : []
    })
    .filter(({ metres }) => metres <= NEAR_M)
    .sort((one, other) => one.metres - other.metres)
}
