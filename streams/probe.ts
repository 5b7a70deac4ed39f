// Tests a camera's connection: opens it as a shard would, takes the first whole picture, and measures what follows.
import { JiemuError, redact, toJiemuError } from '../core/errors.ts'
import { kindNamed, parseOptions } from '../core/kind.ts'
import type { SourceNote, SourceReport } from '../core/source-report.ts'
import { stopwatch, systemClock } from '../core/time.ts'
import { Decoder, isBroken } from './decoder.ts'
import { SOURCE_KINDS } from './kinds/index.ts'
import { stampMs } from './native.ts'
import { pause } from './pause.ts'
import { pictureOf } from './picture.ts'
import { reach } from './reach.ts'
import { thumbnail } from './snapshot.ts'
import type { Unit } from './source.ts'

export interface ProbeLimits {
  readonly reachMs: number
  /** To the first whole picture. */
  readonly pictureMs: number
  /** After it, for the rate and the distance of key frames. */
  readonly measureMs: number
}

const LIMITS: ProbeLimits = { reachMs: 5_000, pictureMs: 15_000, measureMs: 6_000 }
const PICTURE_PX = 1_280
/** Beyond it a stream is decoded in full, which costs a core for every dozen cameras (streams/sampler.ts). */
const FAR_APART_MS = 4_000
const LEAST_WIDTH_PX = 640
const SLOW_MS = 5_000

type Format = Extract<Unit, { type: 'format' }>

/** Never throws for what is wrong with the camera: that is the answer. */
export async function probe(
  source: { readonly kind: string } & Readonly<Record<string, unknown>>,
  limits: ProbeLimits = LIMITS,
): Promise<SourceReport> {
  const stream = new StreamMeasure()
  let problem: JiemuError | null = null
  try {
    await look(source, stream, limits)
  } catch (thrown) {
    problem = toJiemuError(thrown, 'source-unreachable', { source: 'camera' })
  }
  return stream.report(problem)
}

async function look(
  source: { readonly kind: string } & Readonly<Record<string, unknown>>,
  stream: StreamMeasure,
  { reachMs, pictureMs, measureMs }: ProbeLimits,
): Promise<void> {
  const { kind: name, ...options } = source
  const kind = kindNamed('source', SOURCE_KINDS, name)
  const opened = kind.create(parseOptions(kind.options, 'source', options), {
    ...{ pace: 'live', clock: systemClock, wait: pause, baseDir: process.cwd() },
  })
  const { url } = source
  if (opened.live && typeof url === 'string') await reach(url, redact(url), reachMs)

  const stop = new AbortController()
  let deadline = setTimeout(() => stop.abort(), pictureMs)
  try {
    for await (const unit of opened.read(stop.signal)) {
      if (stop.signal.aborted) break
      const before = stream.hasPicture
      await stream.take(unit, opened.label)
      if (stream.hasPicture && !before) {
        clearTimeout(deadline)
        deadline = setTimeout(() => stop.abort(), measureMs)
      }
      if (stream.isMeasured) break
    }
  } catch (thrown) {
    // What ends while it is measured has shown its picture; and an abort is our own.
    if (!stream.hasPicture && !stop.signal.aborted) throw thrown
  } finally {
    clearTimeout(deadline)
    stream.close()
  }
  if (stream.hasPicture) return
  const seconds = Math.round(pictureMs / 1_000)
  throw new JiemuError(stream.hasFormat ? 'camera-no-picture' : 'camera-silent', { source: opened.label, seconds })
}

/** Enough packets for a rate to a tenth. */
const ENOUGH_PACKETS = 50

class StreamMeasure {
  readonly #elapsedMs = stopwatch()
  #format: Format | undefined
  #decoder: Decoder | undefined
  #picture:
    | { readonly jpeg: Uint8Array; readonly widthPx: number; readonly heightPx: number; readonly afterMs: number }
    | undefined
  #keyAtMs: number | undefined
  #keyframeIntervalMs: number | null = null
  readonly #stamps: number[] = []

  get hasFormat(): boolean {
    return this.#format !== undefined
  }
  get hasPicture(): boolean {
    return this.#picture !== undefined
  }
  get isMeasured(): boolean {
    return this.hasPicture && this.#keyframeIntervalMs !== null && this.#stamps.length >= ENOUGH_PACKETS
  }

  async take(unit: Unit, label: string): Promise<void> {
    if (unit.type === 'format') {
      this.#format = unit
      this.#decoder?.close()
      this.#decoder = new Decoder(unit, label)
    }
    if (unit.type !== 'packet' || !this.#format) return
    const atMs = stampMs(unit.packet.pts, this.#format.tickMs) ?? stampMs(unit.packet.dts, this.#format.tickMs)
    if (atMs !== undefined) this.#stamps.push(atMs)
    if (unit.packet.isKeyframe && atMs !== undefined) {
      if (this.#keyAtMs !== undefined && atMs > this.#keyAtMs)
        this.#keyframeIntervalMs = Math.round(atMs - this.#keyAtMs)
      this.#keyAtMs = atMs
    }
    if (!this.#picture && unit.packet.isKeyframe) await this.#show(unit.packet)
  }

  async #show(packet: Extract<Unit, { type: 'packet' }>['packet']): Promise<void> {
    const [first, ...others] = this.#decoder?.decodeAlone(packet).frames ?? []
    for (const other of others) other.free()
    if (!first || isBroken(first)) return first?.free()
    const picture = pictureOf(first)
    try {
      const { widthPx, heightPx } = picture
      const jpeg = await thumbnail(picture, Math.min(PICTURE_PX, widthPx))
      this.#picture = { jpeg, widthPx, heightPx, afterMs: Math.round(this.#elapsedMs()) }
    } finally {
      picture.release()
    }
  }

  close(): void {
    this.#decoder?.close()
    this.#decoder = undefined
  }

  report(problem: JiemuError | null): SourceReport {
    const picture = this.#picture
    return {
      problem: problem && { code: problem.code, message: problem.message, hint: problem.hint },
      notes: problem ? [] : this.#notes(),
      codec: this.#format?.codec.name ?? null,
      widthPx: picture?.widthPx ?? null,
      heightPx: picture?.heightPx ?? null,
      fps: this.#fps(),
      keyframeIntervalMs: this.#keyframeIntervalMs,
      pictureAfterMs: picture?.afterMs ?? null,
      jpeg: picture?.jpeg ?? null,
    }
  }

  #fps(): number | null {
    const ordered = this.#stamps.toSorted((a, b) => a - b)
    const spanMs = (ordered.at(-1) ?? 0) - (ordered[0] ?? 0)
    return spanMs > 0 ? Math.round((10_000 * (ordered.length - 1)) / spanMs) / 10 : null
  }

  #notes(): readonly SourceNote[] {
    const { widthPx = 0, afterMs = 0 } = this.#picture ?? {}
    const far = this.#keyframeIntervalMs === null || this.#keyframeIntervalMs > FAR_APART_MS
    return [
      ...(far ? ['keyframes-far-apart' as const] : []),
      ...(widthPx < LEAST_WIDTH_PX ? ['low-resolution' as const] : []),
      ...(afterMs > SLOW_MS ? ['slow' as const] : []),
    ]
  }
}
