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

const ARRIVED_FIRST = 1_700_000_000_000
const OLDEST_MS = 12_000
const HOUR_MS = 3_600_000

/** The n-th packet of a camera that sends one a second: what its clock says, and how long the way takes. */
function camera(n: number, lie: (trueMs: number, elapsedMs: number) => number | undefined) {
  const elapsedMs = n * 1_000
  const trueMs = ARRIVED_FIRST + elapsedMs
  // Between 10 and 59 ms, in no order.
  const arrivedAt = trueMs + 10 + ((n * 7_919) % 50)
  return { trueMs, arrivedAt, mediaMs: elapsedMs, senderAt: lie(trueMs, elapsedMs) }
}

/** The clock of each picture, and how far what was taken for its time lies from the truth; checks what holds of any clock. */
function follow(seconds: number, lie: Parameters<typeof camera>[1], clock = new CaptureClock()) {
  const errors: number[] = []
  const clocks = new Set<string>()
  let lastAt = 0
  for (let n = 0; n < seconds; n++) {
    const { trueMs, arrivedAt, mediaMs, senderAt } = camera(n, lie)
    clock.observe({ arrivedAt, mediaMs, ...(senderAt === undefined ? {} : { senderAt }) })
    const stamp = clock.stamp(mediaMs, arrivedAt)
    expect(stamp.capturedAt).toBeGreaterThan(lastAt)
    expect(stamp.capturedAt).toBeLessThanOrEqual(arrivedAt)
    expect(stamp.capturedAt).toBeGreaterThanOrEqual(arrivedAt - OLDEST_MS)
    lastAt = stamp.capturedAt
    errors.push(stamp.capturedAt - trueMs)
    clocks.add(stamp.clock)
  }
  return { clock, clocks: [...clocks], worstMs: Math.max(...errors.map(Math.abs)) }
}

test.each<[string, number, Parameters<typeof camera>[1], string[], number]>([
  ['tells the truth', 600, trueMs => trueMs, ['sender'], 0],
  ['is eight hours ahead: local time', 600, trueMs => trueMs + 8 * HOUR_MS, ['corrected'], 60],
  ['is five hours behind: local time', 600, trueMs => trueMs - 5 * HOUR_MS, ['corrected'], 60],
  ['counts since it was switched on, from 1970', 600, (_, elapsedMs) => elapsedMs, ['corrected'], 60],
  ['counts since it was switched on, from 1900', 600, (_, ms) => ms - 2_208_988_800_000, ['corrected'], 60],
  ['sends no reports', 600, () => undefined, ['arrival'], 60],
  ['stops sending reports', 600, (trueMs, ms) => (ms < 60_000 ? trueMs : undefined), ['sender'], 0],
  // 0.5 ms a second: within the window of a minute the least delay is 30 ms old.
  ['runs 500 ppm fast for an hour', 3_600, (trueMs, ms) => trueMs + ms * 5e-4, ['sender', 'corrected'], 100],
  ['runs 500 ppm slow for a quarter of an hour', 900, (trueMs, ms) => trueMs - ms * 5e-4, ['sender'], 460],
  // Believed until it is two seconds late, and from then on by our clock.
  ['runs 500 ppm slow for three hours', 10_800, (trueMs, ms) => trueMs - ms * 5e-4, ['sender', 'corrected'], 2_030],
  ['runs 500 ppm fast, eight hours ahead', 3_600, (trueMs, ms) => trueMs + 8 * HOUR_MS + ms * 5e-4, ['corrected'], 60],
  ['runs 500 ppm slow, eight hours ahead', 3_600, (trueMs, ms) => trueMs + 8 * HOUR_MS - ms * 5e-4, ['corrected'], 90],
  ['jumps an hour on', 600, (trueMs, ms) => trueMs + (ms < 300_000 ? 0 : HOUR_MS), ['sender', 'corrected'], 60],
  ['jumps an hour back', 600, (trueMs, ms) => trueMs - (ms < 300_000 ? 0 : HOUR_MS), ['sender', 'corrected'], 60],
  ['is set right at last', 600, (trueMs, ms) => (ms < 300_000 ? ms : trueMs), ['corrected', 'sender'], 60],
  ['jumps back by less than a step', 600, (trueMs, ms) => trueMs - (ms < 300_000 ? 0 : 900), ['sender'], 900],
  ['is half a second ahead, which no picture can be', 600, trueMs => trueMs + 500, ['corrected'], 60],
])('capture time stays within its bounds where a clock %s', (_what, seconds, lie, clocks, worstMs) => {
  const followed = follow(seconds, lie)
  expect(followed.clocks).toEqual(clocks)
  expect(followed.worstMs).toBeLessThanOrEqual(worstMs)
})

test('a clock at the limit does not change sides with every packet', () => {
  const clock = new CaptureClock()
  const clocks: string[] = []
  for (let n = 0; n < 600; n++) {
    const { arrivedAt, mediaMs, trueMs } = camera(n, () => 0)
    // Swings about two seconds of delay, slower than the window.
    clock.observe({ arrivedAt, mediaMs, senderAt: trueMs - 1_990 - 200 * Math.sin(n / 60) })
    clocks.push(clock.stamp(mediaMs, arrivedAt).clock)
  }
  expect(clocks.filter((each, index) => index > 0 && each !== clocks[index - 1])).toEqual(['corrected'])
})

test('pictures whose own time steps back with the reports are not held at the last one’s time', () => {
  const clock = new CaptureClock()
  follow(60, trueMs => trueMs, clock)
  for (let n = 60; n < 70; n++) {
    const { arrivedAt, mediaMs, trueMs } = camera(n, () => 0)
    clock.observe({ arrivedAt, mediaMs: mediaMs - HOUR_MS, senderAt: trueMs - HOUR_MS })
    const { capturedAt } = clock.stamp(mediaMs - HOUR_MS, arrivedAt)
    expect(Math.abs(capturedAt - trueMs)).toBeLessThanOrEqual(60)
  }
})
