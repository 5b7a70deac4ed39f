// Watched time from logged frames: what counts, what does not, and that nothing is lost while the database is away.
import { expect, test } from 'vitest'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { encodeScene, type View } from '../core/scene.ts'
import { type WatchedHour, WatchedTime } from './watched-time.ts'

const AT = Date.parse('2026-01-05T08:00:00+08:00')
const kerb = 'kerb' as CameraId
const frame = (afterS: number, view: View = 'clear') => {
  const at = AT + afterS * 1_000
  return { at, line: encodeScene({ at, density: 'keyframes', view, objects: [] }) }
}

async function watched(...batches: readonly (readonly ReturnType<typeof frame>[])[]) {
  const stored: WatchedHour[] = []
  const time = new WatchedTime({ addWatched: async rows => stored.push(...rows) }, silentLog)
  for (const batch of batches) time.heard(kerb, batch)
  await time.stop()
  return stored.map(({ hourAt, watchedMs }) => [(hourAt - AT) / 3_600_000, watchedMs / 1_000])
}

test.each([
  ['frames two seconds apart, over two batches', [[frame(0), frame(2)], [frame(4)]], [[0, 4]]],
  ['one frame', [[frame(0)]], []],
  ['an outage', [[frame(0), frame(2), frame(500), frame(503)]], [[0, 5]]],
  ['darkness in between', [[frame(0), frame(2), frame(4, 'dark'), frame(6, 'dark'), frame(8), frame(10)]], [[0, 4]]],
  ['a clock that is set back', [[frame(10), frame(5), frame(7)]], [[0, 2]]],
  [
    'the turn of the hour',
    [[frame(3_590), frame(3_598), frame(3_602), frame(3_604)]],
    [
      [0, 8],
      [1, 6],
    ],
  ],
])('%s', async (_, batches, expected) => {
  expect(await watched(...batches)).toEqual(expected)
})

test('keeps what the database did not take until it does', async () => {
  const stored: WatchedHour[] = []
  let away = true
  const addWatched = async (rows: readonly WatchedHour[]) => {
    if (away) throw new Error('away')
    stored.push(...rows)
  }
  const time = new WatchedTime({ addWatched }, silentLog)
  time.heard(kerb, [frame(0), frame(2)])
  await time.flush()
  time.heard(kerb, [frame(4)])
  away = false
  await time.flush()
  expect(stored).toEqual([{ cameraId: kerb, hourAt: AT, watchedMs: 4_000 }])
})
