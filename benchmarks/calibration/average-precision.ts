// Average precision: how well a ranking by score puts what is there before what is not.

/** A detection after it was held against the labels of its picture. */
export interface Ranked {
  readonly score: number
  /** Whether it found something labelled that no better detection had found. */
  readonly hit: boolean
  /** Index of the picture that it was seen in. */
  readonly picture: number
}

/**
 * The area under the precision–recall curve, each precision replaced by the best at that recall or beyond: all points, as
 * PASCAL VOC has it since 2010 (Everingham et al. 2015, §4.1), not the 101 points of COCO, which differ by under 0.01.
 * Detections of one score are taken in together, so that the order in which they come does not matter.
 * @param truths how many labels there are, weighted as the detections are
 * @param weightOf how often a picture is counted, for the bootstrap
 * @returns null where nothing is labelled
 */
export function averagePrecision(
  ranked: readonly Ranked[],
  truths: number,
  weightOf: (picture: number) => number = () => 1,
): number | null {
  if (truths <= 0) return null
  const points = curve(ranked, truths, weightOf)
  let area = 0
  let best = 0
  for (const [index, { recall, precision }] of [...points.entries()].reverse()) {
    best = Math.max(best, precision)
    area += (recall - (points[index - 1]?.recall ?? 0)) * best
  }
  return area
}

/** One point after each score, recall rising. */
function curve(ranked: readonly Ranked[], truths: number, weightOf: (picture: number) => number) {
  const falling = ranked.toSorted((a, b) => b.score - a.score)
  const points: { readonly recall: number; readonly precision: number }[] = []
  let hits = 0
  let seen = 0
  for (const [index, { score, hit, picture }] of falling.entries()) {
    const weight = weightOf(picture)
    seen += weight
    if (hit) hits += weight
    if (falling[index + 1]?.score === score || seen === 0) continue
    points.push({ recall: hits / truths, precision: hits / seen })
  }
  return points
}
