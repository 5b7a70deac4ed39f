// FFmpeg's scale contexts by geometry: making one costs 0.3 ms, so those in use stay.
import { AV_OPT_TYPE_PIXEL_FMT, AV_PIX_FMT_RGB24, type AVPixelFormat, SWS_BILINEAR } from 'node-av/constants'
import { FFmpegError, SoftwareScaleContext } from 'node-av/lib'

export interface ScaleGeometry {
  readonly format: AVPixelFormat
  /** Luma 0…255 instead of 16…235. */
  readonly fullRange: boolean
  readonly fromWidthPx: number
  readonly fromHeightPx: number
  readonly toWidthPx: number
  readonly toHeightPx: number
}

/** Four crops of each of a shard's cameras, and room to spare; a context of 1080p holds about 100 KB. */
const KEPT = 128

const contexts = new Map<string, SoftwareScaleContext>()

/**
 * The scaler to packed RGB for a geometry, made on first use; the one that was not used for longest makes room.
 * FFmpeg converts with the BT.601 matrix, as OpenCV does, whose pictures the networks were trained on.
 */
export function scalerFor(geometry: ScaleGeometry): SoftwareScaleContext {
  const key = Object.values(geometry).join()
  const kept = contexts.get(key)
  const context = kept ?? makeScaler(geometry)
  contexts.delete(key)
  contexts.set(key, context)
  if (contexts.size > KEPT) {
    const [oldest] = contexts.entries()
    if (oldest) {
      contexts.delete(oldest[0])
      oldest[1].freeContext()
    }
  }
  return context
}

function makeScaler(geometry: ScaleGeometry): SoftwareScaleContext {
  const context = new SoftwareScaleContext()
  context.allocContext()
  const numbers = {
    srcw: geometry.fromWidthPx,
    srch: geometry.fromHeightPx,
    src_range: geometry.fullRange ? 1 : 0,
    dstw: geometry.toWidthPx,
    dsth: geometry.toHeightPx,
    dst_range: 1,
    sws_flags: SWS_BILINEAR,
  }
  for (const [name, value] of Object.entries(numbers)) FFmpegError.throwIfError(context.setOption(name, value), name)
  FFmpegError.throwIfError(context.setOption('src_format', geometry.format, AV_OPT_TYPE_PIXEL_FMT), 'src_format')
  FFmpegError.throwIfError(context.setOption('dst_format', AV_PIX_FMT_RGB24, AV_OPT_TYPE_PIXEL_FMT), 'dst_format')
  FFmpegError.throwIfError(context.initContext(), 'scaler')
  return context
}
