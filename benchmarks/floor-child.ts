// The floor under a shard's cost: read, depacketise, decode key frames, scale, run the network. Nothing else, in a shard's place.

import type { Camera } from '../core/camera.ts'
import type { FromShard, ToShard } from '../core/shard-contract.ts'
import { systemClock } from '../core/time.ts'
import { planCrops } from '../detector/inference/crops.ts'
import { loadModel } from '../models/manifest.ts'
import { openSession } from '../models/session.ts'
import { failedHealth } from '../shard.ts'
import { Decoder } from '../streams/decoder.ts'
import { createSource } from '../streams/kinds/index.ts'
import { pause } from '../streams/pause.ts'
import { pictureOf } from '../streams/picture.ts'

/** FFmpeg's scaler may write up to 16 pixels beyond the end of its last line. */
const SLACK_BYTES = 64

const send = (message: FromShard) => void process.send?.(message, undefined, {}, () => undefined)
const session = await openSession(await loadModel('street-objects'))
const inputBytes = session.widthPx * session.heightPx * 3
const input = new Uint8Array(inputBytes + SLACK_BYTES).subarray(0, inputBytes)

async function watch(camera: Camera): Promise<void> {
  const source = createSource(camera, { pace: 'live', clock: systemClock, wait: pause, baseDir: '/' })
  const still = failedHealth(camera, undefined, systemClock)
  let decoder: Decoder | undefined
  let framesAnalysed = 0
  for await (const unit of source.read(new AbortController().signal)) {
    if (unit.type === 'format') decoder = new Decoder(unit, source.label)
    if (unit.type !== 'packet' || !unit.packet.isKeyframe || !decoder) continue
    for (const frame of decoder.decodeAlone(unit.packet).frames) {
      const picture = pictureOf(frame)
      for (const crop of planCrops(camera.zones, picture)) {
        picture.letterbox(crop, session.widthPx, input)
        await session.run(input, 1)
      }
      picture.release()
      send({ type: 'health', health: { ...still, state: 'online', problem: null, framesAnalysed: ++framesAnalysed } })
    }
  }
}

process.on('message', (message: ToShard) => {
  if (message.type === 'stop') process.exit(0)
  if (message.type === 'cameras') for (const camera of message.cameras) void watch(camera)
})
process.on('disconnect', () => process.exit(0))
send({ type: 'ready' })
