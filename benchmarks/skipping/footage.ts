// Footage on which leaving out inferences is tried: what truth files describe, and clips with a zone of each object rule.
import { join } from 'node:path'
import { type CameraEntry, cameraSchema } from '../../core/camera.ts'
import { FOOTAGE } from '../provenance.ts'
import { readTruth, type Truth } from '../truth.ts'

export interface Case {
  readonly camera: CameraEntry
  readonly truth?: Truth
}

/** Cameras send a key frame every two seconds; where footage has fewer pictures, all of them are taken. */
const EVERY_TWO_SECONDS = { every: 0.5 }
const TRUTHS = {
  'kerb-parking': EVERY_TWO_SECONDS,
  mall: { every: 2 },
  'jamcam-09747': EVERY_TWO_SECONDS,
  'jamcam-09801': EVERY_TWO_SECONDS,
} as const
const CLIPS = ['parking-lot-entrance.mp4', 'empty-lot-cars.mp4', 'yard-pedestrians.avi'] as const

export async function cases(): Promise<readonly Case[]> {
  const known = Object.entries(TRUTHS).map(async ([name, sampling]) => {
    const truth = await readTruth(join(FOOTAGE, 'truth', `${name}.json`))
    return { camera: { ...truth.camera, sampling }, truth }
  })
  return [...(await Promise.all(known)), ...CLIPS.map(clip => ({ camera: watched(clip) }))]
}

/** Short times, so that rules have something to say within half a minute. */
function watched(clip: string): CameraEntry {
  const polygon = [
    [0.25, 0.4],
    [0.8, 0.4],
    [0.8, 0.9],
    [0.25, 0.9],
  ]
  return cameraSchema.parse({
    ...{ id: clip.slice(0, clip.indexOf('.')), name: clip, street: 'benchmark', grid: 'benchmark' },
    source: { kind: 'file', path: join(FOOTAGE, 'clips', clip) },
    sampling: EVERY_TWO_SECONDS,
    zones: [
      { id: 'stand', rule: 'illegal-parking', options: { grace: '6s', clearAfter: '4s' }, polygon },
      {
        id: 'crowd',
        rule: 'crowding',
        options: { threshold: 2, clearBelow: 1, hold: '6s', clearAfter: '6s' },
        polygon,
      },
      { id: 'road', rule: 'dirty-road', options: { every: '10s', persist: '20s' }, polygon },
    ],
  })
}
