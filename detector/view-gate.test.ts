// What the gate says of a drawn street: looked at from elsewhere, out of focus, in the dark, and back again.
import { describe, expect, test } from 'vitest'
import {
  looking,
  outOfFocus,
  relit,
  shownOf,
  taken,
  withDrops,
  withHand,
  withLorry,
} from '../benchmarks/sight/spoil.ts'
import type { Camera } from '../core/camera.ts'
import type { RgbImage } from '../core/frame.ts'
import type { CameraId, PlaceId, ZoneId } from '../core/ids.ts'
import { NO_WORD, type ReferenceView, type ViewWord } from '../core/reference-view.ts'
import type { View } from '../core/scene.ts'
import { seededRandom } from '../fixtures/random.ts'
import { referenceKey, ViewGate } from './view-gate.ts'

const WIDTH_PX = 320
const HEIGHT_PX = 180

/** Walls, windows and kerbs: a few hundred rectangles with sharp edges. */
function street(seed: number, widthPx = WIDTH_PX, heightPx = HEIGHT_PX): RgbImage {
  const random = seededRandom(seed)
  const pixels = new Uint8Array(widthPx * heightPx * 3).fill(110)
  for (let piece = 0; piece < 300; piece++) {
    const [left, top] = [Math.floor(random() * widthPx), Math.floor(random() * heightPx)]
    const [right, bottom] = [left + 4 + random() * 34, top + 4 + random() * 27]
    const shade = Math.round(40 + 170 * random())
    for (let y = top; y < Math.min(bottom, heightPx); y++) {
      pixels.fill(shade, (y * widthPx + left) * 3, (y * widthPx + Math.floor(Math.min(right, widthPx))) * 3)
    }
  }
  return { widthPx, heightPx, pixels }
}

const STREET = street(1)
const ELSEWHERE = street(2)
const zone = (version: number): Camera['zones'][number] => ({
  id: 'kerb' as ZoneId,
  name: 'kerb',
  cameraId: 'cam' as CameraId,
  version,
  rule: 'illegal-parking',
  polygon: [
    { x: 0, y: 0.5 },
    { x: 1, y: 0.5 },
    { x: 1, y: 1 },
  ],
  options: {},
  placeId: 'cam/kerb' as PlaceId,
})
const cameraOf = (viewWord: ViewWord = NO_WORD, version = 1) => ({
  id: 'cam' as CameraId,
  zones: [zone(version)],
  viewWord,
})

const START = 1_000_000
const MINUTE_MS = 60_000

/** A gate with its own running time. */
class Watch {
  gate: ViewGate
  at = START

  constructor(restored?: ReferenceView, camera = cameraOf(), at = START) {
    this.gate = new ViewGate(camera, restored)
    this.at = at
  }

  see(image: RgbImage, stepMs = 2_000) {
    this.at += stepMs
    return this.gate.judge(shownOf(taken(image, this.at)), this.at)
  }

  /** The views of as many frames, without repeats. */
  views(image: RgbImage, frames: number, stepMs?: number): readonly View[] {
    return [...new Set(Array.from({ length: frames }, () => this.see(image, stepMs).view))]
  }

  restarted(camera = cameraOf()): Watch {
    const kept = this.gate.reference
    return new Watch(kept && (JSON.parse(JSON.stringify(kept)) as ReferenceView), camera, this.at)
  }
}

/** That has known the street for a quarter of an hour. */
function settled(image = STREET): Watch {
  const watch = new Watch()
  expect(watch.views(image, 15, MINUTE_MS)).toEqual(['clear'])
  expect(watch.gate.sight()).toMatchObject({ view: 'clear', alignment: 'aligned', pending: null, blindMs: {} })
  return watch
}

const DROPS = [
  { x: 0.3, y: 0.45, radius: 0.2 },
  { x: 0.7, y: 0.6, radius: 0.22 },
]

describe('a view that is spoiled, and again as it was', () => {
  const cases: readonly (readonly [string, (image: RgbImage) => RgbImage, View])[] = [
    ['without light', image => relit(image, 0.02, 2), 'dark'],
    ['in half of the light', image => relit(image, 0.5, 5), 'clear'],
    ['blinded', image => relit(image, 0.1, 240), 'overexposed'],
    ['in haze', image => relit(image, 0.4, 100), 'clear'],
    ['out of focus', image => outOfFocus(image, 3), 'blurred'],
    ['far out of focus', image => outOfFocus(image, 5), 'blurred'],
    ['with a hand before it', image => withHand(image, 1.2), 'covered'],
    ['with a lorry before half of it', image => withLorry(image, 0.5), 'clear'],
    ['looking elsewhere', () => ELSEWHERE, 'moved'],
  ]
  test.each(cases)('%s', (_, spoil, view) => {
    const watch = settled()
    expect(watch.views(spoil(STREET), 5)).toEqual([view])
    expect(watch.views(STREET, 5)).toEqual(['clear'])
    expect(watch.gate.sight().blindMs).toEqual(view === 'clear' ? {} : { [view]: 10_000 })
  })

  test('with drops on it, once they have stayed for a minute', () => {
    const watch = settled()
    expect(watch.views(withDrops(STREET, DROPS), 15)).toEqual(['clear'])
    watch.views(withDrops(STREET, DROPS), 20)
    expect(watch.views(withDrops(STREET, DROPS), 5)).toEqual(['drops'])
    expect(watch.views(STREET, 5)).toEqual(['clear'])
  })
})

