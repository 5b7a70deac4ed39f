// Keeps one detection per object: non-maximum suppression by groups of classes, across the crops of a frame.
import { type Box, boxArea, intersectionArea, iou } from '../../core/geometry.ts'
import type { Detection } from '../../core/scene.ts'
import { groupOf } from './classes.ts'

/** A detection and what its crop did to it. */
export interface Candidate extends Detection {
  /** Index of the crop it was seen in. */
  readonly crop: number
  /** Its box ends where the crop ends and the frame does not: what is seen may be part of an object. */
  readonly cut: boolean
}

/** A cut box of which this share lies in a whole one is the same object seen in part. */
const PART_OF_WHOLE = 0.6

/**
 * Greedy NMS: the best box of a group suppresses those that overlap it by more than `iouLimit`, in whichever crop.
 * Whole objects come before cut ones, whatever their scores:
 *
 *     crop 0      ┌────────│── crop 1     The car lies whole in crop 1; crop 0 holds its front, often with a
 *           ┌─────┼──car──┐│              high score. The part is dropped although the IoU of the two is small.
 *           └─────┼───────┘│
 *
 * @returns detections with the highest score first; ties in the order of the candidates
 */
export function suppress(candidates: readonly Candidate[], iouLimit: number): readonly Detection[] {
  const kept: Candidate[] = []
  const ranked = [...candidates].sort((a, b) => Number(a.cut) - Number(b.cut) || b.score - a.score)
  for (const candidate of ranked) {
    const group = groupOf(candidate.label)
    const known = kept.some(
      better =>
        groupOf(better.label) === group && (iou(better.box, candidate.box) > iouLimit || isPart(candidate, better)),
    )
    if (!known) kept.push(candidate)
  }
  return kept.sort((a, b) => b.score - a.score).map(({ label, score, box }) => ({ label, score, box }))
}

function isPart(candidate: Candidate, better: Candidate): boolean {
  if (!candidate.cut || candidate.crop === better.crop) return false
  const smaller = Math.min(boxArea(candidate.box), boxArea(better.box))
  return smaller > 0 && intersectionArea(candidate.box, better.box) / smaller > PART_OF_WHOLE
}

/** Whether `box` ends, within `slack` of the crop's size, at a border of the crop that is not one of the frame. */
export function isCut(box: Box, crop: Box, slack = 0.01): boolean {
  const dx = (crop.x2 - crop.x1) * slack
  const dy = (crop.y2 - crop.y1) * slack
  return (
    (crop.x1 > 0 && box.x1 < crop.x1 + dx) ||
    (crop.y1 > 0 && box.y1 < crop.y1 + dy) ||
    (crop.x2 < 1 && box.x2 > crop.x2 - dx) ||
    (crop.y2 < 1 && box.y2 > crop.y2 - dy)
  )
}
