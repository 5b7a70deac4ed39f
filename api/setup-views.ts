// What is asked and answered where cameras and zones are set up.
import { z } from 'zod'
import { cameraSchema as cameraEntrySchema, type ZoneEntry, type ZoneVersion, zoneSchema } from '../core/camera.ts'
import type { GridId, PlaceId, StreetId } from '../core/ids.ts'
import { ID_PATTERN } from '../core/ids.ts'
import { ZONE_RULES } from '../core/observation.ts'

const at = z.number().int().describe('epoch milliseconds')
const id = z.string().regex(ID_PATTERN, 'expected lower-case letters, digits, ".", "_" or "-", at most 63')
const name = z.string().trim().min(1).max(80)
const corner = z.strictObject({ x: z.number(), y: z.number() })
const position = z
  .strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) })
  .describe('WGS-84')
const version = z.number().int().min(1)

export const polygonBody = z.array(corner).min(3).max(64).describe('fractions of the frame, origin top-left')
export const optionsBody = z.record(z.string(), z.unknown()).default({}).describe('see GET /api/rules')

const zoneFields = {
  name,
  rule: z.enum(ZONE_RULES),
  polygon: polygonBody,
  options: optionsBody,
  place: id
    .transform(text => text as PlaceId)
    .nullish()
    .describe('zones of several cameras that show the same spot share a place; the zone itself, if left out'),
  position: position.nullish().describe('its camera’s, if left out'),
} as const

export const newZoneBody = z.strictObject({ id: zoneSchema.shape.id, ...zoneFields })
export const zoneBody = z.strictObject({ version: version.describe('the one that it is changed from'), ...zoneFields })
export const restoreBody = z.strictObject({
  version: version.describe('the one to be restored'),
  base: version.nullable().describe('the one that holds; null where the zone was retired'),
})
export const retireQuery = z.strictObject({ version: z.coerce.number().int().min(1) })
export const zoneParams = z.object({ id: z.string().regex(ID_PATTERN), zone: zoneSchema.shape.id })

type ZoneAsked = Omit<z.output<typeof newZoneBody>, 'id'>

export function zoneEntryOf(zoneId: ZoneEntry['id'], asked: ZoneAsked): ZoneEntry {
  const { name, rule, polygon, options, place, position } = asked
  return {
    id: zoneId,
    // As an import has it: a name that is the id is none.
    ...(name !== zoneId && { name }),
    ...{ rule, polygon, options },
    ...(place && { place }),
    ...(position && { position }),
  }
}

export const zoneVersionSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    version: z.number().int(),
    rule: z.enum(ZONE_RULES),
    polygon: z.array(z.object({ x: z.number(), y: z.number() })).readonly(),
    options: z.record(z.string(), z.unknown()),
    placeId: z.string(),
    position: z.object({ lat: z.number(), lon: z.number() }).nullable(),
    createdAt: at,
    createdBy: z.string(),
    retiredAt: at.nullable().describe('null: it holds'),
  })
  .meta({ id: 'ZoneVersion' })

export const zoneVersionView = ({ position, ...rest }: ZoneVersion): z.input<typeof zoneVersionSchema> => ({
  ...rest,
  position: position ?? null,
})

export const loginBody = z.strictObject({ user: z.string().min(1).max(200), password: z.string().max(200) })
export const sourceBody = z.strictObject({
  url: z.string().trim().min(1).max(2_000).describe('rtsp:// or rtsps://'),
  transport: z.enum(['tcp', 'udp']).optional().describe('tcp, if left out'),
  login: loginBody
    .nullable()
    .optional()
    .describe('kept encrypted, never shown again; what is stored for this host stays, if left out'),
})

const cameraFields = {
  name,
  street: id.transform(text => text as StreetId),
  grid: id.transform(text => text as GridId),
  sampling: cameraEntrySchema.shape.sampling.unwrap(),
  generated: z.boolean(),
  health: cameraEntrySchema.shape.health.unwrap(),
  position: position.nullable(),
  source: sourceBody,
} as const

export const newCameraBody = z
  .strictObject(cameraFields)
  .partial({ sampling: true, generated: true, health: true, position: true })
  .extend({ id: cameraEntrySchema.shape.id })
export const cameraBody = z
  .strictObject(cameraFields)
  .partial()
  .extend({ version: version.optional().describe('the one that it is changed from') })

export const sourceSchema = z.object({
  kind: z.string(),
  address: z.string().nullable().describe('without login and query; null where it is no network camera'),
  transport: z.enum(['tcp', 'udp']),
  hasLogin: z.boolean(),
})

export const ruleFormSchema = z.object({
  kind: z.enum(ZONE_RULES),
  summary: z.string(),
  options: z.record(z.string(), z.unknown()).describe('JSON schema of a zone’s options, with defaults and help'),
})
