// Pictures for outside the house: faces and number plates pixelated, or no picture at all.
//
// Made anew whenever one is asked for, and kept nowhere: what is deleted is then gone, and a copy needs no second rule of
// retention. The price is measured in benchmarks/results/blur.json.
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { JiemuError } from '../core/errors.ts'
import type { EvidenceId } from '../core/ids.ts'
import type { Evidence } from '../core/incident.ts'
import { masksOf, type PictureCut, pixelate } from '../core/privacy-mask.ts'
import type { Detection } from '../core/scene.ts'
import type { Database } from './connection.ts'
import type { EvidenceFiles } from './evidence.ts'

/** A picture in which nobody can be told; its hash is not the original's. */
export interface BlurredPicture {
  readonly row: Evidence
  readonly jpeg: Uint8Array
  readonly sha256: string
  readonly widthPx: number
  readonly heightPx: number
}

const JPEG = { quality: 85 }

export class BlurredPictures {
  readonly #db: Database
  readonly #evidence: Pick<EvidenceFiles, 'open'>

  constructor(db: Database, evidence: Pick<EvidenceFiles, 'open'>) {
    this.#db = db
    this.#evidence = evidence
  }

  /**
   * @returns undefined where there is no such picture
   * @throws JiemuError picture-not-blurred where nobody knows who is in it: then it may not be sent; evidence-altered
   */
  async open(id: EvidenceId): Promise<BlurredPicture | undefined> {
    const found = await this.#evidence.open(id)
    if (!found) return undefined
    // Nobody can be made unrecognisable in a video: it stays in the house.
    const subjects = found.row.mediaType === 'image/jpeg' ? await this.subjects(id) : undefined
    if (!subjects) throw new JiemuError('picture-not-blurred', { id })
    return { row: found.row, ...(await blurJpeg(found.path, subjects)) }
  }

  /** Who and what is in the frame that a picture was cut from; undefined where that is not known. */
  subjects(id: EvidenceId): Promise<{ readonly cut: PictureCut; readonly inFrame: readonly Detection[] } | undefined> {
    return this.#db
      .selectFrom('evidenceSubjects')
      .select(['cut', 'inFrame'])
      .where('evidenceId', '=', id)
      .executeTakeFirst()
  }
}

/** @param picture a JPEG, or the path of one; what it tells of itself beside its pixels is left out */
export async function blurJpeg(
  picture: string | Uint8Array,
  { cut, inFrame }: { readonly cut: PictureCut; readonly inFrame: readonly Detection[] },
): Promise<Omit<BlurredPicture, 'row'>> {
  const { data, info } = await sharp(picture).removeAlpha().toColourspace('srgb').raw().toBuffer({
    resolveWithObject: true,
  })
  const size = { widthPx: info.width, heightPx: info.height }
  const { pixels } = pixelate({ ...size, pixels: data }, cut, masksOf(inFrame))
  const raw = { width: info.width, height: info.height, channels: 3 } as const
  const jpeg = await sharp(pixels, { raw }).jpeg(JPEG).toBuffer()
  return { jpeg, sha256: createHash('sha256').update(jpeg).digest('hex'), ...size }
}
