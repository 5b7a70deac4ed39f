// What is asked and answered where a camera or a zone is tried before anything is saved.
import { z } from 'zod'
import { zoneSchema } from '../core/camera.ts'
import { SEVERITIES, ZONE_RULES } from '../core/observation.ts'
import { VIEWS } from '../core/scene.ts'
import type { SeenFrame } from '../core/seen-frame.ts'
import { SOURCE_NOTES, type SourceReport } from '../core/source-report.ts'
import type { TrialResult } from '../core/trial.ts'
import { boxSchema, measureSchema, pointSchema, streamProblem } from './schemas.ts'
import type { ClipTrial } from './setup-ports.ts'
import { loginBody, optionsBody, polygonBody, sourceBody } from './setup-views.ts'

const at = z.number().int().describe('epoch milliseconds')
const jpeg = z.string().nullable().describe('a JPEG in base64')
const base64 = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('base64')

export const testBody = z.strictObject({ source: sourceBody })
export const testAgainBody = z.strictObject({ source: sourceBody.optional().describe('as it is stored, if left out') })

export const reportSchema = z.object({
  problem: streamProblem.nullable().describe('why there is no picture'),
  notes: z.array(z.enum(SOURCE_NOTES)).readonly().describe('what works, but not as well as it could'),
  codec: z.string().nullable(),
  widthPx: z.number().nullable(),
  heightPx: z.number().nullable(),
  fps: z.number().nullable(),
  keyframeIntervalMs: z.number().nullable(),
  pictureAfterMs: z.number().nullable(),
  jpeg,
})
export const reportView = (report: SourceReport): z.input<typeof reportSchema> => ({
  ...report,
  jpeg: base64(report.jpeg),
})

export const foundSchema = z.object({
  address: z.string().describe('of its ONVIF device service'),
  host: z.string(),
  name: z.string(),
  model: z.string(),
})
export const profilesBody = z.strictObject({
  address: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .describe('as discovery has it'),
  login: loginBody.nullable(),
})
export const profileSchema = z.object({
  url: z.string(),
  name: z.string(),
  codec: z.string().nullable(),
  widthPx: z.number().nullable(),
  heightPx: z.number().nullable(),
})

export const trialZoneBody = z.strictObject({
  zone: zoneSchema.shape.id.nullish().describe('the one that it would replace'),
  rule: z.enum(ZONE_RULES),
  polygon: polygonBody,
  options: optionsBody,
})
export const tryBody = trialZoneBody.extend({
  from: at.optional().describe('the last hour, if left out'),
  to: at.optional(),
})

const limit = z.discriminatedUnion('code', [
  z.object({ code: z.literal('nothing-logged') }),
  z.object({ code: z.literal('log-short') }),
  z.object({ code: z.literal('not-looked-at') }).describe('of a new bin or road nothing was recorded: try a clip'),
  z.object({ code: z.literal('redrawn') }),
  z.object({ code: z.literal('partly-covered'), share: z.number() }),
  z.object({ code: z.literal('blind'), blindMs: z.number() }),
])
const BLIND_VIEWS = VIEWS.filter(view => view !== 'clear')

export const trialSchema = z.object({
  from: at.nullable(),
  to: at.nullable(),
  looks: z.number().int().describe('pictures that it was tried on'),
  blindMs: z.partialRecord(z.enum(BLIND_VIEWS), z.number()),
  fired: z
    .array(
      z.object({
        since: at,
        openedAt: at,
        clearedAt: at.nullable(),
        severity: z.enum(SEVERITIES),
        score: z.number(),
        measure: measureSchema,
        at: at.nullable().describe('when the picture was taken: one a minute is kept'),
        jpeg,
      }),
    )
    .readonly(),
  more: z.number().int(),
  limits: z.array(limit).readonly().describe('why the answer may be wrong'),
})
export const trialView = ({ fired, ...result }: TrialResult): z.input<typeof trialSchema> => ({
  ...result,
  fired: fired.map(one => ({ ...one, jpeg: base64(one.jpeg) })),
})

export const clipTrialSchema = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  progress: z.number().describe('0…1'),
  startAt: at.describe('when its first picture is taken to have been taken'),
  result: trialSchema.nullable(),
  problem: streamProblem.nullable(),
})
export const clipTrialView = ({ result, ...trial }: ClipTrial): z.input<typeof clipTrialSchema> => ({
  ...trial,
  result: result && trialView(result),
})

const found = z.object({ label: z.string(), score: z.number(), box: boxSchema })
export const seenSchema = z.object({
  scene: z
    .object({
      at,
      view: z.enum(VIEWS),
      widthPx: z.number().int(),
      heightPx: z.number().int(),
      drift: pointSchema,
      objects: z.array(found).readonly().describe('what the rules are given: in and around the zones'),
      everywhere: z.array(found).readonly().nullable().describe('people and vehicles anywhere in the picture'),
      jpeg: z.string().describe('that very picture, in base64'),
    })
    .nullable()
    .describe('null for the first second or two, and while the camera shows nothing'),
})
export const seenView = (seen: SeenFrame | null): z.input<typeof seenSchema> => ({
  scene: seen && { ...seen, jpeg: Buffer.from(seen.jpeg).toString('base64') },
})

export const countBody = z.strictObject({
  polygon: polygonBody,
  minScore: z.number().min(0).max(1).default(0.3).describe('from which score on the zone’s rule counts a person'),
  pictures: z
    .array(
      z.strictObject({
        counted: z.number().int().min(0).max(10_000).describe('people in the zone, by a person’s eyes'),
        objects: z.array(z.strictObject({ label: z.string().max(40), score: z.number(), box: boxSchema })).max(500),
      }),
    )
    .max(40),
})
export const countScaleSchema = z.object({
  factor: z.number().describe('people there for each one that is detected'),
  error: z.number().describe('mean absolute error of a scaled count, in people'),
  margin: z.number().describe('± of the factor, 95 %'),
  pictures: z.number().int(),
  detected: z.array(z.number().int()).readonly().describe('people detected in the zone, picture by picture'),
})
