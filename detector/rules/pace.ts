// How often a rule needs a picture: what changes in minutes is not looked at every two seconds.

/** Key frames usually come so often; a rule that follows something wants each of them. */
export const FOLLOWING_EVERY_MS = 2_000
/**
 * However long a rule would wait: a breach is first seen so much later at most, and an alarm may be ten seconds late (the
 * i-LIDS convention of the truth files).
 */
export const CALM_EVERY_MS = 6_000

/** @param wishMs what the rule could do with while nothing is about to happen */
export function calmEveryMs(wishMs: number): number {
  return Math.min(CALM_EVERY_MS, Math.max(FOLLOWING_EVERY_MS, wishMs))
}
