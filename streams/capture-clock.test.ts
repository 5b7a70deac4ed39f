// When a picture was taken, by literal tables of packets.
import { expect, test } from 'vitest'
import { CaptureClock } from './capture-clock.ts'

/** [arrivedAt, mediaMs, senderAt?] → [capturedAt, clock] */
type Row = readonly [readonly [number, number, number?], readonly [number, string]]

function play(clock: CaptureClock, rows: readonly Row[]): unknown {
  return rows.map(([[arrivedAt, mediaMs, senderAt]]) => {
    clock.observe({ arrivedAt, mediaMs, ...(senderAt === undefined ? {} : { senderAt }) })
    const stamp = clock.stamp(mediaMs, arrivedAt)
    return [stamp.capturedAt, stamp.clock]
  })
}
const expected = (rows: readonly Row[]) => rows.map(([, want]) => want)

test('takes the instant of arrival while the sender reports no time', () => {
  const rows: Row[] = [
    [
      [10_000, 0],
      [10_000, 'arrival'],
    ],
    [
      [12_030, 2_000],
      [12_030, 'arrival'],
    ],
  ]
  expect(play(new CaptureClock(), rows)).toEqual(expected(rows))
})

test('takes the sender’s own time while it is within two seconds of ours, whatever the network delays', () => {
  const rows: Row[] = [
    [
      [10_040, 0, 10_000],
      [10_000, 'sender'],
    ],
    [
      [12_900, 2_000, 12_000],
      [12_000, 'sender'],
    ],
    [
      [14_010, 4_000, 14_000],
      [14_000, 'sender'],
    ],
  ]
  const clock = new CaptureClock()
  expect(play(clock, rows)).toEqual(expected(rows))
  expect(clock.skewMs).toBe(-10)
})

test('keeps a wrong sender’s spacing on our clock, by the least delay of the window', () => {
  // Eight hours ahead: local time sent as universal time.
  const ahead = 28_800_000
  const rows: Row[] = [
    [
      [10_050, 0, 10_000 + ahead],
      [10_050, 'corrected'],
    ],
    [
      [12_020, 2_000, 12_000 + ahead],
      [12_020, 'corrected'],
    ],
    [
      [14_900, 4_000, 14_000 + ahead],
      [14_020, 'corrected'],
    ],
  ]
  const clock = new CaptureClock()
  expect(play(clock, rows)).toEqual(expected(rows))
  expect(clock.skewMs).toBe(ahead - 20)
})

test('slews from arrival to the sender’s time by a tenth of the time that passes', () => {
  const rows: Row[] = [
    [
      [10_300, 0],
      [10_300, 'arrival'],
    ],
    // The sender says 12,000; going on from arrival would be 12,300: nothing jumps.
    [
      [12_300, 2_000, 12_000],
      [12_300, 'sender'],
    ],
    [
      [14_300, 4_000, 14_000],
      [14_100, 'sender'],
    ],
    [
      [16_300, 6_000, 16_000],
      [16_000, 'sender'],
    ],
  ]
  expect(play(new CaptureClock(), rows)).toEqual(expected(rows))
})

test('never goes back when a late burst or a stepped sender would make it', () => {
  const clock = new CaptureClock()
  const first = clock.stamp(0, 20_000)
  const second = clock.stamp(40, 19_000)
  expect([first.capturedAt, second.capturedAt]).toEqual([20_000, 20_001])
})

test('forgets the old offset when the sender sets its clock, in either direction', () => {
  const clock = new CaptureClock()
  play(clock, [
    [
      [10_020, 0, 10_000],
      [0, ''],
    ],
    [
      [12_020, 2_000, 12_000],
      [0, ''],
    ],
  ])
  // An hour back at once: without the reset the least delay would stay that of the old clock for a minute.
  const after: Row[] = [
    [
      [14_020, 4_000, 14_000 - 3_600_000],
      [14_000, 'corrected'],
    ],
    [
      [16_020, 6_000, 16_000 - 3_600_000],
      [16_020, 'corrected'],
    ],
  ]
  expect(play(clock, after)).toEqual(expected(after))
  expect(clock.skewMs).toBe(-3_600_020)
})

test('begins anew after a reconnect and goes on rising', () => {
  const clock = new CaptureClock()
  play(clock, [
    [
      [50_000, 40_000, 49_990],
      [0, ''],
    ],
  ])
  clock.restart()
  expect(clock.skewMs).toBeNull()
  expect(clock.stamp(0, 53_000).capturedAt).toBeGreaterThan(49_990)
})

test('lets footage that begins again go on after what was handed out', () => {
  const clock = new CaptureClock()
  clock.restart()
  expect([0, 500].map(ms => clock.stampFootage(1_000_000 + ms).capturedAt)).toEqual([1_000_000, 1_000_500])
  clock.restart()
  expect([0, 500].map(ms => clock.stampFootage(1_000_000 + ms).capturedAt)).toEqual([1_000_501, 1_001_001])
})
