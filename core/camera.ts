// Cameras and their zones, as rows of the store and as entries of the cameras' YAML file.
import { z } from 'zod'
import { JiemuError } from './errors.ts'
import type { Position } from './geo.ts'
import { contains, crossesItself, type Polygon, polygonArea } from './geometry.ts'
import { type CameraId, type GridId, ID_PATTERN, type PlaceId, type StreetId, type ZoneId } from './ids.ts'
import { type RuleKind, ZONE_RULES } from './observation.ts'
import type { ViewWord } from './reference-view.ts'
import type { EpochMs } from './time.ts'

const id = z.string().regex(ID_PATTERN, 'expected lower-case letters, digits, ".", "_" or "-", at most 63')
const point = z.tuple([z.number(), z.number()]).transform(([x, y]) => ({ x, y }))
const position = z
  .tuple([z.number().min(-90).max(90), z.number().min(-180).max(180)])
  .transform(([lat, lon]): Position => ({ lat, lon }))
  .optional()

export const zoneSchema = z.strictObject({
  id: id.transform(text => text as ZoneId),
  name: z.string().min(1).max(80).optional(),
  rule: z.enum(ZONE_RULES),
  polygon: z.array(point).min(3).max(64).describe('corners as [x, y] fractions of the frame, origin top-left'),
  options: z.record(z.string(), z.unknown()).default({}).describe('options of the rule'),
  place: id
    .transform(text => text as PlaceId)
    .optional()
    .describe('zones of several cameras that show the same spot share a place; the zone itself, if left out'),
  position: position.describe('[latitude, longitude] of the zone in WGS-84; its camera’s, if left out'),
})

export const cameraSchema = z.strictObject({
  id: id.transform(text => text as CameraId),
  name: z.string().min(1).max(80),
  street: id.transform(text => text as StreetId),
  grid: id.transform(text => text as GridId),
  /** `{ kind: 'rtsp', url: … }`; the kinds' own schemas in streams/kinds check the rest. */
  source: z.looseObject({ kind: z.string() }),
  sampling: z
    .union([z.literal('keyframes'), z.strictObject({ every: z.number().positive().max(30) })])
    .default('keyframes')
    .describe('analyse key frames only, or `every: N` frames a second'),
  position: position.describe('[latitude, longitude] of what it looks at, in WGS-84: never GCJ-02 as off a map'),
  generated: z.boolean().default(false).describe('a drawn scene: said so wherever its picture is shown'),
  health: z
    .union([z.literal(false), z.record(z.string(), z.unknown())])
    .default({})
    .describe('options of camera-health, which watches every camera; `false` where nobody needs to know'),
  zones: z.array(zoneSchema).default([]),
})

export type ZoneEntry = z.output<typeof zoneSchema>
export type CameraEntry = z.output<typeof cameraSchema>
export type Sampling = CameraEntry['sampling']

/** A zone as the running system knows it. */
export interface Zone {
  readonly id: ZoneId
  readonly name: string
  readonly cameraId: CameraId
  /** Rises with every change of the zone; incidents name the version that they were seen with. */
  readonly version: number
  readonly rule: RuleKind
  readonly polygon: Polygon
  readonly options: Readonly<Record<string, unknown>>
  readonly placeId: PlaceId
  /** Its own; none where it has its camera’s. */
  readonly position?: Position | null | undefined
}

/** What a zone was from one change to the next. */
export interface ZoneVersion extends Zone {
  readonly rule: ZoneEntry['rule']
  readonly createdAt: EpochMs
  readonly createdBy: string
  /** Since when another holds, or none; null for the one that holds. */
  readonly retiredAt: EpochMs | null
}

export interface Camera {
  readonly id: CameraId
  readonly name: string
  readonly streetId: StreetId
  readonly gridId: GridId
  readonly source: { readonly kind: string } & Readonly<Record<string, unknown>>
  readonly sampling: Sampling
  readonly position?: Position | null | undefined
  readonly generated: boolean
  readonly health: CameraEntry['health']
  /** What people have said about its view: renewed, confirmed. */
  readonly viewWord: ViewWord
  /** Rises with every change of the camera or one of its zones. */
  readonly version: number
  readonly zones: readonly Zone[]
}

/** The zone that camera-health stands for: the whole frame of every camera. */
export const HEALTH_ZONE = 'camera-health' as ZoneId

/** In the camera's place where somebody in the street reported it; no camera can be called so. */
export const NO_CAMERA = '@resident' as CameraId

/**
 * In the zone's place where one of our people reported it: on a camera's picture outside of every zone of the kind, or in
 * the street. No zone can be called so.
 */
export const NO_ZONE = '@hand' as ZoneId

/** Whether a camera's rule can see it, and so can see that it is done. */
export const isWatched = ({ cameraId, zoneId }: { readonly cameraId: CameraId; readonly zoneId: ZoneId }): boolean =>
  cameraId !== NO_CAMERA && zoneId !== NO_ZONE

/** The place of a zone that names none: the zone itself. */
export function ownPlace(cameraId: CameraId, zoneId: ZoneId): PlaceId {
  return `${cameraId}/${zoneId}` as PlaceId
}

/** @throws JiemuError zone-outside-frame, zone-crosses-itself or zone-empty */
export function checkPolygon(where: string, polygon: Polygon): void {
  if (polygon.some(({ x, y }) => x < 0 || x > 1 || y < 0 || y > 1)) {
    throw new JiemuError('zone-outside-frame', { where })
  }
  if (crossesItself(polygon)) throw new JiemuError('zone-crosses-itself', { where })
  if (polygonArea(polygon) < 1e-6) throw new JiemuError('zone-empty', { where })
}

export function stands(zone: Pick<Zone, 'polygon'>, at: { readonly x: number; readonly y: number }): boolean {
  return contains(zone.polygon, at)
}
