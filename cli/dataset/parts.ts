// Which part of a data set a picture belongs to: all that shows one street is in one part, in every export.
import { createHash } from 'node:crypto'
import { dayOf } from '../../core/periods.ts'
import type { JudgedPicture } from '../../store/feedback/judged-pictures.ts'

export const PARTS = ['train', 'test'] as const
export type Part = (typeof PARTS)[number]

/** What stays together. A network that was trained on a street knows its walls: only `street` tells how it does elsewhere. */
export const SPLITS = ['street', 'camera', 'day'] as const
export type Split = (typeof SPLITS)[number]

/**
 * By the hash of the group's name, so that a later export, with more pictures, puts each group where it was before.
 * @param testShare of the groups, about; with few groups a part may be empty
 */
export function partOf(
  picture: Pick<JudgedPicture, 'streetId' | 'cameraId' | 'takenAt'>,
  split: Split,
  testShare: number,
): Part {
  const { streetId, cameraId, takenAt } = picture
  const group = { street: streetId, camera: cameraId, day: dayOf(takenAt) }[split]
  const fraction = createHash('sha256').update(`${split}:${group}`).digest().readUInt32BE() / 2 ** 32
  return fraction < testShare ? 'test' : 'train'
}
