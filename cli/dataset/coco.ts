// Evidence as COCO: pictures, what was found in them, what was reported of them, and what the operator said.

import { type Box, clipBox } from '../../core/geometry.ts'
import { RULE_KINDS } from '../../core/observation.ts'
import { localTime } from '../../core/periods.ts'
import { type PictureCut, PRIVATE_LABELS } from '../../core/privacy-mask.ts'
import type { JudgedPicture } from '../../store/feedback/judged-pictures.ts'

/** People and vehicles were looked for to hide them, at a tenth of this: what is less sure is no label. */
const LEAST_SCORE = 0.3

export const CATEGORIES = [
  ...PRIVATE_LABELS.map(name => ({ name, supercategory: 'object' })),
  ...RULE_KINDS.map(name => ({ name, supercategory: 'incident' })),
].map((category, index) => ({ id: index + 1, ...category }))
const CATEGORY_IDS: ReadonlyMap<string, number> = new Map(CATEGORIES.map(({ id, name }) => [name, id]))

/** A picture that is written, by the name of its file in the part's folder `images`. */
export interface WrittenPicture {
  readonly picture: JudgedPicture & { readonly subjects: NonNullable<JudgedPicture['subjects']> }
  readonly file: string
  readonly sha256: string
}

/** @param pictures in the order in which they are listed; ids count from 1 */
export function cocoOf(pictures: readonly WrittenPicture[], description: string) {
  const annotations = pictures.flatMap(({ picture }, index) => {
    const { cut, inFrame, about } = picture.subjects
    const found = inFrame
      .filter(({ score }) => score >= LEAST_SCORE)
      .map(({ label, score, box }) => ({ name: label, box, attributes: { source: 'detector', score } }))
    const reported = about.map(box => ({
      name: picture.kind,
      box,
      attributes: { source: 'alert', ...verdictOn(picture) },
    }))
    return [...found, ...reported].flatMap(({ name, box, attributes }) => {
      const category = CATEGORY_IDS.get(name)
      const bbox = inPixels(box, cut)
      if (category === undefined || bbox[2] <= 0 || bbox[3] <= 0) return []
      return [{ image_id: index + 1, category_id: category, bbox, area: bbox[2] * bbox[3], iscrowd: 0, attributes }]
    })
  })
  return {
    info: { description, version: '1' },
    images: pictures.map(({ picture, file, sha256 }, index) => ({
      id: index + 1,
      file_name: file,
      width: picture.subjects.cut.widthPx,
      height: picture.subjects.cut.heightPx,
      date_captured: localTime(picture.takenAt),
      attributes: {
        evidence: picture.id,
        sha256,
        camera: picture.cameraId,
        street: picture.streetId,
        zone: picture.zoneId,
        moment: picture.moment,
        ...verdictOn(picture),
      },
    })),
    annotations: annotations.map((annotation, index) => ({ id: index + 1, ...annotation })),
    categories: CATEGORIES,
  }
}

function verdictOn({ incidentId, kind, review, rejectReason, outcome }: JudgedPicture) {
  return { incident: incidentId, kind, review, rejectReason, outcome }
}

/** COCO's [left, top, width, height]. */
function inPixels(box: Box, { region, widthPx, heightPx }: PictureCut): readonly [number, number, number, number] {
  const { x1, y1, x2, y2 } = clipBox(box, region)
  const scaleX = widthPx / (region.x2 - region.x1)
  const scaleY = heightPx / (region.y2 - region.y1)
  const tenths = (value: number): number => Math.round(value * 10) / 10
  return [
    tenths((x1 - region.x1) * scaleX),
    tenths((y1 - region.y1) * scaleY),
    tenths((x2 - x1) * scaleX),
    tenths((y2 - y1) * scaleY),
  ]
}
