// Writes down what a frame shows as a scene, in the precision in which it is also logged.
import { stands, type Zone } from '../core/camera.ts'
import type { Frame, Picture } from '../core/frame.ts'
import { type Box, bottomCentre, type Point } from '../core/geometry.ts'
import {
  type Appearance,
  type ConditionSample,
  quantise,
  type Scene,
  type SceneObject,
  type View,
} from '../core/scene.ts'
import { VEHICLES } from './inference/classes.ts'

/** How the vehicle in `box`, a place of the reference view, looks in a picture that lies `drift` from it (see appearance.ts). */
export type AppearanceOf = (picture: Picture, box: Box, drift?: Point) => Appearance

/** What was seen in a frame, in coordinates of the reference view. */
export interface Seen {
  readonly view: View
  readonly objects: readonly SceneObject[]
  readonly drift?: Point | undefined
  readonly conditions?: readonly ConditionSample[]
  readonly only?: Scene['only']
}

/**
 * Only vehicles that stand where parking is illegal get an appearance: nothing else is ever compared, and what is not
 * needed about somebody's car is not kept.
 */
export function describe(
  frame: Frame,
  { view, objects, drift, conditions = [], only }: Seen,
  zones: readonly Zone[],
  appearanceOf?: AppearanceOf,
): Scene {
  const { capturedAt: at, density, picture } = frame
  const noParking = zones.filter(zone => zone.rule === 'illegal-parking')
  const looked = objects.map(quantise).map(object => {
    if (!picture || !appearanceOf || !VEHICLES.includes(object.label)) return object
    if (!noParking.some(zone => stands(zone, bottomCentre(object.box)))) return object
    return { ...object, appearance: appearanceOf(picture, object.box, drift) }
  })
  return {
    ...{ at, density, view, objects: looked },
    ...(conditions.length > 0 && { conditions }),
    ...(drift && { drift }),
    ...(only && { only }),
  }
}
