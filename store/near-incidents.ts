// Open incidents near another one: at its place, before its camera, or within a radius of where it is.
import type { SelectQueryBuilder } from 'kysely'
import { distanceM, type Position } from '../core/geo.ts'
import type { IncidentId } from '../core/ids.ts'
import type { Incident } from '../core/incident.ts'
import type { Database } from './connection.ts'
import type { Tables } from './tables.ts'

export interface NearIncident {
  readonly incident: Incident
  readonly because: 'same-place' | 'same-camera' | 'near'
  /** Null where one of the two positions is unknown. */
  readonly distanceM: number | null
  readonly position: Position | null
}

type Incidents = SelectQueryBuilder<Tables, 'incidents', object>

/** @param visible the incidents that whoever asks may see */
export async function incidentsNear(
  db: Database,
  visible: Incidents,
  id: IncidentId,
  radiusM: number,
  limit: number,
): Promise<readonly NearIncident[]> {
  const [own] = await located(db.selectFrom('incidents')).where('incidents.id', '=', id).execute()
  if (!own) return []
  const open = await located(visible)
    .where(eb => eb.or([eb('incidents.review', '=', 'pending'), eb('incidents.physical', '=', 'active')]))
    .where('incidents.review', '!=', 'rejected')
    .where('incidents.id', '!=', id)
    .execute()
  const spot = positionIn(own)
  const found = open.flatMap(row => {
    const at = positionIn(row)
    const metres = spot && at ? distanceM(spot, at) : null
    const near = metres !== null && metres <= radiusM
    const because =
      row.placeId === own.placeId ? 'same-place' : row.cameraId === own.cameraId ? 'same-camera' : near ? 'near' : null
    const rounded = metres === null ? null : Math.round(metres)
    return because ? [{ id: row.id, because, distanceM: rounded, position: at, openedAt: row.openedAt } as const] : []
  })
  const nearest = found
    .toSorted((one, other) => (one.distanceM ?? 0) - (other.distanceM ?? 0) || other.openedAt - one.openedAt)
    .slice(0, limit)
  if (nearest.length === 0) return []
  const ids = nearest.map(({ id }) => id)
  const whole = await db.selectFrom('incidents').selectAll().where('id', 'in', ids).execute()
  const incidents = new Map<IncidentId, Incident>(whole.map(incident => [incident.id, incident]))
  return nearest.flatMap(({ id, because, distanceM, position }) => {
    const incident = incidents.get(id)
    return incident ? [{ incident, because, distanceM, position }] : []
  })
}

/** Few columns of many rows: pictures' boxes and score histories stay where they are. */
function located(incidents: Incidents) {
  return incidents
    .leftJoin('cameras', 'cameras.id', 'incidents.cameraId')
    .leftJoin('zones', join =>
      join
        .onRef('zones.cameraId', '=', 'incidents.cameraId')
        .onRef('zones.id', '=', 'incidents.zoneId')
        .on('zones.retiredAt', 'is', null),
    )
    .leftJoin('reports', 'reports.incidentId', 'incidents.id')
    .select([
      'incidents.id',
      'incidents.placeId',
      'incidents.cameraId',
      'incidents.openedAt',
      'zones.position as ofZone',
      'cameras.position as ofCamera',
      'reports.lat',
      'reports.lon',
    ])
}

interface Located {
  readonly ofZone: Position | null
  readonly ofCamera: Position | null
  readonly lat: number | null
  readonly lon: number | null
}

function positionIn({ ofZone, ofCamera, lat, lon }: Located): Position | null {
  return ofZone ?? ofCamera ?? (lat !== null && lon !== null ? { lat, lon } : null)
}
