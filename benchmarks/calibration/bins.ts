// The labelled bins among the footage: 240 pictures of Chinese streets, from an arm's length to a few metres away.
import { join } from 'node:path'
import type { LabelSource } from './labelled.ts'
import { yoloFolder } from './yolo-folder.ts'

/** The pictures' own names, in the order of their numbers, and the network's. */
const CLASSES = new Map([
  ['garbage', 'litter'],
  ['garbage_bin', 'bin'],
  ['overflow', 'bin-overflow'],
])

/** @param footage the folder of all footage */
export function labelledBins(footage: string): LabelSource {
  return yoloFolder(join(footage, 'bins'), { classMap: CLASSES })
}
