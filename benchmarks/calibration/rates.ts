// Precision, recall and F1 of one class at one threshold, box by box and picture by picture.
import { averagePrecision } from './average-precision.ts'
import type { ClassSeen } from './matching.ts'

/** Boxes: is each found where it is? Pictures: is it here at all? */
export const LEVELS = ['boxes', 'pictures'] as const
export type Level = (typeof LEVELS)[number]

export interface Rates {
  /** Null where nothing was seen. */
  readonly precision: number | null
  /** Null where nothing is labelled. */
  readonly recall: number | null
  /** Null where there is neither. */
  readonly f1: number | null
}

type WeightOf = (picture: number) => number
const once: WeightOf = () => 1

/** @param weightOf how often a picture is counted, for the bootstrap */
export function ratesAt(seen: ClassSeen, threshold: number, level: Level, weightOf: WeightOf = once): Rates {
  const { hits, found, truths } = (level === 'boxes' ? tallyBoxes : tallyPictures)(seen, threshold, weightOf)
  return {
    precision: found > 0 ? hits / found : null,
    recall: truths > 0 ? hits / truths : null,
    f1: found + truths > 0 ? (2 * hits) / (found + truths) : null,
  }
}

/** Average precision at an IoU of 0.5. */
export function ap50(seen: ClassSeen, weightOf: WeightOf = once): number | null {
  return averagePrecision(seen.ranked, weightedSum(seen.truths, weightOf), weightOf)
}

function tallyBoxes({ ranked, truths }: ClassSeen, threshold: number, weightOf: WeightOf) {
  let hits = 0
  let found = 0
  for (const { score, hit, picture } of ranked) {
    if (score < threshold) continue
    const weight = weightOf(picture)
    found += weight
    if (hit) hits += weight
  }
  return { hits, found, truths: weightedSum(truths, weightOf) }
}

function tallyPictures({ best, truths }: ClassSeen, threshold: number, weightOf: WeightOf) {
  const there = truths.map(count => (count > 0 ? 1 : 0))
  const found = best.map(score => (score >= threshold ? 1 : 0))
  const hits = there.map((is, picture) => is * (found[picture] ?? 0))
  return {
    hits: weightedSum(hits, weightOf),
    found: weightedSum(found, weightOf),
    truths: weightedSum(there, weightOf),
  }
}

function weightedSum(perPicture: readonly number[], weightOf: WeightOf): number {
  return perPicture.reduce((sum, value, picture) => sum + value * weightOf(picture), 0)
}
