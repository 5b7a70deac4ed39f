// Reads truth files: what should be seen in a piece of footage (the format is described in fixtures/README.md).
import { readdir, readFile } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { z } from 'zod'
import { type CameraEntry, cameraSchema, checkPolygon, type ZoneEntry, zoneSchema } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import type { Box } from '../core/geometry.ts'
import { RULE_KINDS, type RuleKind } from '../core/observation.ts'
import { DEFAULT_START_AT, type EpochMs, parseDuration } from '../core/time.ts'

export interface TruthEvent {
  readonly rule: RuleKind
  /** Null for what concerns the camera as a whole. */
  readonly zone: string | null
  readonly fromAt: EpochMs
  /** `fromAt` and the rule's grace, hold or the like: the earliest instant at which an alarm is right. */
  readonly dueAt: EpochMs
  /** Where a rule looks on a schedule: the latest instant at which its looks must have sufficed, a missed one included. */
  readonly sufficedAt?: EpochMs
  /** Null where neither the event nor the file says when it ends. */
  readonly toAt: EpochMs | null
  readonly box: Box | null
  /** Which of the place, where it matters: a camera's fault. */
  readonly subject?: string
  readonly what: string
}

/** People that a person counted in one picture. */
export interface CountTruth {
  readonly file: string
  readonly at: EpochMs
  readonly count: number
}

export interface Truth {
  readonly file: string
  /** The footage as a camera with zones, ready to be opened; its path is absolute. */
  readonly camera: CameraEntry
  readonly startAt: EpochMs
  readonly durationMs: number | null
  readonly events: readonly TruthEvent[]
  /** Empty where nobody counted. */
  readonly counts: readonly CountTruth[]
}

/** Which option of a rule sets the time between an event's start and its alarm, and what it is by default. */
const DUE_AFTER: Readonly<
  Record<
    RuleKind,
    { readonly option: string; readonly defaultMs: number; readonly share?: number; readonly everyMs?: number }
  >
> = {
  'illegal-parking': { option: 'grace', defaultMs: 420_000 },
  crowding: { option: 'hold', defaultMs: 20_000 },
  // The fourth of the six looks of that time is the earliest that may open.
  'overflowing-bin': { option: 'within', defaultMs: 180_000, share: 3 / 6, everyMs: 30_000 },
  'dirty-road': { option: 'persist', defaultMs: 600_000, everyMs: 60_000 },
  'camera-health': { option: 'after', defaultMs: 30_000 },
}

