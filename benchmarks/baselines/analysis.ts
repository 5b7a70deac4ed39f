// Five ways from a camera's clip to the network: what each costs to bring the pictures there.
import type { Readable } from 'node:stream'
import { AV_PIX_FMT_RGB24 } from 'node-av'
import { WHOLE_FRAME } from '../../core/geometry.ts'
import type { CameraId } from '../../core/ids.ts'
import { systemClock } from '../../core/time.ts'
import { Decoder } from '../../streams/decoder.ts'
import { createSource } from '../../streams/kinds/index.ts'
import { pause } from '../../streams/pause.ts'
import { pictureOf } from '../../streams/picture.ts'
import { scalerFor } from '../../streams/scalers.ts'
import { CLIP } from '../make-1080p.ts'
import type { FfmpegCommand, loadBaselines } from './packages.ts'

export interface AnalysisDeps {
  readonly clip: string
  readonly baselines: ReturnType<typeof loadBaselines>
  /** The network's input: `SIDE_PX` × `SIDE_PX` RGB, with room behind it for what the scaler writes too much. */
  readonly input: Uint8Array
  /** Runs the network on `input`. */
  readonly look: () => Promise<unknown>
  /** Reads the clip as it was taken, instead of as fast as it can be; for the ways of fluent-ffmpeg. */
  readonly inRealTime?: boolean
}

export const SIDE_PX = 416
export const ANALYSED_PER_SECOND = 5
const EVERY = CLIP.fps / ANALYSED_PER_SECOND
const CONTENT_HEIGHT_PX = (SIDE_PX * CLIP.heightPx) / CLIP.widthPx
const LETTERBOX = `scale=${SIDE_PX}:${CONTENT_HEIGHT_PX}:flags=bilinear,pad=${SIDE_PX}:${SIDE_PX}:0:0:color=0x727272`

/** By name; each returns how many pictures the network saw. */
export const ANALYSES = {
  'fluent-ffmpeg, every frame as raw video': async (deps: AnalysisDeps) => {
    const { input, look } = deps
    const command = commandOn(deps).noAudio().outputOptions('-pix_fmt', 'rgb24').format('rawvideo')
    const { widthPx, heightPx } = CLIP
    const toNetwork = scalerFor({
      format: AV_PIX_FMT_RGB24,
      fullRange: true,
      fromWidthPx: widthPx,
      fromHeightPx: heightPx,
      toWidthPx: SIDE_PX,
      toHeightPx: CONTENT_HEIGHT_PX,
    })
    const target = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
    input.fill(114)
    let index = 0
    let seen = 0
    for await (const picture of rawPictures(command, widthPx * heightPx * 3)) {
      if (index++ % EVERY !== 0) continue
      toNetwork.scaleSync([picture], [widthPx * 3], 0, heightPx, [target], [SIDE_PX * 3])
      await look()
      seen++
    }
    return seen
  },

  'fluent-ffmpeg, 5 fps scaled by ffmpeg': (deps: AnalysisDeps) =>
    lookAtScaled(deps, commandOn(deps).videoFilters(`fps=${ANALYSED_PER_SECOND},${LETTERBOX}`)),

  'fluent-ffmpeg, key frames scaled by ffmpeg': (deps: AnalysisDeps) =>
    lookAtScaled(
      deps,
      commandOn(deps)
        .inputOptions('-skip_frame', 'nokey')
        .videoFilters(LETTERBOX)
        .outputOptions('-vsync', 'passthrough'),
    ),

  'node-av, every frame decoded, 5 fps': (deps: AnalysisDeps) => lookInProcess(deps, 'every frame'),

  'node-av, key frames': (deps: AnalysisDeps) => lookInProcess(deps, 'key frames'),
} as const

function commandOn({ baselines, clip, inRealTime }: AnalysisDeps): FfmpegCommand {
  const command = baselines.ffmpeg(clip)
  return inRealTime ? command.inputOptions('-re') : command
}

async function lookAtScaled({ input, look }: AnalysisDeps, command: FfmpegCommand): Promise<number> {
  let seen = 0
  const raw = command.noAudio().outputOptions('-pix_fmt', 'rgb24').format('rawvideo')
  for await (const picture of rawPictures(raw, SIDE_PX * SIDE_PX * 3)) {
    input.set(picture)
    await look()
    seen++
  }
  return seen
}

/**
 * The parts of streams/ without its sampler, which decodes a connection's first group of pictures in full to learn how
 * far apart key frames are: nothing in months, but a twelfth of this clip.
 */
async function lookInProcess({ clip, input, look }: AnalysisDeps, of: 'every frame' | 'key frames'): Promise<number> {
  const camera = { id: 'baseline' as CameraId, source: { kind: 'file', path: clip } }
  const source = createSource(camera, { pace: 'replay', clock: systemClock, wait: pause, baseDir: '/' })
  let decoder: Decoder | undefined
  let decoded = 0
  let seen = 0
  for await (const unit of source.read(new AbortController().signal)) {
    if (unit.type === 'format') decoder = new Decoder(unit, source.label)
    if (unit.type !== 'packet' || !decoder || (of === 'key frames' && !unit.packet.isKeyframe)) continue
    const { frames } = of === 'key frames' ? decoder.decodeAlone(unit.packet) : decoder.decode(unit.packet)
    for (const frame of frames) {
      const picture = pictureOf(frame)
      const wanted = of === 'key frames' || decoded++ % EVERY === 0
      if (wanted) picture.letterbox(WHOLE_FRAME, SIDE_PX, input)
      picture.release()
      if (!wanted) continue
      await look()
      seen++
    }
  }
  decoder?.close()
  return seen
}

/** Cuts a program's output into pictures; each is valid until the next. */
async function* rawPictures(command: FfmpegCommand, bytes: number): AsyncGenerator<Buffer> {
  const ended = new Promise<void>((resolve, reject) => command.on('end', resolve).on('error', reject))
  const output: Readable = command.pipe()
  ended.catch(error => output.destroy(error))
  const picture = Buffer.allocUnsafe(bytes)
  let filled = 0
  for await (const chunk of output as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length; ) {
      const copied = chunk.copy(picture, filled, from)
      from += copied
      filled += copied
      if (filled < bytes) continue
      yield picture
      filled = 0
    }
  }
  await ended
}
