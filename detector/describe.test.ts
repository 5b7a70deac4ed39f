// What of a frame is written down, and of whom the looks are taken.
import { expect, test } from 'vitest'
import type { Zone } from '../core/camera.ts'
import type { Frame, Picture } from '../core/frame.ts'
import type { CameraId, PlaceId, ZoneId } from '../core/ids.ts'
import { decodeScene, encodeScene, type SceneObject } from '../core/scene.ts'
import { RgbPicture } from '../tests/support/rgb-picture.ts'
import { describe as describeFrame } from './describe.ts'

const zone = (rule: Zone['rule'], x1: number, x2: number): Zone => ({
  id: rule as string as ZoneId,
  name: rule,
  cameraId: 'street' as CameraId,
  version: 1,
  rule,
  polygon: [
    { x: x1, y: 0 },
    { x: x2, y: 0 },
    { x: x2, y: 1 },
    { x: x1, y: 1 },
  ],
  options: {},
  placeId: 'street/kerb' as PlaceId,
})
const ZONES = [zone('illegal-parking', 0, 0.5), zone('crowding', 0.5, 1)]
const picture = new RgbPicture({ widthPx: 2, heightPx: 2, pixels: new Uint8Array(12) })
const frame = (content: Partial<Frame> = { picture }): Frame => ({
  cameraId: 'street' as CameraId,
  sequence: 7,
  capturedAt: 1_000,
  clock: 'media',
  receivedAt: 2_000,
  keyframe: true,
  density: 'keyframes',
  ...content,
})
const object = (label: string, x1: number): SceneObject => ({
  label,
  score: 0.5,
  box: { x1, y1: 0.2, x2: x1 + 0.1, y2: 0.3 },
})
const looks = (seen: Picture, box: { readonly x1: number }) => `${seen.widthPx}@${box.x1}`

test.each([
  ['a car in a no-parking zone', object('car', 0.2), '2@0.2'],
  ['a bus there', object('bus', 0.2), '2@0.2'],
  ['a person there', object('person', 0.2), undefined],
  ['a car in another rule’s zone', object('car', 0.7), undefined],
  ['a car whose bottom-centre is just outside', object('car', 0.46), undefined],
])('%s: looks %s', (_, seen, appearance) => {
  expect(describeFrame(frame(), { view: 'clear', objects: [seen] }, ZONES, looks).objects[0]?.appearance).toBe(
    appearance,
  )
})

test('a frame without pixels, and a pipeline without looks, have none', () => {
  expect(
    describeFrame(frame({}), { view: 'clear', objects: [object('car', 0.2)] }, ZONES, looks).objects[0],
  ).not.toHaveProperty('appearance')
  expect(describeFrame(frame(), { view: 'clear', objects: [object('car', 0.2)] }, ZONES).objects[0]).not.toHaveProperty(
    'appearance',
  )
})

test('the scene is in the precision of the log, and survives it', () => {
  const third = { label: 'car', score: 1 / 3, box: { x1: 1 / 3, y1: 1 / 7, x2: 2 / 3, y2: 5 / 7 }, trackId: 4 }
  const scene = describeFrame(frame({ density: 'dense' }), { view: 'clear', objects: [third] }, ZONES)
  expect(scene).toEqual({
    at: 1_000,
    density: 'dense',
    view: 'clear',
    objects: [{ label: 'car', score: 0.333, box: { x1: 0.3333, y1: 0.1429, x2: 0.6667, y2: 0.7143 }, trackId: 4 }],
  })
  expect(decodeScene(encodeScene(scene))).toEqual(scene)
})
