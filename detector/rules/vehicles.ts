// The vehicles of a scene: a vehicle is the best of car, bus and truck, once.
import { type Box, iou } from '../../core/geometry.ts'
import type { SceneObject } from '../../core/scene.ts'
import { VEHICLES } from '../inference/classes.ts'

/** Recorded detections may come without suppression across classes; a van is often found both as a car and as a truck. */
const SAME_OBJECT_IOU = 0.6

/** Best score first; equal scores in the order of the scene, so that the answer is always the same. */
export function vehiclesOf(objects: readonly SceneObject[]): readonly SceneObject[] {
  const byScore = objects.filter(object => VEHICLES.includes(object.label)).sort((a, b) => b.score - a.score)
  const kept: SceneObject[] = []
  for (const vehicle of byScore) {
    if (!kept.some(other => iou(other.box, vehicle.box) > SAME_OBJECT_IOU)) kept.push(vehicle)
  }
  return kept
}

/** Mean of `count` boxes whose mean so far is `mean`, and one more. */
export function meanBox(mean: Box, count: number, box: Box): Box {
  const blend = (a: number, b: number) => (a * count + b) / (count + 1)
  return {
    x1: blend(mean.x1, box.x1),
    y1: blend(mean.y1, box.y1),
    x2: blend(mean.x2, box.x2),
    y2: blend(mean.y2, box.y2),
  }
}
