// The format of a scored run: figures, the curves behind them, and of every camera what was true, what was said, what was seen.
import { z } from 'zod'
import { RULE_KINDS } from '../../core/observation.ts'
import { VIEWS } from '../../core/scene.ts'
import type { Figures } from './figures.ts'

/** Rises when a reader of the format before could no longer read it. */
export const SCORE_VERSION = 1

const count = z.int().min(0)
const at = z.number()
const share = z.number().min(0).max(1).nullable()
const percentiles = z.object({ n: count, p50: z.number(), p95: z.number(), p99: z.number() }).nullable()
/** [x1, y1, x2, y2] and [x, y] in fractions of the frame, as in truth files. */
const box = z.tuple([z.number(), z.number(), z.number(), z.number()])
const point = z.tuple([z.number(), z.number()])
const rule = z.enum(RULE_KINDS)

const figures = z.object({
  cameras: count,
  events: count,
  alarms: count,
  hits: count,
  misses: count,
  falseAlarms: count,
  duplicates: count,
  precision: share,
  recall: share,
  f1: share,
  duplicatesPerEvent: z.number().nullable(),
  iLidsF1: z.object({ operationalAlert: share, eventRecording: share }),
  cameraDays: z.number(),
  falseAlarmsPerCameraDay: z.object({ rate: z.number(), low: z.number(), high: z.number() }).nullable(),
  timeToAlertMs: percentiles,
  timeToClearMs: percentiles,
  clearedEarly: count,
  notCleared: count,
  blindMs: z.number(),
  counts: z
    .object({ pictures: count, meanAbsolute: z.number(), bias: z.number(), ratio: z.number().nullable() })
    .nullable(),
}) satisfies z.ZodType<Figures>

/** What the pipeline looked at then. */
const look = z.object({
  at,
  view: z.enum(VIEWS),
  /** How far it lies from the reference view, in whose coordinates all places are. */
  drift: point.optional(),
  /** A file of the result's folder of pictures, named by its content; null where there were no pixels. */
  picture: z
    .string()
    .regex(/^[0-9a-f]{16}\.jpg$/)
    .nullable(),
  seen: z.array(z.tuple([z.string(), z.number(), box])),
})

const truthEvent = z.object({
  rule,
  zone: z.string().nullable(),
  subject: z.string().optional(),
  what: z.string(),
  fromAt: at,
  dueAt: at,
  toAt: at.nullable(),
  box: box.nullable(),
  /** Which of the alarms found it; null where it was missed. */
  alarm: count.nullable(),
  /** Of one that was missed: the first look at or after the due time; null where the footage ends before. */
  look: look.nullable(),
})

const alarm = z.object({
  rule,
  zone: z.string(),
  subject: z.string(),
  /** When the breach began, when the rule's condition was complete, when the incident opened and when it was over. */
  since: at,
  dueAt: at,
  openedAt: at,
  clearedAt: at.nullable(),
  /** When it opened. */
  score: z.number(),
  boxes: z.array(box),
  verdict: z.enum(['hit', 'false', 'duplicate']),
  /** Of a false one. */
  why: z.enum(['early', 'late', 'no-event']).optional(),
  /** Which of the events it found, or said again. */
  event: count.optional(),
  look: look.nullable(),
})

const scoredCase = z
  .object({
    truth: z.string(),
    camera: z.string(),
    frame: z.object({ widthPx: z.number().positive(), heightPx: z.number().positive() }),
    startAt: at,
    endAt: at,
    rules: z.array(rule),
    zones: z.array(z.object({ id: z.string(), rule, polygon: z.array(point) })),
    /** Stretches in which pictures came, and stretches of them in which the view was not clear. */
    watched: z.array(z.object({ fromAt: at, toAt: at })),
    blind: z.array(z.object({ fromAt: at, toAt: at, view: z.enum(VIEWS) })),
    events: z.array(truthEvent),
    alarms: z.array(alarm),
  })
  .superRefine(({ events, alarms }, context) => {
    const wrong = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    for (const [index, event] of events.entries()) {
      if (event.alarm !== null && alarms[event.alarm]?.event !== index)
        wrong(['events', index, 'alarm'], 'that alarm is not about it')
    }
    for (const [index, { verdict, event }] of alarms.entries()) {
      const hit = event !== undefined && events[event]?.alarm === index
      if ((verdict === 'hit') !== hit) wrong(['alarms', index, 'verdict'], 'the events say otherwise')
    }
  })

const curve = z.object({
  rule,
  /** Null for all cameras together. */
  camera: z.string().nullable(),
  events: count,
  points: z.array(z.object({ leastScore: z.number(), hits: count, alarms: count })),
})

export const scoreFileSchema = z
  .object({
    kind: z.literal('score'),
    version: z.literal(SCORE_VERSION, `only version ${SCORE_VERSION} is read`),
    complete: z.boolean(),
    asked: z.array(z.string()),
    scored: count,
    rules: z.record(z.string(), figures),
    cameras: z.record(z.string(), figures),
    all: figures,
    curves: z.array(curve),
    cases: z.array(scoredCase),
  })
  .superRefine(({ complete, asked, scored, cases, all }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (cases.length !== scored) wrong('cases', `${scored} were scored, and ${cases.length} are here`)
    if (complete !== (scored === asked.length)) wrong('complete', `${scored} of ${asked.length} were scored`)
    const misses = cases.flatMap(({ events }) => events).filter(event => event.alarm === null).length
    if (misses !== all.misses) wrong('all.misses', `${all.misses}, where the cases have ${misses}`)
  })

/** What `jiemu score --json` writes, beside where it comes from. */
export type ScoreFile = z.output<typeof scoreFileSchema>
export type ScoredCase = ScoreFile['cases'][number]
export type ScoredLook = z.output<typeof look>
export type LoggedBox = z.output<typeof box>
