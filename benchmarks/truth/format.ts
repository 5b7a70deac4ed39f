// The truth format as a schema: what a file may say, before anything is made of it (described in fixtures/README.md).
import { z } from 'zod'
import { cameraSchema, zoneSchema } from '../../core/camera.ts'
import { RULE_KINDS } from '../../core/observation.ts'

/** The faults of a camera: the option of camera-health that watches each, and its `after` by default. */
export const FAULTS = {
  offline: { option: 'offline', defaultMs: 30_000 },
  frozen: { option: 'frozen', defaultMs: 60_000 },
  dark: { option: 'dark', defaultMs: 60_000 },
  overexposed: { option: 'overexposed', defaultMs: 60_000 },
  covered: { option: 'covered', defaultMs: 60_000 },
  drops: { option: 'drops', defaultMs: 60_000 },
  blurred: { option: 'blurred', defaultMs: 60_000 },
  moved: { option: 'moved', defaultMs: 30_000 },
  corrupt: { option: 'corrupt', defaultMs: 60_000 },
  'clock-skew': { option: 'clockSkew', defaultMs: 300_000 },
} as const
export type Fault = keyof typeof FAULTS

const fraction = z.number().min(0).max(1)
const positiveMs = z.number().positive()
const startAt = z.union([z.number().int(), z.iso.datetime({ offset: true }).transform(text => Date.parse(text))])

const eventSchema = z
  .strictObject({
    rule: z.enum(RULE_KINDS),
    zone: z.string().optional(),
    fromMs: z.number().min(0).optional(),
    fromAt: z.number().optional(),
    toMs: positiveMs.optional(),
    toAt: z.number().optional(),
    box: z.tuple([fraction, fraction, fraction, fraction]).optional(),
    subject: z.enum(Object.keys(FAULTS) as Fault[]).optional(),
    what: z.string().default(''),
  })
  .refine(event => (event.fromMs === undefined) !== (event.fromAt === undefined), {
    path: ['fromMs'],
    message: 'expected either fromMs or fromAt',
  })
  .refine(event => event.toMs === undefined || event.toAt === undefined, {
    path: ['toMs'],
    message: 'expected at most one of toMs and toAt',
  })
  .refine(event => event.subject === undefined || event.rule === 'camera-health', {
    path: ['subject'],
    message: 'only camera-health has one',
  })
  .refine(event => event.rule !== 'camera-health' || event.zone === undefined, {
    path: ['zone'],
    message: 'camera-health concerns the camera as a whole',
  })
  .refine(event => !event.box || (event.box[0] < event.box[2] && event.box[1] < event.box[3]), {
    path: ['box'],
    message: 'expected x1 < x2 and y1 < y2',
  })

export const truthSchema = z.strictObject({
  version: z.literal(1),
  camera: cameraSchema.shape.id,
  source: z.strictObject({
    kind: z.enum(['file', 'images', 'clips', 'recorded']),
    path: z.string().min(1),
    frameIntervalMs: positiveMs.optional(),
    startAt: startAt.optional(),
    /** A note for people on where the times come from. */
    clock: z.string().optional(),
  }),
  frame: z.strictObject({ widthPx: z.int().positive(), heightPx: z.int().positive() }),
  durationMs: positiveMs.optional(),
  /** As in a cameras' file. */
  health: cameraSchema.shape.health,
  zones: z.array(zoneSchema),
  events: z.array(eventSchema),
  counts: z.string().min(1).optional(),
  notes: z.string().optional(),
})
export type TruthFile = z.output<typeof truthSchema>
