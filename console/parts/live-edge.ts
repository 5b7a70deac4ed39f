// Where a live picture should stand: near the newest that has come, across gaps, and without keeping what was seen.

export interface Span {
  readonly from: number
  readonly to: number
}

export interface Steering {
  /** Where to go on, if not from where it is. */
  readonly seekTo?: number
  readonly rate: number
  /** What lies before this is of no use any more. */
  readonly dropBefore?: number
}

/** Seconds behind the newest picture at which nothing needs to be done. */
const CLOSE = 0.8
/** Further behind than this one sees the past: it is left out. */
const FAR = 3
/** A little less than a fragment and a half: less would run dry between two of them. */
const MARGIN = 0.35
const KEEP = 10
const FAST = 1.07

/** @param spans what can be played, in order; seconds. @param at where the picture stands */
export function steer(spans: readonly Span[], at: number): Steering {
  const newest = spans.at(-1)
  const oldest = spans[0]
  if (!newest || !oldest) return { rate: 1 }
  const dropBefore = at - oldest.from > 2 * KEEP ? { dropBefore: at - KEEP } : {}
  const edge = Math.max(newest.from, newest.to - MARGIN)
  // Before a gap, or before everything: what is missing will not come any more.
  if (at < newest.from || newest.to - at > FAR) return { seekTo: edge, rate: 1, ...dropBefore }
  return { rate: newest.to - at > CLOSE ? FAST : 1, ...dropBefore }
}
