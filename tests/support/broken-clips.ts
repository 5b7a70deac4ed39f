// Clips with something wrong: tiny drawn ones, each broken in its own way.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeVideo } from '../../streams/encode.ts'
import { movingBar } from '../../streams/moving-bar.ts'

const FPS = 10
const SIZE = { widthPx: 64, heightPx: 48 }

/** Writes them into `directory`: `sound.mp4`, `text.mp4`, `cut.mp4`, `corrupt.mp4`, `unheard-of.mp4`, `variable.mp4`. */
export async function writeBrokenClips(directory: string): Promise<void> {
  const clip = (name: string, timeOf?: (index: number) => number) =>
    encodeVideo(
      { ...SIZE, fps: FPS, gopFrames: FPS, codec: 'h264', path: join(directory, name), ...(timeOf ? { timeOf } : {}) },
      movingBar(SIZE.widthPx, SIZE.heightPx, 40),
    )
  await clip('sound.mp4')
  // Ten pictures a second, then two, then ten again.
  await clip('variable.mp4', index => (index < 10 ? index : index < 20 ? 10 + (index - 10) * 5 : index + 40))
  const sound = await readFile(join(directory, 'sound.mp4'))
  const write = (name: string, bytes: Buffer | string) => writeFile(join(directory, name), bytes)
  await write('text.mp4', 'this is no video')
  // An MP4 that is cut off has lost its index.
  await write('cut.mp4', sound.subarray(0, sound.length / 2))
  await write('corrupt.mp4', corrupted(sound))
  await write('unheard-of.mp4', recoded(sound))
}

/** Behind the first key frame and before the index, which stands at the end. */
function corrupted(mp4: Buffer): Buffer {
  const bytes = Buffer.from(mp4)
  const media = bytes.indexOf('mdat')
  for (let at = media + 1_100; at < media + 2_400; at += 31) bytes[at] = (bytes[at] ?? 0) ^ 0xff
  return bytes
}

/** The same pictures under the name of a codec that nobody has heard of. */
function recoded(mp4: Buffer): Buffer {
  const bytes = Buffer.from(mp4)
  bytes.write('zzzz', bytes.lastIndexOf('avc1'), 'latin1')
  return bytes
}
