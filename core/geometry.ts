// Geometry on one picture: fractions of the frame, origin top-left.
//
//   (0,0) ───────────► x          An object stands where its box's bottom-centre is:
//     │   ┌────────┐                the wheels and the feet, not the roof.
//     │   │  box   │
//     ▼   └───●────┘
//     y       bottom-centre

export interface Point {
  readonly x: number
  readonly y: number
}

/** Two opposite corners, x1 < x2 and y1 < y2, as fractions of the frame. */
export interface Box {
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
}

/** A closed ring of at least three points; the last is joined to the first. */
export type Polygon = readonly Point[]

export const WHOLE_FRAME: Box = { x1: 0, y1: 0, x2: 1, y2: 1 }

export function boxArea(box: Box): number {
  return Math.max(0, box.x2 - box.x1) * Math.max(0, box.y2 - box.y1)
}

export function intersectionArea(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1)
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1)
  return width > 0 && height > 0 ? width * height : 0
}

/** Intersection over union, 0…1. Two empty boxes give 0. */
export function iou(a: Box, b: Box): number {
  const shared = intersectionArea(a, b)
  const union = boxArea(a) + boxArea(b) - shared
  return union > 0 ? shared / union : 0
}

/** The share of `inner` that lies in `outer`, 0…1. */
export function coverage(inner: Box, outer: Box): number {
  const area = boxArea(inner)
  return area > 0 ? intersectionArea(inner, outer) / area : 0
}

export function bottomCentre(box: Box): Point {
  return { x: (box.x1 + box.x2) / 2, y: box.y2 }
}

export function centre(box: Box): Point {
  return { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 }
}

export function clipBox(box: Box, to: Box = WHOLE_FRAME): Box {
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value))
  return {
    x1: clamp(box.x1, to.x1, to.x2),
    y1: clamp(box.y1, to.y1, to.y2),
    x2: clamp(box.x2, to.x1, to.x2),
    y2: clamp(box.y2, to.y1, to.y2),
  }
}

/** Grows a box by a share of its own width and height on every side, and clips it to the frame. */
export function expandBox(box: Box, share: number): Box {
  const dx = (box.x2 - box.x1) * share
  const dy = (box.y2 - box.y1) * share
  return clipBox({ x1: box.x1 - dx, y1: box.y1 - dy, x2: box.x2 + dx, y2: box.y2 + dy })
}

export function moveBox({ x1, y1, x2, y2 }: Box, by: Point): Box {
  return { x1: x1 + by.x, y1: y1 + by.y, x2: x2 + by.x, y2: y2 + by.y }
}

export function movePolygon(polygon: Polygon, by: Point): Polygon {
  return polygon.map(({ x, y }) => ({ x: x + by.x, y: y + by.y }))
}

/** The smallest box that holds both. */
export function hullBox(a: Box, b: Box): Box {
  return { x1: Math.min(a.x1, b.x1), y1: Math.min(a.y1, b.y1), x2: Math.max(a.x2, b.x2), y2: Math.max(a.y2, b.y2) }
}

export function polygonBounds(polygon: Polygon): Box {
  const xs = polygon.map(point => point.x)
  const ys = polygon.map(point => point.y)
  return { x1: Math.min(...xs), y1: Math.min(...ys), x2: Math.max(...xs), y2: Math.max(...ys) }
}

/** Even-odd rule; a point on the left or top edge counts as inside, on the right or bottom edge as outside. */
export function contains(polygon: Polygon, point: Point): boolean {
  let inside = false
  let previous = polygon.at(-1)
  for (const current of polygon) {
    if (previous && current.y > point.y !== previous.y > point.y) {
      const crossingX = ((previous.x - current.x) * (point.y - current.y)) / (previous.y - current.y) + current.x
      if (point.x < crossingX) inside = !inside
    }
    previous = current
  }
  return inside
}

/** Area by the shoelace formula, always positive. */
export function polygonArea(polygon: Polygon): number {
  let twice = 0
  let previous = polygon.at(-1)
  for (const current of polygon) {
    if (previous) twice += previous.x * current.y - current.x * previous.y
    previous = current
  }
  return Math.abs(twice) / 2
}

function orientation(a: Point, b: Point, c: Point): number {
  return Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x))
}

function within(a: Point, b: Point, p: Point): boolean {
  return (
    Math.min(a.x, b.x) <= p.x && p.x <= Math.max(a.x, b.x) && Math.min(a.y, b.y) <= p.y && p.y <= Math.max(a.y, b.y)
  )
}

function segmentsTouch(a: Point, b: Point, c: Point, d: Point): boolean {
  const abc = orientation(a, b, c)
  const abd = orientation(a, b, d)
  const cda = orientation(c, d, a)
  const cdb = orientation(c, d, b)
  if (abc !== abd && cda !== cdb) return true
  return (
    (abc === 0 && within(a, b, c)) ||
    (abd === 0 && within(a, b, d)) ||
    (cda === 0 && within(c, d, a)) ||
    (cdb === 0 && within(c, d, b))
  )
}

/** Whether the polygon and the box have a point in common. */
export function touches(polygon: Polygon, { x1, y1, x2, y2 }: Box): boolean {
  const corners = [
    { x: x1, y: y1 },
    { x: x2, y: y1 },
    { x: x2, y: y2 },
    { x: x1, y: y2 },
  ] as const
  const [corner] = corners
  if (contains(polygon, corner) || polygon.some(({ x, y }) => x >= x1 && x <= x2 && y >= y1 && y <= y2)) return true
  const edges = (ring: Polygon) => ring.map((from, index) => [from, ring[(index + 1) % ring.length] ?? from] as const)
  return edges(corners).some(([a, b]) => edges(polygon).some(([c, d]) => segmentsTouch(a, b, c, d)))
}

/** Whether two edges that are not neighbours meet: such a polygon has no inside that a person would agree with. */
export function crossesItself(polygon: Polygon): boolean {
  const count = polygon.length
  const corner = (index: number): Point => polygon[index % count] as Point
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      const neighbours = j === i + 1 || (i === 0 && j === count - 1)
      if (!neighbours && segmentsTouch(corner(i), corner(i + 1), corner(j), corner(j + 1))) return true
    }
  }
  return false
}
