// Writes down what a frame shows as a scene, in the precision in which it is also logged.
import { stands, type Zone } from '../core/camera.ts'
import type { Frame, Picture } from '../core/frame.ts'
import { type Box, bottomCentre } from '../core/geometry.ts'
import { type Appearance, quantise, type Scene, type SceneObject, type View } from '../core/scene.ts'
import { VEHICLES } from './inference/classes.ts'

/** How the vehicle in `box` looks (see appearance.ts). */
export type AppearanceOf = (picture: Picture, box: Box) => Appearance

/**
 * Only vehicles that stand where parking is illegal get an appearance: nothing else is ever compared, and what is not
 * needed about somebody's car is not kept.
 */
export function describe(
  frame: Frame,
  view: View,
  objects: readonly SceneObject[],
  zones: readonly Zone[],
  appearanceOf?: AppearanceOf,
): Scene {
  const { capturedAt: at, density, picture } = frame
  const noParking = zones.filter(zone => zone.rule === 'illegal-parking')
  const looked = objects.map(quantise).map(object => {
    if (!picture || !appearanceOf || !VEHICLES.includes(object.label)) return object
    if (!noParking.some(zone => stands(zone, bottomCentre(object.box)))) return object
    return { ...object, appearance: appearanceOf(picture, object.box) }
  })
  return { at, density, view, objects: looked }
}
