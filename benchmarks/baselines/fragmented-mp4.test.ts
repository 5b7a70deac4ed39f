// What is remuxed is what was sent: the same packets, in a file that a player can begin to play at once.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CameraId } from '../../core/ids.ts'
import { ManualClock } from '../../core/time.ts'
import { encodeVideo } from '../../streams/encode.ts'
import { createSource } from '../../streams/kinds/index.ts'
import { movingBar } from '../../streams/moving-bar.ts'
import type { Unit } from '../../streams/source.ts'
import { FragmentedMp4 } from './fragmented-mp4.ts'

const FRAMES = 30
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jiemu-remux-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function unitsOf(path: string): AsyncIterable<Unit> {
  const camera = { id: 'clip' as CameraId, source: { kind: 'file', path } }
  const deps = { pace: 'replay', clock: new ManualClock(0), wait: async () => {}, baseDir: folder } as const
  return createSource(camera, deps).read(new AbortController().signal)
}

async function packetsOf(path: string) {
  const packets: { readonly key: boolean; readonly bytes: string }[] = []
  for await (const unit of unitsOf(path)) {
    if (unit.type === 'packet')
      packets.push({ key: unit.packet.isKeyframe, bytes: Buffer.from(unit.packet.data ?? []).toString('base64') })
  }
  return packets
}

test('gives the packets on byte for byte, a fragment each, behind a header without pictures', async () => {
  const sent = join(folder, 'sent.mp4')
  await encodeVideo(
    { path: sent, widthPx: 64, heightPx: 48, fps: 10, gopFrames: 10, codec: 'h264' },
    movingBar(64, 48, FRAMES),
  )
  const chunks: Buffer[] = []
  let output: FragmentedMp4 | undefined
  for await (const unit of unitsOf(sent)) {
    if (unit.type === 'format' && unit.codec.parameters) {
      output = await FragmentedMp4.open(unit.codec.parameters, unit.tickMs, bytes => chunks.push(bytes))
    }
    if (unit.type === 'packet') await output?.write(unit.packet)
  }
  await output?.close()
  const written = Buffer.concat(chunks)
  expect(written.toString('latin1').match(/moof/g)).toHaveLength(FRAMES)
  expect(written.indexOf('moov')).toBeLessThan(written.indexOf('moof'))
  const received = join(folder, 'received.mp4')
  await writeFile(received, written)
  const packets = await packetsOf(received)
  expect(packets).toHaveLength(FRAMES)
  expect(packets).toEqual(await packetsOf(sent))
})
