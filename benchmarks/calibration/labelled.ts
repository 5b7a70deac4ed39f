// Labelled pictures, wherever they come from: a folder of YOLO files today, what operators confirmed and rejected later.
import { createHash } from 'node:crypto'
import { basename, extname } from 'node:path'
import type { Label } from './matching.ts'

export interface LabelledPicture {
  /** Within its source; decides which half it belongs to. */
  readonly name: string
  /** The JPEG or PNG file. */
  readonly file: string
  /** Empty where somebody has looked and nothing is there. */
  readonly labels: readonly Label[]
}

export interface LabelledPictures {
  /** Names the source, for a person. */
  readonly source: string
  /** In the order of their names; at least one. */
  readonly pictures: readonly LabelledPicture[]
  /** The network's classes that the source knows; of others nothing can be said. */
  readonly classes: readonly string[]
  /** Labels of the source's classes that mean nothing to the network. */
  readonly leftOut: Readonly<Record<string, number>>
  /** Over names and contents of all its files: the very data that a threshold was chosen on. */
  readonly sha256: string
}

export interface LabelSource {
  /**
   * @param known the network's classes
   * @throws JiemuError calibration-data-invalid
   */
  read(known: readonly string[]): Promise<LabelledPictures>
}

export const HALVES = ['choose', 'report'] as const
/** Thresholds are chosen on one half and reported on the other, which must not take part in any choice. */
export type Half = (typeof HALVES)[number]

/**
 * By the name's hash, so that a picture stays in its half when others join; copies of one picture, which Roboflow names
 * `ORIGINAL.rf.HASH.jpg`, lie in the same.
 */
export function halfOf(name: string): Half {
  const base = basename(name)
  const cut = base.indexOf('.rf.')
  const original = cut >= 0 ? base.slice(0, cut) : basename(base, extname(base))
  const digit = createHash('sha256').update(original).digest('hex').charAt(0)
  return digit < '8' ? 'choose' : 'report'
}
