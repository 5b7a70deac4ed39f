// A scene: what one analysed frame shows, in the precision in which it is also logged.
//
// Rules see nothing but scenes, and a scene survives the detection log bit for bit: that is why a rule can be run
// again on the log and must come to the same incidents.
import { z } from 'zod'
import type { Box, Point } from './geometry.ts'
import type { ZoneId } from './ids.ts'
import type { EpochMs } from './time.ts'

export interface Detection {
  /** A class of the network's card: "person", "car", … */
  readonly label: string
  /** Objectness × class, 0…1. */
  readonly score: number
  readonly box: Box
}

/** How a vehicle looks, as bytes (see detector/appearance.ts); base64 so that it can be logged and sent. */
export type Appearance = string

export interface SceneObject extends Detection {
  /** Set where frames are dense enough for a tracker; an identity switch may change it. */
  readonly trackId?: number
  readonly appearance?: Appearance
}

export const VIEWS = ['clear', 'dark', 'overexposed', 'blurred', 'drops', 'covered', 'frozen', 'moved'] as const
/**
 * Whether this frame can be judged at all; one that is not `clear` neither starts nor clears anything. `drops` lie on the
 * lens; a `frozen` picture is byte for byte the one before while packets flow; a `moved` camera looks elsewhere than when
 * its zones were drawn, or back again without anybody having confirmed that they still fit.
 */
export type View = (typeof VIEWS)[number]

/** What the condition network saw when a zone was looked at: bins, overflowing bins, litter. */
export interface ConditionSample {
  readonly zoneId: ZoneId
  /** Clipped to the zone and merged across its tiles; empty where there is nothing to see. */
  readonly detections: readonly Detection[]
  /** Taken between two looks of the zone's schedule, for a fresh look: the rule counts the looks of its schedule only. */
  readonly extra?: true
  /** Its place looks as it did at the look before, which found this: said again, and no new evidence. */
  readonly repeated?: true
}

/** All places are those of the reference view: where the camera has drifted by a little, its boxes are moved back. */
export interface Scene {
  readonly at: EpochMs
  readonly density: 'keyframes' | 'dense'
  readonly view: View
  readonly objects: readonly SceneObject[]
  /** Of the zones that were due to be looked at in this frame; absent where none was. */
  readonly conditions?: readonly ConditionSample[]
  /**
   * A second look at a frame, for conditions alone, which need not be in time: its objects are those round their zones, and
   * whoever counts people or follows vehicles has had a scene of their own.
   */
  readonly only?: 'conditions'
  /** How far the frame lies from the reference view, in fractions of the frame; absent where it lies on it. */
  readonly drift?: Point
}

const round = (value: number, steps: number): number => Math.round(value * steps) / steps

/** Boxes to 1/10,000 of the frame, scores to 1/1,000: below what any network can tell apart. */
export function quantise<D extends Detection>(object: D): D {
  const { x1, y1, x2, y2 } = object.box
  return {
    ...object,
    score: round(object.score, 1_000),
    box: { x1: round(x1, 10_000), y1: round(y1, 10_000), x2: round(x2, 10_000), y2: round(y2, 10_000) },
  }
}

const loggedBox = z.tuple([z.number(), z.number(), z.number(), z.number()])
const loggedObject = z.tuple([z.string(), z.number(), loggedBox, z.number().nullable(), z.string().nullable()])
const loggedSample = z.tuple([
  z.string(),
  z.array(z.tuple([z.string(), z.number(), loggedBox])),
  z.enum(['x', 'r']).optional(),
])
const loggedScene = z.object({
  at: z.number(),
  d: z.enum(['k', 'd']),
  v: z.enum(VIEWS),
  o: z.array(loggedObject),
  c: z.array(loggedSample).optional(),
  m: z.tuple([z.number(), z.number()]).optional(),
  p: z.literal('c').optional(),
})
const edges = ({ x1, y1, x2, y2 }: Box): z.infer<typeof loggedBox> => [x1, y1, x2, y2]
const boxOf = ([x1, y1, x2, y2]: z.infer<typeof loggedBox>): Box => ({ x1, y1, x2, y2 })

/** One line of the detection log, without the line's end. */
export function encodeScene(scene: Scene): string {
  const logged: z.infer<typeof loggedScene> = {
    at: scene.at,
    d: scene.density === 'dense' ? 'd' : 'k',
    v: scene.view,
    o: scene.objects.map(({ label, score, box, trackId, appearance }) => [
      label,
      score,
      edges(box),
      trackId ?? null,
      appearance ?? null,
    ]),
    ...(scene.conditions && {
      c: scene.conditions.map(({ zoneId, detections, extra, repeated }) => {
        const seen = detections.map(({ label, score, box }): z.infer<typeof loggedSample>[1][number] => [
          label,
          score,
          edges(box),
        ])
        if (extra) return [zoneId, seen, 'x']
        return repeated ? [zoneId, seen, 'r'] : [zoneId, seen]
      }),
    }),
    ...(scene.drift && { m: [scene.drift.x, scene.drift.y] }),
    ...(scene.only && { p: 'c' as const }),
  }
  return JSON.stringify(logged)
}

/** Whether a logged frame could be judged, told without decoding it. A quote within a name would be escaped. */
export function isClearLine(line: string): boolean {
  return line.includes('"v":"clear"')
}

/** @throws ZodError or SyntaxError where the line is not one that `encodeScene` wrote */
export function decodeScene(line: string): Scene {
  const { at, d, v, o, c, m, p } = loggedScene.parse(JSON.parse(line))
  return {
    at,
    density: d === 'd' ? 'dense' : 'keyframes',
    view: v,
    objects: o.map(([label, score, box, trackId, appearance]) => ({
      label,
      score,
      box: boxOf(box),
      ...(trackId === null ? {} : { trackId }),
      ...(appearance === null ? {} : { appearance }),
    })),
    ...(c && {
      conditions: c.map(([zoneId, detections, mark]) => ({
        zoneId: zoneId as ZoneId,
        detections: detections.map(([label, score, box]) => ({ label, score, box: boxOf(box) })),
        ...(mark === 'x' && { extra: true as const }),
        ...(mark === 'r' && { repeated: true as const }),
      })),
    }),
    ...(m && { drift: { x: m[0], y: m[1] } }),
    ...(p && { only: 'conditions' as const }),
  }
}
