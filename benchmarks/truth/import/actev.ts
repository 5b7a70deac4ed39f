// Reads ActEV activities (NIST): when each took place in a video, as events of the rules that a caller maps them to.
import { z } from 'zod'
import { JiemuError } from '../../../core/errors.ts'
import { type Box, boxArea, clipBox, hullBox } from '../../../core/geometry.ts'
import type { RuleKind } from '../../../core/observation.ts'
import { parseAs } from '../json-file.ts'

/** `{ "VIDEO": { "FRAME": 1, "FRAME": 0 } }`: it takes place from each 1 to the next 0. */
const frames = <T extends z.ZodType>(value: T) => z.record(z.string().regex(/^\d+$/, 'expected a frame number'), value)
const pixels = z.looseObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() })
const actevSchema = z.looseObject({
  filesProcessed: z.array(z.string()).optional(),
  activities: z.array(
    z.looseObject({
      activity: z.string(),
      activityID: z.union([z.int(), z.string()]).optional(),
      localization: z.record(z.string(), frames(z.union([z.literal(0), z.literal(1)]))),
      objects: z
        .array(
          z.looseObject({
            localization: z.record(z.string(), frames(z.looseObject({ boundingBox: pixels.optional() }))),
          }),
        )
        .default([]),
    }),
  ),
})
type Activity = z.output<typeof actevSchema>['activities'][number]

export interface ActevOptions {
  readonly fps: number
  readonly widthPx: number
  readonly heightPx: number
  /** Activities to rules, and to their zones where they have one; others are left out. */
  readonly map: ReadonlyMap<string, { readonly rule: RuleKind; readonly zone?: string }>
  /** Which video; the only one that has activities, if left out. */
  readonly video?: string
}

export interface ImportedEvent {
  readonly rule: RuleKind
  readonly zone?: string
  readonly fromMs: number
  readonly toMs?: number
  readonly box?: readonly [number, number, number, number]
  readonly what: string
}

/**
 * Frames are numbered from 1, as in NIST's file indices. An event's box is the hull of its objects' at its start, where the
 * file has any.
 * @param raw the parsed file
 * @returns in the order of their starts
 * @throws JiemuError annotations-invalid naming the field; also where an activity of the map is in no video
 */
export function eventsInActev(raw: unknown, file: string, options: ActevOptions): readonly ImportedEvent[] {
  const { activities } = parseAs(actevSchema, raw, 'annotations-invalid', file)
  const wrong = (field: string, problem: string) => new JiemuError('annotations-invalid', { file, field, problem })
  for (const name of options.map.keys()) {
    if (activities.some(({ activity }) => activity === name)) continue
    throw wrong(
      'activities',
      `there is no "${name}"; there are ${[...new Set(activities.map(a => a.activity))].join(', ')}`,
    )
  }
  const videos = [...new Set(activities.flatMap(({ localization }) => Object.keys(localization)))]
  const [only, ...others] = videos
  if (options.video === undefined && others.length > 0) {
    throw wrong('activities', `they are of several videos, say which: ${videos.join(', ')}`)
  }
  const video = options.video ?? only ?? ''
  if (options.video !== undefined && !videos.includes(video)) throw wrong('activities', `none is of "${video}"`)
  const events = activities.flatMap((activity, index) => {
    const to = options.map.get(activity.activity)
    const signal = activity.localization[video]
    if (!to || !signal) return []
    const spans = spansOf(signal)
    if (!spans) throw wrong(`activities.${index}.localization.${video}`, 'expected 1 and 0 in turn, beginning with 1')
    return spans.map(({ from, to: end }): ImportedEvent => {
      const box = boxOf(activity, video, from, options)
      return {
        ...to,
        fromMs: atFrame(from, options.fps),
        ...(end === undefined ? {} : { toMs: atFrame(end, options.fps) }),
        ...(box && { box }),
        what: `${activity.activity}${activity.activityID === undefined ? '' : ` ${activity.activityID}`}`,
      }
    })
  })
  return events.sort((a, b) => a.fromMs - b.fromMs)
}

const atFrame = (frame: number, fps: number): number => Math.round(((frame - 1) * 1_000) / fps)

interface FrameSpan {
  readonly from: number
  /** Absent where it lasts to the end of the video. */
  readonly to?: number
}

/** @returns undefined where the signal does not change with every entry */
function spansOf(signal: Readonly<Record<string, 0 | 1>>): readonly FrameSpan[] | undefined {
  const changes = Object.entries(signal)
    .map(([frame, value]) => ({ frame: Number(frame), value }))
    .sort((a, b) => a.frame - b.frame)
  if (changes.some(({ frame, value }, index) => frame < 1 || value !== (index % 2 === 0 ? 1 : 0))) return undefined
  return changes.flatMap(({ frame, value }, index) => {
    const end = changes[index + 1]?.frame
    return value === 1 ? [{ from: frame, ...(end === undefined ? {} : { to: end }) }] : []
  })
}

function boxOf(activity: Activity, video: string, frame: number, size: ActevOptions): ImportedEvent['box'] {
  const boxes = activity.objects.flatMap(({ localization }) => {
    const known = Object.keys(localization[video] ?? {}).map(Number)
    const latest = Math.max(...known.filter(at => at <= frame))
    const { boundingBox } = localization[video]?.[latest] ?? {}
    return boundingBox ? [fractions(boundingBox, size)] : []
  })
  const [first, ...others] = boxes
  const hull = first && others.reduce(hullBox, first)
  if (!hull || boxArea(hull) === 0) return undefined
  const round = (value: number) => Math.round(value * 10_000) / 10_000
  return [round(hull.x1), round(hull.y1), round(hull.x2), round(hull.y2)]
}

function fractions({ x, y, w, h }: z.output<typeof pixels>, { widthPx, heightPx }: ActevOptions): Box {
  return clipBox({ x1: x / widthPx, y1: y / heightPx, x2: (x + w) / widthPx, y2: (y + h) / heightPx })
}