/** The faults of a camera: the option of camera-health that watches each, and its `after` by default. */
const FAULTS = {
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
type Fault = keyof typeof FAULTS

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

const truthSchema = z.strictObject({
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
type TruthFile = z.output<typeof truthSchema>

const countsSchema = z.record(z.string(), z.looseObject({ count: z.int().min(0) }))

/**
 * Reads a truth file; paths in it are relative to it.
 * @throws JiemuError file-unreadable; truth-invalid naming the file and the field; zone-outside-frame and the like
 */
export async function readTruth(file: string): Promise<Truth> {
  const content = parse(truthSchema, file, '', await readJson(file))
  const directory = dirname(resolve(file))
  const path = isAbsolute(content.source.path) ? content.source.path : resolve(directory, content.source.path)
  for (const zone of content.zones) checkPolygon(`${file}: zone ${zone.id}`, zone.polygon)

  const start = await startOf(file, content, path)
  const { durationMs = null } = content
  const endAt = durationMs === null ? null : start + durationMs
  return {
    file,
    camera: cameraSchema.parse({
      id: content.camera,
      name: content.camera,
      // Nobody patrols footage; the replay has one team for this grid.
      street: 'replay',
      grid: 'replay',
      source: { ...content.source, path },
      health: content.health,
      zones: content.zones.map(zone => ({ ...zone, polygon: zone.polygon.map(({ x, y }) => [x, y]) })),
    }),
    startAt: start,
    durationMs,
    events: content.events.map((event, index) => readEvent(file, content, event, `events.${index}`, start, endAt)),
    counts: content.counts ? await readCounts(file, resolve(directory, content.counts), content, start) : [],
  }
}

function readEvent(
  file: string,
  content: TruthFile,
  event: TruthFile['events'][number],
  field: string,
  start: EpochMs,
  endAt: EpochMs | null,
): TruthEvent {
  const zone = content.zones.find(({ id }) => id === event.zone)
  if (event.zone !== undefined && !zone) {
    throw new JiemuError('truth-invalid', { file, field: `${field}.zone`, problem: `there is no zone "${event.zone}"` })
  }
  if (zone && zone.rule !== event.rule) {
    throw new JiemuError('truth-invalid', {
      file,
      field: `${field}.rule`,
      problem: `zone "${zone.id}" is for ${zone.rule}`,
    })
  }
  const fromAt = event.fromAt ?? start + (event.fromMs ?? 0)
  const toAt = event.toAt ?? (event.toMs === undefined ? endAt : start + event.toMs)
  if (toAt !== null && toAt <= fromAt) {
    throw new JiemuError('truth-invalid', { file, field, problem: 'it ends before it begins' })
  }
  const { written, defaultMs, place, share, everyMs } = dueAfter(content, event, zone)
  const afterMs = written === undefined ? defaultMs : parseDuration(String(written))
  if (afterMs === undefined) {
    throw new JiemuError('truth-invalid', { file, field: place, problem: 'expected a duration such as "30s"' })
  }
  const [x1, y1, x2, y2] = event.box ?? []
  const box = x1 !== undefined && y1 !== undefined && x2 !== undefined && y2 !== undefined ? { x1, y1, x2, y2 } : null
  return {
    rule: event.rule,
    zone: event.zone ?? null,
    fromAt,
    dueAt: fromAt + share * afterMs,
    ...(everyMs && { sufficedAt: fromAt + afterMs + everyMs }),
    toAt,
    box,
    ...(event.subject && { subject: event.subject }),
    what: event.what,
  }
}

/** What sets the time from an event's start to its alarm, where that is written, and what it is else. */
function dueAfter({ health }: TruthFile, { rule, subject }: TruthFile['events'][number], zone: ZoneEntry | undefined) {
  if (subject === undefined) {
    const { option, defaultMs, share = 1, everyMs: usually } = DUE_AFTER[rule]
    const everyMs = usually && (parseDuration(String(zone?.options.every)) ?? usually)
    return { written: zone?.options[option], defaultMs, place: `zones.${zone?.id}.options.${option}`, share, everyMs }
  }
  const { option, defaultMs } = FAULTS[subject]
  const watched = health ? health[option] : undefined
  const written = watched && typeof watched === 'object' && 'after' in watched ? watched.after : undefined
  return { written, defaultMs, place: `health.${option}.after`, share: 1, everyMs: undefined }
}

/** When the footage starts: clips carry it in their names (`…_<epoch ms>.mp4`), everything else is told. */
async function startOf(file: string, { source }: TruthFile, path: string): Promise<EpochMs> {
  if (source.kind !== 'clips') return source.startAt ?? DEFAULT_START_AT
  const names = await readdir(path).catch(error => {
    throw new JiemuError(
      'truth-invalid',
      { file, field: 'source.path', problem: `no folder of clips at ${path}` },
      error,
    )
  })
  const times = names.flatMap(name => /_(\d{12,14})\.\w+$/.exec(name)?.[1] ?? []).map(Number)
  if (times.length > 0) return Math.min(...times)
  throw new JiemuError('truth-invalid', { file, field: 'source.path', problem: 'no clip is named …_<epoch ms>' })
}

/** One entry for every picture of the footage, in the order of their names. */
async function readCounts(file: string, path: string, { source }: TruthFile, start: EpochMs) {
  const counted = parse(countsSchema, path, 'counts', await readJson(path))
  const intervalMs = source.frameIntervalMs
  if (intervalMs === undefined) {
    throw new JiemuError('truth-invalid', { file, field: 'source.frameIntervalMs', problem: 'counts need it' })
  }
  return Object.entries(counted)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { count }], index): CountTruth => ({ file: name, at: start + index * intervalMs, count }))
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(error => {
    throw new JiemuError(
      'file-unreadable',
      { file, problem: error instanceof Error ? error.message : 'unknown' },
      error,
    )
  })
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new JiemuError('truth-invalid', { file, field: 'file', problem: 'it is not JSON' }, error)
  }
}

function parse<T>(schema: z.ZodType<T>, file: string, root: string, raw: unknown): T {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : []
  const field = [...(issue?.path ?? []), ...unknown.slice(0, 1)].join('.') || root || 'file'
  throw new JiemuError('truth-invalid', { file, field, problem: issue?.message ?? 'invalid' })
}