describe('a frozen picture', () => {
  test('is one that is the same for ten seconds, and no shorter', () => {
    const watch = settled()
    const still = shownOf(taken(STREET, 5))
    const views = [0, 4, 8, 9, 11, 15].map(seconds => watch.gate.judge(still, watch.at + 1_000 * (1 + seconds)).view)
    expect(views).toEqual(['clear', 'clear', 'clear', 'clear', 'frozen', 'frozen'])
    watch.at += 20_000
    expect(watch.see(STREET).view).toBe('clear')
  })

  test('is not made of two frames, however far apart', () => {
    const watch = settled()
    const still = shownOf(taken(STREET, 5))
    expect([0, MINUTE_MS].map(ms => watch.gate.judge(still, watch.at + 1_000 + ms).view)).toEqual(['clear', 'clear'])
  })
})

describe('the reference', () => {
  test('is taken from the first frame that shows something, and fits into what is stored', () => {
    const watch = new Watch()
    watch.views(relit(STREET, 0.02, 2), 3)
    expect(watch.gate.reference).toBeUndefined()
    expect(watch.gate.sight().alignment).toBe('unknown')
    watch.views(STREET, 2)
    expect(watch.gate.reference).toMatchObject({
      cameraId: 'cam',
      key: referenceKey(cameraOf()),
      frame: { widthPx: WIDTH_PX, heightPx: HEIGHT_PX },
      anchor: { takenAt: START + 8_000 },
    })
    expect(watch.gate.revision).toBe(1)
    expect(JSON.stringify(watch.gate.reference).length).toBeLessThan(65_536)
  })

  test('is taken anew where the next frame already disagrees: the first may have been torn', () => {
    const watch = new Watch()
    expect([watch.see(ELSEWHERE).view, ...watch.views(STREET, 5)]).toEqual(['clear', 'clear'])
    expect(watch.gate.sight().alignment).toBe('aligned')
  })

  test('is refreshed every ten minutes while aligned; its anchor stays', () => {
    const watch = settled()
    const before = watch.gate.reference
    watch.views(STREET, 10, MINUTE_MS)
    expect(watch.gate.reference?.anchor).toEqual(before?.anchor)
    expect(watch.gate.reference?.current.takenAt).toBe((before?.current.takenAt ?? 0) + 10 * MINUTE_MS)
    expect(watch.gate.revision).toBe(3)
  })

  test('is not refreshed while blind or elsewhere', () => {
    const watch = settled()
    const before = watch.gate.reference?.current
    watch.views(outOfFocus(STREET, 4), 11, MINUTE_MS)
    watch.views(ELSEWHERE, 11, MINUTE_MS)
    expect(watch.gate.reference?.current).toEqual(before)
  })

  test('is taken anew for zones that were drawn anew, and needs no confirmation', () => {
    const watch = settled().restarted(cameraOf(NO_WORD, 2))
    expect(watch.views(ELSEWHERE, 3)).toEqual(['clear'])
    expect(watch.gate.sight()).toMatchObject({ alignment: 'aligned', pending: null })
  })

  test('that a person asked for waits to be confirmed', () => {
    const word = { renewals: 1, confirmed: null }
    const renewed = settled().restarted(cameraOf(word))
    expect(renewed.views(ELSEWHERE, 3)).toEqual(['moved'])
    expect(renewed.gate.sight()).toMatchObject({ alignment: 'unconfirmed', pending: 'renewal-1' })
    const again = renewed.restarted(cameraOf(word))
    expect(again.views(ELSEWHERE, 3)).toEqual(['moved'])
    const confirmed = again.restarted(cameraOf({ ...word, confirmed: 'renewal-1' }))
    expect(confirmed.views(ELSEWHERE, 3)).toEqual(['clear'])
    expect(confirmed.gate.sight()).toMatchObject({ alignment: 'aligned', pending: null })
  })
})

