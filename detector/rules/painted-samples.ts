// For tests: what the condition network sees of a bin and of a road, written as strings with a letter for each sample.
import type { Box } from '../../core/geometry.ts'
import type { Detection, Scene, SceneObject } from '../../core/scene.ts'
import { boxAt, carAt, sampleAt, sceneAt, sight } from './painted.ts'

export const BIN: Box = { x1: 0.4, y1: 0.5, x2: 0.46, y2: 0.62 }
export const HEAPED: Box = { x1: 0.38, y1: 0.46, x2: 0.48, y2: 0.62 }
export const BEFORE_IT: SceneObject = { label: 'person', score: 0.7, box: { x1: 0.39, y1: 0.4, x2: 0.47, y2: 0.66 } }
const LITTER = sight('litter', boxAt(0.49, 0.61, 0.02))

const SEEN: Readonly<Record<string, readonly Detection[]>> = {
  k: [sight('bin', BIN)],
  O: [sight('bin-overflow', HEAPED, 0.9)],
  l: [sight('bin', BIN), LITTER],
  L: [sight('bin-overflow', HEAPED, 0.9), LITTER],
}

/** One sample every 30 s: k ok, O overflow, l and L the same with litter beside, . no bin, p a person, x blind, _ no frame. */
export function bin(series: string, fromS = 0, stepS = 30): readonly Scene[] {
  return [...series].flatMap((letter, index) => {
    const atS = fromS + index * stepS
    if (letter === '_') return []
    if (letter === 'x') return [sceneAt(atS, [], { view: 'covered' })]
    return [sampleAt(atS, SEEN[letter] ?? [], { objects: letter === 'p' ? [BEFORE_IT] : [] })]
  })
}

/** The same scenes as a trembling camera sees them. */
export function shaken(street: readonly Scene[], dx: number, dy: number): readonly Scene[] {
  const moved = ({ x1, y1, x2, y2 }: Box): Box => ({ x1: x1 + dx, y1: y1 + dy, x2: x2 + dx, y2: y2 + dy })
  return withDetections(street, seen => seen.map(one => ({ ...one, box: moved(one.box) })))
}

/** The same scenes with other detections in their samples. */
export function withDetections(
  street: readonly Scene[],
  change: (seen: readonly Detection[]) => readonly Detection[],
): readonly Scene[] {
  return street.map(scene => ({
    ...scene,
    ...(scene.conditions && {
      conditions: scene.conditions.map(sample => ({ ...sample, detections: change(sample.detections) })),
    }),
  }))
}

/** The zone of `ruleOf` is the lower four fifths of the frame: 0.5 % of it is a square of 0.0632. */
const PLACES: readonly Box[] = [0.1, 0.25, 0.4, 0.55, 0.7, 0.85].flatMap(x => [boxAt(x, 0.6), boxAt(x, 0.9)])
export const litterPlace = (row: number): Box => PLACES[row] ?? boxAt(0.5, 0.75)

/**
 * One sample a minute; a row for every piece of litter: `o` found, `.` missed, `c` a car stands on it. A column with an `x`
 * is a blind frame, one with a `_` no frame at all.
 */
export function road(rows: readonly string[], fromMin = 0, stepMin = 1): readonly Scene[] {
  const length = Math.max(...rows.map(row => row.length))
  return Array.from({ length }, (_, n) => n).flatMap(n => {
    const atS = 60 * (fromMin + n * stepMin)
    const column = rows.map(row => row[n] ?? '.')
    if (column.includes('_')) return []
    if (column.includes('x')) return [sceneAt(atS, [], { view: 'dark' })]
    const found = column.flatMap((letter, row) => (letter === 'o' ? [sight('litter', litterPlace(row), 0.6)] : []))
    const cars = column.flatMap((letter, row) => (letter === 'c' ? [carOn(litterPlace(row))] : []))
    return [sampleAt(atS, found, { objects: cars })]
  })
}

function carOn({ x1, x2, y2 }: Box): SceneObject {
  return { label: 'car', score: 0.8, box: carAt((x1 + x2) / 2, y2 + 0.01) }
}
