// Fits a crowd zone's `countScale` from pictures in which a person counted, seen as the live pipeline would see them.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { stands } from '../../core/camera.ts'
import { type CountScale, fitCountScale } from '../../core/count-scale.ts'
import { JiemuError, toJiemuError } from '../../core/errors.ts'
import { bottomCentre, type Polygon, WHOLE_FRAME } from '../../core/geometry.ts'
import { Scope } from '../../core/scope.ts'
import { planCrops } from '../../detector/inference/crops.ts'
import { openOnnxDetector } from '../../detector/inference/kinds/onnx.ts'
import type { Model } from '../../models/manifest.ts'
import { bootstrap, type Interval } from './bootstrap.ts'
import { corners, detect, withPicture } from './look.ts'

export interface CountedPicture {
  readonly file: string
  readonly people: number
}

export interface CountZone {
  readonly polygon: Polygon
  /** All zones of the camera in which objects are looked for: together they decide where the crops lie. */
  readonly neighbours: readonly { readonly polygon: Polygon }[]
  /** From which score on the zone's rule counts a person. */
  readonly minScore: number
}

export interface CountCalibration {
  readonly scale: CountScale
  /** 95 % intervals, pictures drawn anew. */
  readonly factor: Interval | null
  readonly error: Interval | null
  readonly people: number
  readonly seen: number
}

/** A zone that is the whole picture. */
export const WHOLE_ZONE: Pick<CountZone, 'polygon' | 'neighbours'> = {
  polygon: corners(WHOLE_FRAME),
  neighbours: [{ polygon: corners(WHOLE_FRAME) }],
}

const LEAST_PICTURES = 5
const count = z.int().min(0)
/** `{ "NAME.jpg": { "count": 29 } }` or `{ "NAME.jpg": 29 }`. */
const countsSchema = z.record(z.string(), z.union([count, z.looseObject({ count }).transform(entry => entry.count)]))

/**
 * @param folder where the pictures lie
 * @throws JiemuError file-unreadable; calibration-data-invalid where it is no such file, or has too few pictures
 */
export async function readCounts(file: string, folder: string): Promise<readonly CountedPicture[]> {
  const text = await readFile(file, 'utf8').catch(error => {
    throw toJiemuError(error, 'file-unreadable', { file })
  })
  const parsed = countsSchema.safeParse(jsonOf(text, file))
  if (!parsed.success) {
    const at = parsed.error.issues[0]?.path.join('.') ?? ''
    throw invalid(file, `${at || 'top level'}: expected { "NAME.jpg": { "count": 29 }, … }`)
  }
  const pictures = Object.entries(parsed.data).sort(([a], [b]) => (a < b ? -1 : 1))
  if (pictures.length < LEAST_PICTURES) {
    throw invalid(file, `${pictures.length} pictures were counted; a fit needs ${LEAST_PICTURES} or more`)
  }
  return pictures.map(([name, people]) => ({ file: join(folder, name), people }))
}

/**
 * @param onPicture told after each picture, for a progress bar
 * @throws JiemuError calibration-data-invalid where nobody was ever seen; model-lacks-class; file-unreadable; inference-failed
 */
export async function calibrateCounts(
  pictures: readonly CountedPicture[],
  model: Model,
  { polygon, neighbours, minScore }: CountZone,
  { seed = 1, onPicture }: { readonly seed?: number; readonly onPicture?: (done: number) => void } = {},
): Promise<CountCalibration> {
  await using scope = new Scope()
  const opened = await openOnnxDetector(model, { thresholds: {}, threads: 1, batch: 'one' })
  const detector = scope.use(opened, it => it.close())
  if (!detector.classes.includes('person')) {
    throw new JiemuError('model-lacks-class', { where: 'calibrate counts', model: model.card.name, label: 'person' })
  }
  const pairs: { readonly truth: number; readonly seen: number }[] = []
  for (const { file, people } of pictures) {
    const found = await withPicture(file, picture => detect(detector, picture, planCrops(neighbours, picture)))
    const counted = found.filter(
      ({ label, score, box }) => label === 'person' && score >= minScore && stands({ polygon }, bottomCentre(box)),
    )
    pairs.push({ truth: people, seen: counted.length })
    onPicture?.(pairs.length)
  }
  const scale = fitCountScale(pairs)
  if (!scale) throw invalid(pictures[0]?.file ?? '', 'nobody was detected in the zone, here or in any other picture')
  const { factor, error } = bootstrap(pairs.length, weightOf => refit(pairs, weightOf), { seed })
  const sum = (of: 'truth' | 'seen') => pairs.reduce((total, pair) => total + pair[of], 0)
  return { scale, factor, error, people: sum('truth'), seen: sum('seen') }
}

function refit(pairs: Parameters<typeof fitCountScale>[0], weightOf: (picture: number) => number) {
  const scale = fitCountScale(pairs.flatMap((pair, index) => Array.from({ length: weightOf(index) }, () => pair)))
  return { factor: scale?.factor ?? null, error: scale?.error ?? null }
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalid(file, error instanceof Error ? error.message : 'it is no JSON')
  }
}

function invalid(file: string, problem: string): JiemuError {
  return new JiemuError('calibration-data-invalid', { file, problem })
}
