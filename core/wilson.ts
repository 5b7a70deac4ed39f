// The confidence interval of a share: what so many of so many say about the rate behind them.
import type { Interval } from './garwood.ts'

/** The 97.5th percentile of the normal distribution: for 95 % between both tails. */
const Z = 1.959_963_985

/**
 * Wilson's score interval (J. Am. Stat. Assoc. 22, 1927, 209–212): the shares that a normal test at 95 % would not reject. It
 * stays within 0…1 and says something of none and of all, where the usual ± is no width at all.
 * @returns null of nothing
 */
export function wilson(count: number, of: number): Interval | null {
  if (of === 0) return null
  const share = count / of
  const middle = share + Z ** 2 / (2 * of)
  const half = Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2))
  const scale = 1 + Z ** 2 / of
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) }
}
