// A zone that is being drawn: its corners and settings, and every step that can be taken back.
import { crossesItself, type Point, type Polygon, polygonArea } from '../../../../core/geometry.ts'
import type { ZoneRule } from '../devices-client.ts'

export interface Draft {
  readonly name: string
  readonly rule: ZoneRule
  readonly polygon: Polygon
  /** While it is drawn corner by corner it has no inside yet. */
  readonly closed: boolean
  readonly options: Readonly<Record<string, unknown>>
  readonly place: string | null
  readonly position: { readonly lat: number; readonly lon: number } | null
}

export interface History {
  readonly past: readonly Draft[]
  readonly now: Draft
  readonly future: readonly Draft[]
  /** What the last step belongs to: steps of one movement, or of one field, are taken back together. */
  readonly stroke: string | null
}

export type Step =
  | { readonly type: 'change'; readonly change: Partial<Draft>; readonly stroke?: string }
  | { readonly type: 'settle' }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  | { readonly type: 'begin'; readonly draft: Draft }

const MOST_STEPS = 200

export const begun = (draft: Draft): History => ({ past: [], now: draft, future: [], stroke: null })

export function take(history: History, step: Step): History {
  const { past, now, future, stroke } = history
  switch (step.type) {
    case 'begin':
      return begun(step.draft)
    case 'settle':
      return { ...history, stroke: null }
    case 'undo': {
      const before = past.at(-1)
      return before ? { past: past.slice(0, -1), now: before, future: [now, ...future], stroke: null } : history
    }
    case 'redo': {
      const [next, ...rest] = future
      return next ? { past: [...past, now], now: next, future: rest, stroke: null } : history
    }
    case 'change': {
      const goesOn = step.stroke !== undefined && step.stroke === stroke
      return {
        past: goesOn ? past : [...past, now].slice(-MOST_STEPS),
        now: { ...now, ...step.change },
        future: [],
        stroke: step.stroke ?? null,
      }
    }
  }
}

/** So near to the edge a corner is on it: nobody can hit it exactly. */
const SNAP = 0.012

const within = (value: number): number => Math.min(1, Math.max(0, value))
const onEdge = (value: number): number => (value < SNAP ? 0 : value > 1 - SNAP ? 1 : value)
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000

export const snapped = ({ x, y }: Point): Point => ({
  x: rounded(onEdge(within(x))),
  y: rounded(onEdge(within(y))),
})

export const withCorner = (polygon: Polygon, index: number, corner: Point): Polygon =>
  polygon.map((old, at) => (at === index ? corner : old))

/** Behind the corner `index`. */
export const withCornerAfter = (polygon: Polygon, index: number, corner: Point): Polygon => [
  ...polygon.slice(0, index + 1),
  corner,
  ...polygon.slice(index + 1),
]

/** Three at least stay. */
export const withoutCorner = (polygon: Polygon, index: number): Polygon =>
  polygon.length > 3 ? polygon.filter((_, at) => at !== index) : polygon

/** As a whole, as far as the frame goes. */
export function shifted(polygon: Polygon, { x, y }: Point): Polygon {
  const free = (from: readonly number[], by: number) =>
    Math.min(1 - Math.max(...from), Math.max(-Math.min(...from), by))
  const dx = free(
    polygon.map(corner => corner.x),
    x,
  )
  const dy = free(
    polygon.map(corner => corner.y),
    y,
  )
  return polygon.map(corner => ({ x: rounded(corner.x + dx), y: rounded(corner.y + dy) }))
}

export type Flaw = 'open' | 'crosses' | 'empty' | 'too-many'

/** Why it cannot be saved or tried. */
export function flawOf({ polygon, closed }: Pick<Draft, 'polygon' | 'closed'>): Flaw | null {
  if (!closed || polygon.length < 3) return 'open'
  if (polygon.length > 64) return 'too-many'
  if (crossesItself(polygon)) return 'crosses'
  return polygonArea(polygon) < 1e-6 ? 'empty' : null
}
