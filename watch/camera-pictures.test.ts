// What is made of a frame in which several things begin at once.
import { expect, test } from 'vitest'
import type { Camera } from '../core/camera.ts'
import type { Frame } from '../core/frame.ts'
import type { CameraId, Fingerprint, ZoneId } from '../core/ids.ts'
import type { PictureRequest } from '../core/observation.ts'
import type { Scene } from '../core/scene.ts'
import type { Detector } from '../detector/inference/detector.ts'
import { paintedStreet } from '../tests/support/painted-street.ts'
import { CameraPictures } from './camera-pictures.ts'

const camera = { id: 'gate' as CameraId, name: 'gate', generated: true, zones: [] } as unknown as Camera
const frame = (at: number): Frame => ({
  ...{ cameraId: camera.id, sequence: at, capturedAt: at, receivedAt: at, clock: 'media' },
  ...{ keyframe: true, density: 'keyframes' },
  picture: paintedStreet({ widthPx: 640, heightPx: 360, seed: at, noise: 3 }),
})
const request = (subject: string): PictureRequest => ({
  fingerprint: subject as Fingerprint,
  ...{ moment: 'first', at: 1, zoneId: 'kerb' as ZoneId, caption: subject },
  boxes: [{ x1: 0.2, y1: 0.2, x2: 0.4, y2: 0.4 }],
})

test('the whole frame is encoded and searched once, and each thing has its own pictures', async () => {
  let looks = 0
  const detector: Detector = {
    ...{ model: { name: 'none', sha256: '' }, classes: ['person', 'car', 'truck', 'bus', 'motorcycle', 'bicycle'] },
    detect: async () => {
      looks++
      return []
    },
    close: async () => {},
  }
  const pictures = new CameraPictures(camera, detector, () => expect.unreachable())
  const [first, second] = [frame(1), frame(2)]
  const made = [
    await pictures.ofIncident(request('one'), first),
    await pictures.ofIncident(request('two'), first),
    await pictures.ofIncident(request('one'), second),
  ]
  expect(looks).toBe(2)
  const [one, two, three] = made.map(message => message?.snapshots ?? [])
  expect(two?.[0]?.jpeg).toBe(one?.[0]?.jpeg)
  expect(three?.[0]?.jpeg).not.toEqual(one?.[0]?.jpeg)
  expect([two?.[1]?.jpeg, two?.[2]?.jpeg]).not.toEqual([one?.[1]?.jpeg, one?.[2]?.jpeg])
  // Once a frame is done with, nothing of it is kept.
  for await (const _ of pictures.of(second, { at: 2 } as Scene));
  await pictures.ofIncident(request('one'), second)
  expect(looks).toBe(3)
})
