// Whether a shard has grown too large and should begin anew: by what it reports, no more often than helps.
import type { EpochMs } from '../core/time.ts'

/** Measured: 235 MB with four cameras of 1080p, 12 of which each may keep in its ring; a shard twice as large has a leak. */
const BASE_MB = 512
const PER_CAMERA_MB = 48
const MEGABYTE = 1_048_576
/** A shard reports every five seconds: what lasts for three of these is no peak. */
const REPORTS = 3
/** Where a limit is too low for its cameras, they lose two seconds in so much. */
const RENEW_EVERY_MS = 10 * 60_000

/** @param setting in MB; null: by the number of cameras */
export function memoryLimitMb(setting: number | null, cameras: number): number {
  return setting ?? BASE_MB + PER_CAMERA_MB * cameras
}

export class ShardMemory {
  #over = 0
  #renewedAt = Number.NEGATIVE_INFINITY
  renewals = 0
  /** What the last reports that were over the limit said; undefined a while after. */
  #last: { readonly at: EpochMs; readonly usedMb: number; readonly limitMb: number } | undefined

  /** @returns whether the shard is to begin anew now */
  report(rssBytes: number, limitMb: number, now: EpochMs): boolean {
    const usedMb = Math.round(rssBytes / MEGABYTE)
    this.#over = usedMb > limitMb ? this.#over + 1 : 0
    if (this.#over < REPORTS) return false
    this.#last = { at: now, usedMb, limitMb }
    if (now - this.#renewedAt < RENEW_EVERY_MS) return false
    this.#renewedAt = now
    this.#over = 0
    this.renewals++
    return true
  }

  /** What was too much, for as long as somebody may want to know. */
  exceeded(now: EpochMs): { readonly usedMb: number; readonly limitMb: number } | undefined {
    return this.#last && now - this.#last.at < RENEW_EVERY_MS ? this.#last : undefined
  }
}
