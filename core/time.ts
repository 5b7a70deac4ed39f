// Time: epoch milliseconds, durations as people write them ("7m"), and the clock that everything else is handed.
import { z } from 'zod'

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number

/** Both ends included. */
export interface TimeSpan {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Where the present comes from. `detector/` and the ledger never have one: they use the frame's own time. */
export interface Clock {
  now(): EpochMs
}

export const systemClock: Clock = { now: () => Date.now() }

/** Counts the milliseconds from now on: what something cost, never when it was. */
export function stopwatch(): () => number {
  const from = performance.now()
  return () => performance.now() - from
}

/** A clock that moves only when told to: for tests and for replay. */
export class ManualClock implements Clock {
  #nowMs: EpochMs
  constructor(startMs: EpochMs) {
    this.#nowMs = startMs
  }
  now(): EpochMs {
    return this.#nowMs
  }
  /** Moves to `atMs`; an earlier instant is ignored, since time never goes back. */
  advanceTo(atMs: EpochMs): void {
    if (atMs > this.#nowMs) this.#nowMs = atMs
  }
  advanceBy(durationMs: number): void {
    this.advanceTo(this.#nowMs + durationMs)
  }
}

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
type Unit = keyof typeof UNIT_MS

/**
 * Reads "90s", "1m30s", "2.5h" or "0s" as milliseconds.
 * @returns undefined where the text is not a duration
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined
  let totalMs = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    totalMs += Number(amount) * UNIT_MS[unit as Unit]
  }
  return Math.round(totalMs)
}

/** Writes milliseconds the way the configuration does: 90_000 → "1m30s". */
export function formatDuration(durationMs: number): string {
  let rest = Math.round(durationMs)
  let text = ''
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / UNIT_MS[unit])
    if (count > 0) text += `${count}${unit}`
    rest -= count * UNIT_MS[unit]
  }
  return text || '0s'
}

/** A configuration field that holds a duration: "7m" in the file, milliseconds in the program. */
export const duration = z
  .string()
  .regex(/^(\d+(\.\d+)?(ms|s|m|h|d))+$/, 'expected a duration such as "30s", "7m" or "1h30m"')
  .transform(text => parseDuration(text) ?? 0)

/** When footage without a clock of its own starts, unless its source says otherwise. */
export const DEFAULT_START_AT = Date.parse('2026-01-05T08:00:00+08:00')