describe('a camera that is turned away', () => {
  test('is believed again as soon as it is back, within half an hour', () => {
    const watch = settled()
    expect(watch.views(ELSEWHERE, 25, MINUTE_MS)).toEqual(['moved'])
    expect(watch.gate.sight()).toMatchObject({ alignment: 'moved', pending: null })
    expect(watch.views(STREET, 2)).toEqual(['clear'])
    expect(watch.gate.reference?.movedSince).toBeNull()
  })

  test('for longer, waits for a person, also over a restart', () => {
    const watch = settled()
    const since = watch.at + MINUTE_MS
    watch.views(ELSEWHERE, 32, MINUTE_MS)
    const pending = `lapse-${since}`
    expect(watch.gate.sight()).toMatchObject({ alignment: 'moved', pending })
    expect(watch.views(STREET, 3)).toEqual(['moved'])
    expect(watch.gate.sight()).toMatchObject({ alignment: 'unconfirmed', pending })

    const later = watch.restarted()
    expect(later.views(STREET, 3)).toEqual(['moved'])
    const wrong = later.restarted(cameraOf({ renewals: 0, confirmed: 'lapse-1' }))
    expect(wrong.views(STREET, 3)).toEqual(['moved'])
    const confirmed = wrong.restarted(cameraOf({ renewals: 0, confirmed: pending }))
    expect(confirmed.views(STREET, 3)).toEqual(['clear'])
    expect(confirmed.gate.reference?.pending).toBeNull()
  })

  test('remembers over a restart since when', () => {
    const watch = settled()
    const since = watch.at + MINUTE_MS
    watch.views(ELSEWHERE, 20, MINUTE_MS)
    const later = watch.restarted()
    later.views(ELSEWHERE, 12, MINUTE_MS)
    expect(later.gate.sight().pending).toBe(`lapse-${since}`)
  })

  test('cannot be told in the dark, nor before an even wall of fog', () => {
    const watch = settled()
    watch.views(relit(ELSEWHERE, 0.02, 2), 40, MINUTE_MS)
    watch.views(relit(ELSEWHERE, 0.04, 110), 40, MINUTE_MS)
    expect(watch.gate.sight()).toMatchObject({ alignment: 'aligned', pending: null })
    expect(watch.views(STREET, 2)).toEqual(['clear'])
  })
})

describe('drift', () => {
  const wide = street(3, 400, 224)

  test.each([
    [0.01, 0],
    [-0.02, 0.01],
    [0.0, 0.03],
    [0.028, 0],
  ])('of %f aside and %f down is followed by the zones', (x, y) => {
    const watch = settled(looking(wide, {}))
    watch.views(looking(wide, { x, y }), 10, 30_000)
    const { view, drift } = watch.see(looking(wide, { x, y }))
    expect(view).toBe('clear')
    expect(Math.abs((drift?.x ?? 0) - x)).toBeLessThan(0.002)
    expect(Math.abs((drift?.y ?? 0) - y)).toBeLessThan(0.004)
  })

  test('below the noise is none', () => {
    const watch = settled(looking(wide, {}))
    expect(watch.see(looking(wide, { x: 0.0008 })).drift).toBeUndefined()
  })

  test('that creeps adds up against the anchor, through refreshes and a restart', () => {
    let watch = settled(looking(wide, {}))
    for (let step = 1; step <= 5; step++) {
      expect(watch.views(looking(wide, { x: 0.005 * step }), 11, MINUTE_MS)).toEqual(['clear'])
      expect(watch.gate.sight().drift.x).toBeCloseTo(0.005 * step, 2)
      watch = watch.restarted()
    }
    expect(watch.views(looking(wide, { x: 0.036 }), 3)).toEqual(['moved'])
  })
})

describe('a camera that changes its resolution', () => {
  test('keeps its zones where the shape is the same', () => {
    const watch = settled()
    const half = shownOf(taken(STREET, 1)).rgb({ x1: 0, y1: 0, x2: 1, y2: 1 }, 160, 90)
    expect(watch.see(half).view).toBe('clear')
    expect(watch.gate.problem).toBeUndefined()
  })

  test('is suspended where the shape is another, and says so', () => {
    const watch = settled()
    const square = { ...STREET, widthPx: HEIGHT_PX, pixels: STREET.pixels.subarray(0, HEIGHT_PX * HEIGHT_PX * 3) }
    expect(watch.see(square).view).toBe('moved')
    expect(watch.gate.problem?.message).toBe(
      'cam: the picture has changed its shape from 320×180 to 180×180, so the zones are suspended',
    )
    expect(watch.gate.sight().alignment).toBe('moved')
    expect(watch.see(STREET).view).toBe('clear')
    expect(watch.gate.problem).toBeUndefined()
  })
})

test('the same frames are judged the same again', () => {
  const run = () => {
    const watch = settled()
    const views = [ELSEWHERE, STREET, outOfFocus(STREET, 3), STREET].flatMap(image => watch.views(image, 3))
    return { views, reference: watch.gate.reference, sight: watch.gate.sight() }
  }
  expect(run()).toEqual(run())
})

test('the key names the zones and the wish of a person', () => {
  const keys = [cameraOf(), cameraOf(NO_WORD, 2), cameraOf({ renewals: 1, confirmed: null })].map(referenceKey)
  expect(new Set(keys).size).toBe(3)
  expect(referenceKey(cameraOf({ renewals: 0, confirmed: 'lapse-1' }))).toBe(keys[0])
})
