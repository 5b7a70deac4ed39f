// Two runs side by side: every number that both have, and the ratio of the second to the first.
import type { Result } from './results.ts'

export interface Compared {
  readonly result: string
  readonly path: string
  readonly before: number
  readonly after: number
  /** After ÷ before; null where there was nothing before. */
  readonly ratio: number | null
}

/** What stands in a list has no name there: its fifth may be another thing the next time. */
const IN_A_LIST = /\.\d+(\.|$)/

/** Numbers that did not change are left out; the greatest change comes first. Pure. */
export function compare(before: readonly Result[], after: readonly Result[]): readonly Compared[] {
  const known = new Map(before.flatMap(({ name, rows }) => rows.map(({ path, value }) => [`${name} ${path}`, value])))
  return after
    .flatMap(({ name, rows }) =>
      rows.flatMap(({ path, value }) => {
        const earlier = known.get(`${name} ${path}`)
        if (typeof value !== 'number' || typeof earlier !== 'number' || value === earlier) return []
        if (IN_A_LIST.test(path)) return []
        return [{ result: name, path, before: earlier, after: value, ratio: earlier === 0 ? null : value / earlier }]
      }),
    )
    .sort((a, b) => change(b) - change(a))
}

/** As far from 1 as twice is from half; what came from nothing is furthest. */
function change({ ratio }: Compared): number {
  return ratio === null || ratio <= 0 ? Number.POSITIVE_INFINITY : Math.abs(Math.log(ratio))
}
