// The table as it is printed.
import { expect, test } from 'vitest'
import { type AlertCount, alertFigures } from '../core/alert-precision.ts'
import type { CameraId, ZoneId } from '../core/ids.ts'
import { precisionTable } from './precision.ts'

const alerts = (over: Partial<AlertCount>): AlertCount => ({
  day: '2026-01-05',
  kind: 'illegal-parking',
  cameraId: 'kerb' as CameraId,
  zoneId: 'bay' as ZoneId,
  review: 'confirmed',
  rejectReason: null,
  outcome: 'handled',
  count: 30,
  ...over,
})

test('prints a row a group, with intervals, and says which have too few verdicts', () => {
  const counts = [
    alerts({}),
    alerts({ count: 10, review: 'rejected', rejectReason: 'loading', outcome: 'none' }),
    alerts({ count: 2, zoneId: 'gate' as ZoneId }),
  ]
  const watched = [{ day: '2026-01-05', cameraId: 'kerb' as CameraId, watchedMs: 86_400_000 }]
  expect(precisionTable(alertFigures(counts, watched, [], 'zone'), '2026-01-05 to 2026-01-06')).toBe(
    [
      'alerts from 2026-01-05 to 2026-01-06; intervals of 95 %',
      '                             confirmed  rejected  undecided  precision         false/camera-day  why rejected  what came of it',
      'kerb/bay/illegal-parking     30         10        0          0.75 (0.60–0.86)  10.0 (4.8–18.4)   loading 10    handled 30',
      'kerb/gate/illegal-parking *  2          0         0          1.00 (0.34–1.00)  0.0 (0.0–3.7)     –             handled 2',
      '* fewer than 30 verdicts: too few to act on',
    ].join('\n'),
  )
  expect(precisionTable([], 'Monday to Tuesday')).toBe('no alerts from Monday to Tuesday')
})
