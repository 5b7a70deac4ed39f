// Which FFmpeg this is and what it can decode: what `jiemu doctor` reports.
import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC } from 'node-av/constants'
import { Codec, getFFmpegInfo } from 'node-av/lib'
import { JiemuError } from '../core/errors.ts'

const NEEDED = [
  { name: 'H.264', id: AV_CODEC_ID_H264 },
  { name: 'H.265', id: AV_CODEC_ID_HEVC },
] as const

/** @throws JiemuError source-codec-unsupported where a codec that cameras send cannot be decoded */
export function codecsReport(): string {
  for (const { name, id } of NEEDED) {
    if (!Codec.findDecoder(id)) throw new JiemuError('source-codec-unsupported', { source: 'FFmpeg', codec: name })
  }
  return `${getFFmpegInfo().version}, decodes ${NEEDED.map(({ name }) => name).join(' and ')}`
}
