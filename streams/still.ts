// One still picture, decoded and scaled by the same code as a camera's frames.
import { readFile } from 'node:fs/promises'
import { Packet } from 'node-av/lib'
import { JiemuError } from '../core/errors.ts'
import type { Picture } from '../core/frame.ts'
import { Decoder, isBroken } from './decoder.ts'
import { codecOf } from './kinds/images.ts'
import { pictureOf } from './picture.ts'

/** Whether a file of this name is a picture that can be read. */
export const isStill = (name: string): boolean => codecOf(name) !== undefined

/**
 * Reads a JPEG or PNG file. Whoever asks for it releases the picture.
 * @throws JiemuError file-unreadable; source-not-video where its name is no picture's; source-corrupt
 */
export async function readStill(file: string): Promise<Picture> {
  const codec: ReturnType<typeof codecOf> | undefined = codecOf(file)
  if (!codec) throw new JiemuError('source-not-video', { source: file })
  const bytes = await readFile(file).catch(error => {
    throw new JiemuError('file-unreadable', { file, problem: error.code ?? 'unknown' }, error)
  })
  const corrupt = () => new JiemuError('source-corrupt', { source: file, problem: 'it is no whole picture' })
  // FFmpeg takes an empty packet for the end of the stream.
  if (bytes.length === 0) throw corrupt()
  const decoder = new Decoder({ type: 'format', codec, tickMs: 1 }, file)
  try {
    using packet = new Packet()
    packet.alloc()
    packet.data = bytes
    const { frames } = decoder.decodeAlone(packet)
    const [first, ...others] = frames
    for (const other of others) other.free()
    if (first && !isBroken(first)) return pictureOf(first)
    first?.free()
    throw corrupt()
  } finally {
    decoder.close()
  }
}
