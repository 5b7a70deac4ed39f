// k of n looks: for conditions that are looked at on a schedule, where each look stands for the time until the next.
import { z } from 'zod'

export const kOfNSchema = z
  .strictObject({ k: z.int().positive(), n: z.int().positive().max(100) })
  .refine(({ k, n }) => k <= n, { message: 'k must be at most n', path: ['k'] })

/** At least `k` of the newest `n` looks. */
export interface Looks {
  readonly k: number
  readonly n: number
}

/**
 * The same share over the same time where looks are `times` as dense.
 * @param least fewer looks than this are no series
 */
export function scaled({ k, n }: Looks, times: number, least: number): Looks {
  const most = Math.max(least, Math.round(n * times))
  return { n: most, k: Math.max(least, Math.ceil((k * most) / n)) }
}

/** Whether at least k of the newest n looks are true, the newest among them: what is told must be seen in its picture. */
export function reached<Look>(looks: readonly Look[], { k, n }: Looks, isTrue: (look: Look) => boolean): boolean {
  const last = looks.at(-1)
  return last !== undefined && isTrue(last) && looks.slice(-n).filter(isTrue).length >= k
}
