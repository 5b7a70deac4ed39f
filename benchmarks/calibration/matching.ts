// Holds the detections of pictures against what is labelled in them.
import { type Box, iou } from '../../core/geometry.ts'
import type { Detection } from '../../core/scene.ts'
import type { Ranked } from './average-precision.ts'

/** Something that a person has marked in a picture. */
export interface Label {
  /** A class of the network. */
  readonly label: string
  /** Fractions of the picture. */
  readonly box: Box
}

/** What is in a picture, and what the network saw there. */
export interface Judged {
  readonly labels: readonly Label[]
  readonly detections: readonly Detection[]
}

/** One class in a number of pictures: all that its figures need. */
export interface ClassSeen {
  readonly label: string
  /** Labels in each picture. */
  readonly truths: readonly number[]
  /** The best score in each picture, 0 where nothing was seen: "is it here at all". */
  readonly best: readonly number[]
  readonly ranked: readonly Ranked[]
}

/** The usual limit of AP50: a box that overlaps its label by half names the right thing at the right place. */
const LEAST_IOU = 0.5

/**
 * Greedy, the best score first, within one class: each detection takes the free label that it overlaps most, if by half or
 * more (COCO's way). What a threshold takes away from the end of the ranking changes nothing of what stands before it, so
 * that one match serves every threshold.
 */
export function judgeClass(label: string, pictures: readonly Judged[]): ClassSeen {
  const labels = pictures.map(picture => picture.labels.filter(one => one.label === label))
  const ranked = pictures.flatMap(({ detections }, picture) => {
    const ours = detections.filter(one => one.label === label)
    return matched(ours, labels[picture] ?? []).map(({ detection, found }) => ({
      score: detection.score,
      hit: found !== undefined,
      picture,
    }))
  })
  return {
    label,
    truths: labels.map(({ length }) => length),
    best: pictures.map(({ detections }) =>
      detections.reduce((best, one) => (one.label === label ? Math.max(best, one.score) : best), 0),
    ),
    ranked,
  }
}

/** Each detection with the label that it found, whatever their classes; best score first. */
export function matched(detections: readonly Detection[], labels: readonly Label[]) {
  const free = new Set(labels)
  return detections
    .toSorted((a, b) => b.score - a.score)
    .map(detection => {
      let found: Label | undefined
      let most = LEAST_IOU
      for (const label of free) {
        const overlap = iou(detection.box, label.box)
        if (overlap > most || (overlap === most && !found)) [found, most] = [label, overlap]
      }
      if (found) free.delete(found)
      return { detection, found }
    })
}

/** How often a label of the row's class was seen as the column's; `null` is "nothing there" and "nothing seen". */
export interface Confusion {
  readonly labelled: string | null
  readonly seen: string | null
  readonly count: number
}

/**
 * Matched by place alone, at the thresholds of use: a full bin that was taken for an overflowing one, and what was missed.
 * @param thresholds per class; classes without one are left out
 */
export function confusion(
  pictures: readonly Judged[],
  thresholds: Readonly<Record<string, number>>,
): readonly Confusion[] {
  const counts = new Map<string, Confusion>()
  const count = (labelled: string | null, seen: string | null) => {
    const key = JSON.stringify([labelled, seen])
    counts.set(key, { labelled, seen, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  for (const { labels, detections } of pictures) {
    const known = labels.filter(({ label }) => thresholds[label] !== undefined)
    const kept = detections.filter(({ label, score }) => score >= (thresholds[label] ?? Number.POSITIVE_INFINITY))
    const pairs = matched(kept, known)
    for (const { detection, found } of pairs) count(found?.label ?? null, detection.label)
    const found = new Set(pairs.map(pair => pair.found))
    for (const label of known) if (!found.has(label)) count(label.label, null)
  }
  return [...counts.values()]
}
