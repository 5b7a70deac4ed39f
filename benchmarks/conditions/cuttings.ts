// Cuttings: bins and litter of the labelled pictures, to be laid on other streets.
//
// Which are taken is decided by the size, shape and place of their boxes, never by what a network says of them: some
// labels are wrong (5–10 % of the bins' states by eye), and what is mislabelled stays in.
import { join } from 'node:path'
import { type Box, coverage } from '../../core/geometry.ts'
import { readStill } from '../../streams/still.ts'
import { type Half, halfOf } from '../calibration/labelled.ts'
import { yoloFolder } from '../calibration/yolo-folder.ts'
import type { Piece } from './canvas.ts'

const CLASSES = ['litter', 'bin', 'bin-overflow'] as const
type Class = (typeof CLASSES)[number]

export interface Cutting {
  readonly file: string
  readonly label: Class
  /** Fractions of its picture. */
  readonly box: Box
  /** In its picture. */
  readonly widthPx: number
  readonly heightPx: number
}

/** `bins/` numbers its classes 0 garbage, 1 garbage_bin, 2 overflow. */
export const binsFolder = (footage: string) => yoloFolder(join(footage, 'bins'), { names: CLASSES })

/** All pictures of the data set have this side. */
const PICTURE_PX = 640

/** In the order of their pictures' names. */
export async function cuttings(footage: string, half: Half): Promise<readonly Cutting[]> {
  const { pictures } = await binsFolder(footage).read(CLASSES)
  return pictures
    .filter(({ name }) => halfOf(name) === half)
    .flatMap(({ file, labels }) => {
      const bins = labels.filter(({ label }) => label !== 'litter')
      return labels.flatMap(own => {
        const { box } = own
        const size = { widthPx: (box.x2 - box.x1) * PICTURE_PX, heightPx: (box.y2 - box.y1) * PICTURE_PX }
        const hidden = Math.max(0, ...bins.filter(bin => bin !== own).map(bin => coverage(box, bin.box)))
        const cutting = { file, label: own.label as Class, box, ...size }
        return isUsable(cutting, hidden) ? [cutting] : []
      })
    })
}

/** Litter that is a heap or a bag, not a strip or a third bin; bins that are seen whole and by themselves. */
function isUsable({ label, box, widthPx, heightPx }: Cutting, hiddenByBins: number): boolean {
  const stretch = heightPx / widthPx
  if (label === 'litter') {
    return Math.sqrt(widthPx * heightPx) >= 48 && stretch <= 3 && stretch >= 1 / 3 && hiddenByBins <= 0.33
  }
  const whole = box.x1 > 0.005 && box.y1 > 0.005 && box.x2 < 0.995 && box.y2 < 0.995
  return whole && heightPx >= 96 && stretch >= 0.8 && stretch <= 2.6 && hiddenByBins <= 0.2
}

/** So much of its surroundings fades into the new street. */
const MARGIN = 0.15

/** The cutting at the size that is asked for, by FFmpeg's scaler, as a camera's zones are. */
export async function cut({ file, box }: Cutting, widthPx: number, heightPx: number): Promise<Piece> {
  const perX = widthPx / (box.x2 - box.x1)
  const perY = heightPx / (box.y2 - box.y1)
  const room = (freeShare: number, perShare: number, sizePx: number) =>
    Math.floor(Math.min(freeShare * perShare, MARGIN * sizePx))
  const margin = {
    leftPx: room(box.x1, perX, widthPx),
    topPx: room(box.y1, perY, heightPx),
    rightPx: room(1 - box.x2, perX, widthPx),
    bottomPx: room(1 - box.y2, perY, heightPx),
  }
  const region = {
    x1: box.x1 - margin.leftPx / perX,
    y1: box.y1 - margin.topPx / perY,
    x2: box.x2 + margin.rightPx / perX,
    y2: box.y2 + margin.bottomPx / perY,
  }
  const picture = await readStill(file)
  try {
    const image = picture.rgb(
      region,
      widthPx + margin.leftPx + margin.rightPx,
      heightPx + margin.topPx + margin.bottomPx,
    )
    return { image, margin }
  } finally {
    picture.release()
  }
}
