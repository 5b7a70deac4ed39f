// How long footage lasts, read from its packets without decoding any of them.
import type { Camera } from '../core/camera.ts'
import { type EpochMs, ManualClock } from '../core/time.ts'
import { createSource } from './kinds/index.ts'
import { stampMs } from './native.ts'
import type { Unit } from './source.ts'

/**
 * From the first picture to the end of the last one, gaps between clips included. A last picture of unknown length counts
 * as long as the one before it.
 * @returns milliseconds; 0 where there is no picture
 * @throws JiemuError source-…, file-unreadable, options-invalid, kind-unknown
 */
export async function footageLength(camera: Pick<Camera, 'id' | 'source'>, signal: AbortSignal): Promise<number> {
  const clock = new ManualClock(0)
  const source = createSource(camera, { pace: 'replay', clock, wait: async () => {}, baseDir: process.cwd() })
  const span = new Span()
  for await (const unit of source.read(signal)) span.take(unit)
  return span.lengthMs
}

class Span {
  #startsAt: EpochMs = 0
  #tickMs = 1
  #originMs: number | undefined
  #fromAt: EpochMs | undefined
  #lastAt: EpochMs = 0
  #stepMs = 0
  #toAt: EpochMs = 0

  take(unit: Unit): void {
    if (unit.type === 'format') {
      this.#startsAt = unit.startsAt ?? 0
      this.#tickMs = unit.tickMs
      this.#originMs = undefined
    } else if (unit.type === 'recorded') {
      this.#see(unit.at, 0)
    } else {
      const mediaMs = stampMs(unit.packet.pts, this.#tickMs) ?? stampMs(unit.packet.dts, this.#tickMs)
      if (mediaMs === undefined) return
      this.#originMs ??= mediaMs
      this.#see(this.#startsAt + mediaMs - this.#originMs, Number(unit.packet.duration) * this.#tickMs)
    }
  }

  get lengthMs(): number {
    return this.#fromAt === undefined ? 0 : this.#toAt - this.#fromAt
  }

  #see(at: EpochMs, lastsMs: number): void {
    if (this.#fromAt !== undefined && at > this.#lastAt) this.#stepMs = at - this.#lastAt
    this.#fromAt ??= at
    this.#lastAt = Math.max(this.#lastAt, at)
    this.#toAt = Math.max(this.#toAt, at + (lastsMs || this.#stepMs))
  }
}
