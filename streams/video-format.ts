// What is needed to put a camera's packets into a file, or to decode them, when its connection may be gone already.
import { CodecParameters, FFmpegError } from 'node-av/lib'
import type { Unit } from './source.ts'

type FormatUnit = Extract<Unit, { type: 'format' }>

export interface VideoFormat {
  readonly codec: FormatUnit['codec']
  readonly tickMs: number
  free(): void
}

/** The codec's parameters belong to the connection and go with it: this is a copy. */
export function keepFormat({
  codec: { id, name, parameters },
  tickMs,
}: Pick<FormatUnit, 'codec' | 'tickMs'>): VideoFormat {
  if (!parameters) return { codec: { id, name }, tickMs, free: () => undefined }
  const own = new CodecParameters()
  own.alloc()
  FFmpegError.throwIfError(parameters.copy(own), 'codec parameters')
  return { codec: { id, name, parameters: own }, tickMs, free: () => own.free() }
}
