// The table of families: one file and one line each.
import { classifier } from './classifier.ts'
import type { Family } from './family.ts'
import { rtdetrStyle } from './rtdetr-style.ts'
import { yolov8Style } from './yolov8-style.ts'
import { yolox } from './yolox.ts'

export const FAMILY_NAMES = ['yolox', 'yolov8-style', 'rtdetr-style', 'classifier'] as const
export type FamilyName = (typeof FAMILY_NAMES)[number]

export const FAMILIES: Readonly<Record<FamilyName, Family>> = {
  yolox,
  'yolov8-style': yolov8Style,
  'rtdetr-style': rtdetrStyle,
  classifier,
}
