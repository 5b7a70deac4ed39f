// Which zones are too small to judge, at the camera's native resolution.
import { expect, test } from 'vitest'
import type { Zone } from './camera.ts'
import type { CameraId, ZoneId } from './ids.ts'
import { tooSmall } from './zone-size.ts'

const FULL_HD = { widthPx: 1920, heightPx: 1080 }
const JAM_CAM = { widthPx: 352, heightPx: 288 }

/** A rectangle whose corner lies where fractions do not come out even. */
function zone(rule: Zone['rule'], width: number, height: number) {
  const [x, y] = [0.4, 0.1]
  const polygon = [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ]
  return { id: 'bin' as ZoneId, cameraId: 'gate' as CameraId, rule, polygon }
}

test.each([
  ['overflowing-bin', FULL_HD, [40, 40], undefined],
  ['overflowing-bin', FULL_HD, [24, 24], undefined],
  ['overflowing-bin', FULL_HD, [23.9, 400], 23],
  ['dirty-road', FULL_HD, [800, 20], 20],
  ['dirty-road', JAM_CAM, [80, 30], undefined],
  ['crowding', JAM_CAM, [10, 10], undefined],
  ['illegal-parking', JAM_CAM, [10, 10], undefined],
] as const)('%s on %j in a zone of %j px: %s', (rule, frame, [width, height], sidePx) => {
  const error = tooSmall(zone(rule, width / frame.widthPx, height / frame.heightPx), frame)
  expect(error?.detail).toEqual(sidePx && { where: 'zone gate/bin', sidePx, leastPx: 24 })
})

test('a zone that is large enough on one camera is too small on another', () => {
  const bin = zone('overflowing-bin', 0.05, 0.1)
  expect(tooSmall(bin, FULL_HD)).toBeUndefined()
  expect(tooSmall(bin, JAM_CAM)).toMatchObject({ code: 'zone-too-small' })
})
