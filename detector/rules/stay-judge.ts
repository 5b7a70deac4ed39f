// A fresh look at a stay: whether its vehicle still stands on its place, by the place and the vehicle's looks.
import type { Breach, LookSample } from '../../core/fresh-look.ts'
import { iou } from '../../core/geometry.ts'
import type { SceneObject } from '../../core/scene.ts'
import type { EpochMs } from '../../core/time.ts'
import { CANNOT_TELL } from '../appearance.ts'
import { ANOTHER_BELOW, isCovered, likeness, ONE_PLACE_IOU, placeOf } from './places.ts'
import type { StayState } from './stays.ts'

/**
 * A place of which much is behind other vehicles was not seen. Where another vehicle stands on it the one that was
 * reported is gone; one that cannot be told from it leaves the matter open.
 * @param state after the scene of `at` was taken in
 */
export function judgeStay(
  { stays, departed }: StayState,
  { subject, boxes }: Breach,
  vehicles: readonly SceneObject[],
  at: EpochMs,
  appearanceMatch: number,
): LookSample {
  const stay = stays.find(({ id }) => id === subject)
  if (stay?.lastAt === at) return 'there'
  const known = stay ?? departed.find(({ id }) => id === subject)
  const box = known?.box ?? boxes[0]
  if (!box) return 'blind'
  if (!isCovered(box, vehicles)) return 'clear'
  // Whatever covers it from the front is larger, or lies elsewhere.
  const onIt = vehicles.find(vehicle => iou(vehicle.box, box) > ONE_PLACE_IOU)
  if (!known || !onIt) return 'blind'
  if ('how' in known && known.how === 'replaced') return 'clear'
  const alike = likeness(known, placeOf(onIt, at, true))
  if (alike === CANNOT_TELL) return 'blind'
  if (alike >= appearanceMatch) return 'there'
  return alike < ANOTHER_BELOW ? 'clear' : 'blind'
}
