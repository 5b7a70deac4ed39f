// The floor under a shard's cost: read, depacketise, decode key frames, scale, run the networks. Nothing else, in a shard's place.

import type { Camera } from '../core/camera.ts'
import type { FromShard, ToShard } from '../core/shard-contract.ts'
import { systemClock } from '../core/time.ts'
import { lazyDetector } from '../detector/inference/lazy.ts'
import { Decoder } from '../streams/decoder.ts'
import { createSource } from '../streams/kinds/index.ts'
import { pause } from '../streams/pause.ts'
import { pictureOf } from '../streams/picture.ts'
import { samplerFor } from '../streams/sampler.ts'
import { failedHealth } from '../watch/camera-set.ts'
import { SHIPPED_NETWORKS } from '../watch/detectors.ts'
import { bareDetector, floorLooks } from './floor-looks.ts'

const send = (message: FromShard) => void process.send?.(message, undefined, {}, () => undefined)
const { objects, conditions } = SHIPPED_NETWORKS
const detectors = {
  objects: await bareDetector(objects, 'one'),
  conditions: await lazyDetector(conditions, undefined, () => bareDetector(conditions, 'one')),
}

const everyMs = Number(process.env.JIEMU_FLOOR_EVERY_MS ?? 0)

/** @param afterMs cameras of strangers do not begin together, and so are not looked at together */
async function watch(camera: Camera, afterMs: number): Promise<void> {
  await pause(afterMs, new AbortController().signal)
  const source = createSource(camera, { pace: 'live', clock: systemClock, wait: pause, baseDir: '/' })
  const still = failedHealth(camera, undefined, systemClock)
  const { look, costs } = floorLooks(camera, detectors)
  const sampler = samplerFor('keyframes')
  sampler.wished = { density: 'keyframes', everyMs }
  let decoder: Decoder | undefined
  let framesAnalysed = 0
  for await (const unit of source.read(new AbortController().signal)) {
    if (unit.type === 'format') decoder = new Decoder(unit, source.label)
    if (unit.type !== 'packet' || !unit.packet.isKeyframe || !decoder) continue
    const { arrivedAt } = unit
    if (sampler.admit({ key: true, mediaMs: arrivedAt }) === 'spare') continue
    for (const frame of decoder.decodeAlone(unit.packet).frames) {
      const picture = pictureOf(frame)
      await look({
        cameraId: camera.id,
        sequence: framesAnalysed++,
        capturedAt: arrivedAt,
        receivedAt: arrivedAt,
        clock: 'arrival',
        keyframe: true,
        density: 'keyframes',
        picture,
      })
      picture.release()
      send({
        type: 'health',
        health: { ...still, state: 'online', problem: null, framesAnalysed, costs: costs() },
      })
    }
  }
}

process.on('message', (message: ToShard) => {
  if (message.type === 'stop') process.exit(0)
  if (message.type !== 'cameras') return
  for (const [index, camera] of message.cameras.entries()) {
    void watch(camera, (index * everyMs) / message.cameras.length)
  }
})
process.on('disconnect', () => process.exit(0))
send({ type: 'ready' })
