// What becomes of a replay before it is scored: what was watched, for how long, and how much of it blindly.
import { describe, expect, test } from 'vitest'
import { cameraSchema } from '../core/camera.ts'
import type { Scene, View } from '../core/scene.ts'
import { scoredCamera, stretchesOf } from './score-replay.ts'
import type { Truth } from './truth.ts'

const zone = (id: string, rule: string) => ({
  ...{ id, rule },
  polygon: [
    [0, 0],
    [1, 0],
    [1, 1],
  ],
})
const truth = (overrides: Partial<Truth> = {}, camera: object = {}): Truth => ({
  file: 'corner.json',
  camera: cameraSchema.parse({
    id: 'corner',
    name: 'corner',
    street: 's',
    grid: 'g',
    source: { kind: 'file' },
    ...camera,
  }),
  frame: { widthPx: 640, heightPx: 360 },
  startAt: 1_000,
  durationMs: null,
  events: [],
  counts: [],
  ...overrides,
})
const scenes = (...looks: readonly (readonly [second: number, view: View])[]): Scene[] =>
  looks.map(([second, view]) => ({ at: 1_000 + second * 1_000, density: 'keyframes', view, objects: [] }))
const scored = (looks: Scene[], of = truth(), lengthMs?: number) =>
  scoredCamera(of, { scenes: looks, incidents: [] }, lengthMs)

describe('scoredCamera', () => {
  const BLIND: [string, Scene[], number][] = [
    ['no picture', [], 0],
    ['a clear view', scenes([0, 'clear'], [2, 'clear']), 0],
    ['a dark picture, until the next one', scenes([0, 'clear'], [2, 'dark'], [4, 'clear'], [6, 'clear']), 2_000],
    ['two reasons in turn', scenes([0, 'dark'], [2, 'moved'], [5, 'clear']), 5_000],
    ['a last picture, of which nothing follows', scenes([0, 'clear'], [2, 'dark']), 0],
    ['a minute between two pictures', scenes([0, 'dark'], [60, 'clear']), 60_000],
    ['a gap between clips', scenes([0, 'dark'], [61, 'clear']), 0],
  ]
  test.each(BLIND)('blind time of %s', (_name, looks, expected) => {
    expect(scored(looks).blindMs).toBe(expected)
  })

  test('takes the footage’s length as it was measured, else as the truth says, else as pictures were seen', () => {
    const looks = scenes([0, 'clear'], [50, 'clear'])
    const said = truth({ durationMs: 52_000 })
    const lengths = [scored(looks, said, 52_100), scored(looks, said), scored(looks), scored([])]
    expect(lengths.map(({ watchedMs, endAt }) => [watchedMs, endAt])).toEqual([
      [52_100, 53_100],
      [52_000, 53_000],
      [50_000, 51_000],
      [0, 1_000],
    ])
  })

  test('is watched for the rules of its zones, each once, and for its health unless nobody needs to know', () => {
    const zones = [zone('a', 'crowding'), zone('b', 'crowding'), zone('c', 'dirty-road')]
    expect(scored([], truth({}, { zones })).rules).toEqual(['crowding', 'dirty-road', 'camera-health'])
    expect(scored([], truth({}, { zones, health: false })).rules).toEqual(['crowding', 'dirty-road'])
  })
})

test('stretches: pictures end where the next is over a minute away, blindness where its reason changes', () => {
  const looks = scenes([0, 'clear'], [2, 'dark'], [4, 'dark'], [6, 'moved'], [8, 'clear'], [10, 'dark'], [100, 'clear'])
  const at = (second: number) => 1_000 + second * 1_000
  expect(stretchesOf(looks)).toEqual({
    watched: [
      { fromAt: at(0), toAt: at(10) },
      { fromAt: at(100), toAt: at(100) },
    ],
    blind: [
      { fromAt: at(2), toAt: at(6), view: 'dark' },
      { fromAt: at(6), toAt: at(8), view: 'moved' },
    ],
  })
})
