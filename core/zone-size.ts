// The least size at which the condition of a place can be judged from its pixels.
import type { Zone } from './camera.ts'
import { JiemuError } from './errors.ts'
import { polygonBounds } from './geometry.ts'
import { CONDITION_RULES } from './observation.ts'

/** On the zone's short side, at the camera's native resolution: below it a bin is a handful of pixels. */
export const LEAST_ZONE_PX = 24

/**
 * @param frame the camera's native size
 * @param where names the zone in the error
 * @returns JiemuError zone-too-small where the zone's bounding box is too small for its rule
 */
export function tooSmall(
  { id, cameraId, rule, polygon }: Pick<Zone, 'id' | 'cameraId' | 'rule' | 'polygon'>,
  frame: { readonly widthPx: number; readonly heightPx: number },
  where = `zone ${cameraId}/${id}`,
): JiemuError | undefined {
  if (!CONDITION_RULES.includes(rule)) return undefined
  const { x1, y1, x2, y2 } = polygonBounds(polygon)
  const sidePx = Math.min((x2 - x1) * frame.widthPx, (y2 - y1) * frame.heightPx)
  // Fractions of a frame do not come out whole.
  if (sidePx > LEAST_ZONE_PX - 1e-6) return undefined
  return new JiemuError('zone-too-small', { where, sidePx: Math.floor(sidePx), leastPx: LEAST_ZONE_PX })
}
