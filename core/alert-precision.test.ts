// Figures of verdicts, from literal counts; the intervals are those in print.
import { expect, test } from 'vitest'
import { type AlertCount, alertFigures, type WatchedDay } from './alert-precision.ts'
import type { CameraId, ZoneId } from './ids.ts'

const DAY_MS = 86_400_000
const kerb = 'kerb' as CameraId
const gate = 'gate' as CameraId

const alerts = (over: Partial<AlertCount>): AlertCount => ({
  day: '2026-01-05',
  kind: 'illegal-parking',
  cameraId: kerb,
  zoneId: 'bay' as ZoneId,
  review: 'confirmed',
  rejectReason: null,
  outcome: 'handled',
  count: 1,
  ...over,
})
const COUNTS: readonly AlertCount[] = [
  alerts({ count: 6 }),
  alerts({ count: 2, outcome: 'returned' }),
  alerts({ count: 1, review: 'rejected', rejectReason: 'permitted', outcome: 'none' }),
  alerts({ count: 1, review: 'rejected', rejectReason: 'loading', outcome: 'none', day: '2026-01-06' }),
  alerts({ count: 3, review: 'auto-confirmed', outcome: 'open' }),
  alerts({ count: 4, review: 'pending', outcome: 'none' }),
  alerts({ cameraId: gate, zoneId: 'square' as ZoneId, kind: 'crowding', count: 5, outcome: 'cancelled' }),
]
const WATCHED: readonly WatchedDay[] = [
  { day: '2026-01-05', cameraId: kerb, watchedMs: DAY_MS },
  { day: '2026-01-06', cameraId: kerb, watchedMs: DAY_MS / 2 },
  { day: '2026-01-05', cameraId: gate, watchedMs: DAY_MS },
]
const WATCHING = [
  { cameraId: kerb, kind: 'illegal-parking' },
  { cameraId: gate, kind: 'crowding' },
] as const

test('counts each zone’s verdicts, reasons and outcomes, those that nobody decided for no rate', () => {
  const [bay] = alertFigures(COUNTS, WATCHED, WATCHING, 'zone')
  expect(bay).toEqual({
    kind: 'illegal-parking',
    cameraId: 'kerb',
    zoneId: 'bay',
    day: null,
    confirmed: 8,
    rejected: 2,
    autoConfirmed: 3,
    expired: 0,
    pending: 4,
    // Wilson of 8 in 10; Garwood of 2 events: 0.242 to 7.225.
    precision: { value: 0.8, low: expect.closeTo(0.490_2, 4), high: expect.closeTo(0.943_3, 4) },
    falseAlarmsPerCameraDay: {
      value: expect.closeTo(2 / 1.5, 6),
      low: expect.closeTo(0.242_2 / 1.5, 3),
      high: expect.closeTo(7.224_7 / 1.5, 3),
    },
    cameraDays: 1.5,
    reasons: { loading: 1, permitted: 1 },
    outcomes: { handled: 6, returned: 2, open: 3, cancelled: 0, none: 0 },
    few: true,
  })
})

test.each([
  ['all', [[15, 2.5, 13 / 15]]],
  [
    'kind',
    [
      [10, 1.5, 0.8],
      [5, 1, 1],
    ],
  ],
  [
    'camera',
    [
      [10, 1.5, 0.8],
      [5, 1, 1],
    ],
  ],
  [
    'zone',
    [
      [10, 1.5, 0.8],
      [5, 1, 1],
    ],
  ],
  [
    'day',
    [
      [14, 2, 13 / 14],
      [1, 0.5, 0],
    ],
  ],
] as const)('groups by %s, and counts only the days of cameras that could have raised it', (by, expected) => {
  const figures = alertFigures(COUNTS, WATCHED, WATCHING, by)
  expect(figures.map(of => [of.confirmed + of.rejected, of.cameraDays, of.precision?.value])).toEqual(expected)
})

test('has no rate by time where nobody knows the time, and no precision without a verdict', () => {
  const [none] = alertFigures([alerts({ review: 'pending', outcome: 'none' })], null, WATCHING, 'all')
  expect(none).toMatchObject({ precision: null, falseAlarmsPerCameraDay: null, cameraDays: null, few: true })
  expect(alertFigures([], WATCHED, WATCHING, 'all')).toEqual([])
})

test('thirty verdicts are no longer few', () => {
  expect(alertFigures([alerts({ count: 29 })], null, [], 'all')[0]?.few).toBe(true)
  expect(alertFigures([alerts({ count: 30 })], null, [], 'all')[0]?.few).toBe(false)
})
