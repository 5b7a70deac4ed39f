// A scene: what one analysed frame shows, in the precision in which it is also logged.
//
// Rules see nothing but scenes, and a scene survives the detection log bit for bit: that is why a rule can be run
// again on the log and must come to the same incidents.
import { z } from 'zod'
import type { Box } from './geometry.ts'
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

/** Whether this frame can be judged at all; a blind frame neither starts nor clears anything. */
export type View = 'clear' | 'dark' | 'overexposed' | 'blurred' | 'covered' | 'moved'

export interface Scene {
  readonly at: EpochMs
  readonly density: 'keyframes' | 'dense'
  readonly view: View
  readonly objects: readonly SceneObject[]
}

const round = (value: number, steps: number): number => Math.round(value * steps) / steps

/** Boxes to 1/10,000 of the frame, scores to 1/1,000: below what any network can tell apart. */
export function quantise(object: SceneObject): SceneObject {
  const { x1, y1, x2, y2 } = object.box
  return {
    ...object,
    score: round(object.score, 1_000),
    box: { x1: round(x1, 10_000), y1: round(y1, 10_000), x2: round(x2, 10_000), y2: round(y2, 10_000) },
  }
}

const loggedObject = z.tuple([
  z.string(),
  z.number(),
  z.tuple([z.number(), z.number(), z.number(), z.number()]),
  z.number().nullable(),
  z.string().nullable(),
])
const loggedScene = z.object({
  at: z.number(),
  d: z.enum(['k', 'd']),
  v: z.enum(['clear', 'dark', 'overexposed', 'blurred', 'covered', 'moved']),
  o: z.array(loggedObject),
})

/** One line of the detection log, without the line's end. */
export function encodeScene(scene: Scene): string {
  const logged: z.infer<typeof loggedScene> = {
    at: scene.at,
    d: scene.density === 'dense' ? 'd' : 'k',
    v: scene.view,
    o: scene.objects.map(({ label, score, box, trackId, appearance }) => [
      label,
      score,
      [box.x1, box.y1, box.x2, box.y2],
      trackId ?? null,
      appearance ?? null,
    ]),
  }
  return JSON.stringify(logged)
}

/** @throws ZodError or SyntaxError where the line is not one that `encodeScene` wrote */
export function decodeScene(line: string): Scene {
  const { at, d, v, o } = loggedScene.parse(JSON.parse(line))
  return {
    at,
    density: d === 'd' ? 'dense' : 'keyframes',
    view: v,
    objects: o.map(([label, score, [x1, y1, x2, y2], trackId, appearance]) => ({
      label,
      score,
      box: { x1, y1, x2, y2 },
      ...(trackId === null ? {} : { trackId }),
      ...(appearance === null ? {} : { appearance }),
    })),
  }
}
