// k of n: a condition counts as held once it was true in a share k of the samples of a whole window of seen time.
import { z } from 'zod'

const sample = z.tuple([z.number(), z.number(), z.number()])
export const windowSchema = z.array(sample)
/** [seen ms, epoch ms, value], oldest first. Seen time stands still while the camera is blind. */
export type Window = z.output<typeof windowSchema>

/** Samples closer together than a window's hundredth are not kept: a snapshot must stay small at any frame rate. */
const RESOLUTION = 100
/** Two pictures are no series. */
const LEAST_SAMPLES = 3

/** Adds a sample and forgets what the window no longer needs: all but one sample at or before its start. */
export function addSample(window: Window, windowMs: number, seenMs: number, at: number, value: number): Window {
  const last = window.at(-1)
  const beforeLast = window.at(-2)
  const tooClose = last && beforeLast && seenMs - beforeLast[0] < windowMs / RESOLUTION
  const next: Window = [...(tooClose ? window.slice(0, -1) : window), [seenMs, at, value]]
  const start = next.findLastIndex(([seen]) => seen <= seenMs - windowMs)
  return start > 0 ? next.slice(start) : next
}

/** Since when (epoch ms) the condition has held; undefined where it does not, or the window is not yet full. */
export function heldSince(
  window: Window,
  windowMs: number,
  share: number,
  isTrue: (value: number) => boolean,
): number | undefined {
  const last = window.at(-1)
  if (!last || window.length < LEAST_SAMPLES || !isTrue(last[2])) return undefined
  const first = window.find(([, , value]) => isTrue(value))
  if (!first || last[0] - first[0] < windowMs) return undefined
  const inside = window.slice(window.indexOf(first))
  const hits = inside.filter(([, , value]) => isTrue(value)).length
  return hits >= share * inside.length ? first[1] : undefined
}
