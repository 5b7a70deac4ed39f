// What the map draws, from the records: where each thing lies, by which mark, and what is said of it.
import type { z } from 'zod'
import type { workerStatusSchema } from '../../api/rota-views.ts'
import type { Position } from '../../core/geo.ts'
import type { Camera, Grid, Incident, Job } from '../client/records.ts'
import { FIVE_COLOURS } from '../shell/theme.ts'
import type { DomainWords } from '../words/domain.ts'
import { hullAround } from './hull.ts'
import type { MapArea, MapPoint } from './street-map.tsx'

export type Worker = z.output<typeof workerStatusSchema>

export type Place =
  | { readonly shape: 'camera'; readonly camera: Camera; readonly point: MapPoint }
  /** All that goes on at one spot, the worst first. */
  | {
      readonly shape: 'incident'
      readonly incidents: readonly Incident[]
      readonly point: MapPoint
      readonly where: string
    }
  | { readonly shape: 'job'; readonly job: Job; readonly point: MapPoint }
  | { readonly shape: 'worker'; readonly worker: Worker; readonly point: MapPoint }

const RANK = ['blue', 'yellow', 'orange', 'red'] as const
const OVER: readonly Job['state'][] = ['closed', 'cancelled', 'joined']

export interface Naming {
  readonly domain: DomainWords
  readonly online: string
  readonly offline: string
}

export function cameraPlaces(cameras: readonly Camera[], { online, offline }: Naming): readonly Place[] {
  return cameras.flatMap((camera): Place[] => {
    if (!camera.position) return []
    const there = camera.health?.state === 'online'
    const label = `${camera.name} · ${there ? online : offline}`
    const colour = there ? undefined : ('quiet' as const)
    return [
      {
        shape: 'camera',
        camera,
        point: {
          id: `camera ${camera.id}`,
          ...camera.position,
          shape: 'camera',
          mark: there ? '◉' : '×',
          label,
          colour,
        },
      },
    ]
  })
}

/**
 * Where the zone lies, if it has a place of its own, else where its camera looks.
 * @param told where incidents lie that no camera shows
 */
export function incidentPlaces(
  incidents: readonly Incident[],
  cameras: readonly Camera[],
  { domain }: Naming,
  told: ReadonlyMap<string, Position> = new Map(),
): readonly Place[] {
  const byId = new Map(cameras.map(camera => [camera.id, camera] as const))
  const spots = new Map<string, { lat: number; lon: number; where: string; incidents: Incident[] }>()
  for (const incident of incidents) {
    const camera = byId.get(incident.cameraId)
    const ofCamera = camera?.zones.find(({ id }) => id === incident.zoneId)?.position ?? camera?.position
    const position = ofCamera ?? told.get(incident.id)
    if (!position) continue
    const key = `${position.lat},${position.lon}`
    const spot = spots.get(key) ?? { ...position, where: camera?.name ?? incident.gridId, incidents: [] }
    spot.incidents.push(incident)
    spots.set(key, spot)
  }
  return [...spots].map(([key, { lat, lon, where, incidents: here }]): Place => {
    const sorted = here.toSorted(
      (a, b) => RANK.indexOf(b.severity) - RANK.indexOf(a.severity) || b.openedAt - a.openedAt,
    )
    const [worst] = sorted
    const mark = worst ? `${domain.marks[worst.kind]}${here.length > 1 ? here.length : ''}` : ''
    const label = worst
      ? `${where} · ${domain.kinds[worst.kind]} · ${domain.severities[worst.severity]}${here.length > 1 ? ` · ${here.length}` : ''}`
      : where
    return {
      shape: 'incident',
      incidents: sorted,
      where,
      point: { id: `incident ${key}`, lat, lon, shape: 'incident', mark, label, colour: worst?.severity },
    }
  })
}

export function jobPlaces(jobs: readonly Job[], cameras: readonly Camera[], { domain }: Naming): readonly Place[] {
  const nameOf = (placeId: string) =>
    cameras.find(({ zones }) => zones.some(zone => zone.placeId === placeId))?.name ?? placeId
  return jobs.flatMap((job): Place[] => {
    if (job.lat === null || job.lon === null || OVER.includes(job.state)) return []
    const label = `${nameOf(job.placeId)} · ${domain.kinds[job.kind]} · ${domain.jobs[job.state]}`
    const point = {
      id: `job ${job.id}`,
      lat: job.lat,
      lon: job.lon,
      shape: 'job' as const,
      mark: domain.marks.job,
      label,
    }
    return [{ shape: 'job', job, point: { ...point, colour: job.severity } }]
  })
}

export function workerPlaces(workers: readonly Worker[]): readonly Place[] {
  return workers.flatMap((worker): Place[] => {
    if (!worker.position) return []
    const { lat, lon } = worker.position
    const mark = worker.name.slice(0, 1)
    return [
      {
        shape: 'worker',
        worker,
        point: { id: `worker ${worker.id}`, lat, lon, shape: 'worker', mark, label: worker.name },
      },
    ]
  })
}

/** A grid has no drawn border: it is what lies around its cameras. */
export function gridAreas(grids: readonly Grid[], cameras: readonly Camera[]): readonly MapArea[] {
  return grids.flatMap((grid): MapArea[] => {
    const places = cameras.flatMap(({ gridId, position }): (readonly [number, number])[] =>
      gridId === grid.gridId && position ? [[position.lon, position.lat]] : [],
    )
    const ring = hullAround(places, 180)
    return ring.length > 0 ? [{ id: grid.gridId, name: grid.gridId, colour: FIVE_COLOURS[grid.colour], ring }] : []
  })
}
