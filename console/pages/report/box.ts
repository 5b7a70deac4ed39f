// A box that somebody draws on a picture, by mouse or by keys, in fractions of the frame.
import type { Box, Point } from '../../../core/geometry.ts'

const within = (value: number): number => Math.min(1, Math.max(0, value))
/** One press of a key. */
const STEP = 0.01
const SMALLEST = 0.02
const FIRST: Box = { x1: 0.4, y1: 0.4, x2: 0.6, y2: 0.6 }

/** From one corner to the other, whichever way it was drawn. */
export const boxBetween = (from: Point, to: Point): Box => ({
  x1: within(Math.min(from.x, to.x)),
  y1: within(Math.min(from.y, to.y)),
  x2: within(Math.max(from.x, to.x)),
  y2: within(Math.max(from.y, to.y)),
})

/** A click is no box. */
export const isDrawn = ({ x1, y1, x2, y2 }: Box): boolean => x2 - x1 >= SMALLEST && y2 - y1 >= SMALLEST

const WAYS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
}

/**
 * What a key makes of it: arrows move it, with Shift they move its lower right corner; the first puts it in the middle.
 * @returns undefined for keys that are none of ours
 */
export function boxByKey(box: Box | undefined, key: string, sizes: boolean): Box | undefined {
  const way = WAYS[key]
  if (!way) return undefined
  if (!box) return FIRST
  const { x1, y1, x2, y2 } = box
  if (sizes) {
    return { x1, y1, x2: within(Math.max(x1 + SMALLEST, x2 + way.x)), y2: within(Math.max(y1 + SMALLEST, y2 + way.y)) }
  }
  const by = { x: Math.min(1 - x2, Math.max(-x1, way.x)), y: Math.min(1 - y2, Math.max(-y1, way.y)) }
  return { x1: x1 + by.x, y1: y1 + by.y, x2: x2 + by.x, y2: y2 + by.y }
}
