// The worst of what a network sees that is not there, and of what it overlooks.
import { type Box, boxArea } from '../../core/geometry.ts'
import type { Looked } from './look.ts'
import { matched } from './matching.ts'

export interface Mistake {
  readonly kind: 'false' | 'missed'
  readonly label: string
  readonly name: string
  readonly file: string
  /** The seen thing that is not labelled, or the label that was not seen. */
  readonly box: Box
  /** Of the seen thing. */
  readonly score: number | null
  /** Of the same class in the same picture. */
  readonly labelled: readonly Box[]
}

/** False ones by their score, missed ones by their size: the plainest first, since a wrong label is found among them. */
export function worstMistakes(
  pictures: readonly Looked[],
  label: string,
  threshold: number,
  most: number,
): readonly Mistake[] {
  const mistakes = pictures.flatMap(picture => mistakesIn(picture, label, threshold))
  const falseOnes = mistakes.filter(({ kind }) => kind === 'false')
  const missed = mistakes.filter(({ kind }) => kind === 'missed')
  return [
    ...falseOnes.sort((a, b) => (b.score ?? 0) - (a.score ?? 0)).slice(0, most),
    ...missed.sort((a, b) => boxArea(b.box) - boxArea(a.box)).slice(0, most),
  ]
}

function mistakesIn({ name, file, labels, detections }: Looked, label: string, threshold: number): readonly Mistake[] {
  const ours = labels.filter(one => one.label === label)
  const kept = detections.filter(one => one.label === label && one.score >= threshold)
  const pairs = matched(kept, ours)
  const found = new Set(pairs.map(pair => pair.found))
  const known = { label, name, file, labelled: ours.map(({ box }) => box) }
  return [
    ...pairs.flatMap(({ detection, found: hit }): Mistake[] =>
      hit ? [] : [{ ...known, kind: 'false', box: detection.box, score: detection.score }],
    ),
    ...ours.flatMap((one): Mistake[] =>
      found.has(one) ? [] : [{ ...known, kind: 'missed', box: one.box, score: null }],
    ),
  ]
}
