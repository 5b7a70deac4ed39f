// A video file, once or over and over: its packets, each given when its time has come.
import type { Clock, EpochMs } from '../core/time.ts'
import type { Pacer } from './footage.ts'
import { stampMs } from './native.ts'
import { readVideo } from './read-video.ts'
import type { Unit } from './source.ts'

/** No playlists among them: a file must not be able to name other files. */
const FORMATS = 'mov,matroska,avi,mpegts,mpeg,h264,hevc,m4v,mjpeg,flv,asf,ogg'

interface Pass {
  readonly file: string
  readonly label: string
  readonly startsAt: EpochMs
  /** Over and over, where the file allows it; it may end all the same. */
  readonly loops?: boolean
}

/** @returns when the file is over */
export async function* readFile(
  { file, label, startsAt, loops = false }: Pass,
  { pacer, clock, signal }: { readonly pacer: Pacer; readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<Unit, EpochMs> {
  const options = { protocol_whitelist: 'file', format_whitelist: FORMATS }
  const input = { url: file, label, live: false, options, startsAt, inPlace: pacer.realtime, loops }
  const units = readVideo(input, clock, signal)
  let tickMs = 0
  let firstMs: number | undefined
  try {
    for (;;) {
      const next = await units.next()
      if (next.done) return startsAt + next.value
      const unit = next.value
      if (unit.type === 'format') tickMs = unit.tickMs
      if (unit.type !== 'packet') {
        yield unit
        continue
      }
      const mediaMs = stampMs(unit.packet.dts, tickMs) ?? stampMs(unit.packet.pts, tickMs)
      if (mediaMs === undefined) {
        yield { ...unit, arrivedAt: clock.now() }
        continue
      }
      firstMs ??= mediaMs
      yield { ...unit, arrivedAt: await pacer.until(startsAt + mediaMs - firstMs, signal) }
    }
  } finally {
    await units.return(0)
  }
}
