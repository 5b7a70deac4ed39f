// Two junctions over a whole day, a clip each quarter of an hour: night, rain, a low sun, and now and then the other one's view.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { shownOf } from '../benchmarks/sight/spoil.ts'
import type { RgbImage } from '../core/frame.ts'
import { WHOLE_FRAME } from '../core/geometry.ts'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { NO_WORD } from '../core/reference-view.ts'
import { type EpochMs, ManualClock } from '../core/time.ts'
import { openCameraStream } from '../streams/camera-stream.ts'
import { absent, FOOTAGE } from '../tests/support/jiemu.ts'
import { ViewGate } from './view-gate.ts'

const JAMCAM = join(FOOTAGE, 'jamcam-2017')
const DAYS = ['09747', '09801'] as const
type Day = (typeof DAYS)[number]

interface Still {
  readonly at: EpochMs
  readonly image: RgbImage
}

const read = new Map<Day, Promise<readonly Still[]>>()

/** Two pictures of each clip. */
function stillsOf(day: Day): Promise<readonly Still[]> {
  const stills = read.get(day) ?? readDay(day)
  read.set(day, stills)
  return stills
}

async function readDay(day: Day): Promise<readonly Still[]> {
  const camera = { id: day as CameraId, source: { kind: 'clips', path: day }, sampling: { every: 0.2 } }
  const clock = new ManualClock(0)
  const stream = openCameraStream(camera, { pace: 'replay', clock, log: silentLog, baseDir: JAMCAM })
  const stills: Still[] = []
  for await (const { picture, capturedAt } of stream.frames()) {
    if (picture) stills.push({ at: capturedAt, image: picture.rgb(WHOLE_FRAME) })
    picture?.release()
  }
  return stills
}

const gateOf = (day: Day, restored?: ViewGate['reference']) =>
  new ViewGate({ id: day as CameraId, zones: [], viewWord: NO_WORD }, restored)
const viewsOf = (gate: ViewGate, stills: readonly Still[]) =>
  stills.map(({ at, image }) => gate.judge(shownOf(image), at).view)
const hourOf = (at: EpochMs) => new Date(at).getUTCHours()

describe.skipIf(absent(JAMCAM))('the JamCam days (needs ../shared/footage)', () => {
  test.each(DAYS)('%s is never blind nor elsewhere, from midnight to midnight', async day => {
    const [gate, stills] = [gateOf(day), await stillsOf(day)]
    expect(stills.length).toBeGreaterThan(180)
    expect(new Set(viewsOf(gate, stills))).toEqual(new Set(['clear']))
    expect(gate.sight()).toMatchObject({ alignment: 'aligned', pending: null, blindMs: {} })
    expect(gate.reference?.anchor.takenAt).toBe(stills[0]?.at)
  })

  test.each([
    ['09747', '09801'],
    ['09801', '09747'],
  ] as const)('%s that shows %s for half an hour is elsewhere just then', async (day, other) => {
    const [own, foreign] = [await stillsOf(day), await stillsOf(other)]
    for (const hour of [1, 6, 12, 17, 21]) {
      const gate = gateOf(day)
      const before = own.filter(({ at }) => hourOf(at) === hour)
      const last = before.at(-1)?.at ?? 0
      const elsewhere = foreign.filter(({ at }) => at > last && at < last + 25 * 60_000)
      const after = own.filter(({ at }) => at > (elsewhere.at(-1)?.at ?? 0)).slice(0, 4)
      expect(elsewhere.length).toBeGreaterThan(1)
      expect(new Set(viewsOf(gate, before)), `${hour} h before`).toEqual(new Set(['clear']))
      expect(new Set(viewsOf(gate, elsewhere)), `${hour} h elsewhere`).toEqual(new Set(['moved']))
      expect(new Set(viewsOf(gate, after)), `${hour} h after`).toEqual(new Set(['clear']))
    }
  })

  test.each(DAYS)('%s is known again at noon by what it showed at midnight', async day => {
    const stills = await stillsOf(day)
    const gate = gateOf(day)
    viewsOf(
      gate,
      stills.filter(({ at }) => hourOf(at) === 0),
    )
    const noon = stills.filter(({ at }) => hourOf(at) === 12)
    expect(new Set(viewsOf(gateOf(day, gate.reference), noon))).toEqual(new Set(['clear']))
  })
})
