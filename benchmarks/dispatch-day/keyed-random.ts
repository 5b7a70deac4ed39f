// Chance that hangs on what it is about, not on who asked first: so that two ways to choose meet the same people.
import { contentId } from '../../core/ids.ts'
import { seededRandom } from '../../fixtures/random.ts'

/** Uniform numbers in [0, 1), the same ones for the same words in whatever order they are asked for. */
export function keyedRandom(...words: readonly (string | number)[]): () => number {
  return seededRandom(Number.parseInt(contentId(...words).slice(0, 8), 16))
}

/** An exponential time with this mean: of what comes at any moment with the same chance. */
export function exponential(random: () => number, mean: number): number {
  return -Math.log(1 - random()) * mean
}

/** One of several by their weights. @throws Error where there is nothing to pick from */
export function pickWeighted<T>(random: () => number, weighted: readonly (readonly [T, number])[]): T {
  let left = random() * weighted.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [item, weight] of weighted) {
    left -= weight
    if (left < 0) return item
  }
  const last = weighted.at(-1)
  if (!last) throw new Error('nothing to pick from')
  return last[0]
}
