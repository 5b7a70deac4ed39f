// Photos that people take at a job, or of what they report: proved to be pictures, written anew without what else was in the file, and kept.
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { JiemuError } from '../core/errors.ts'
import type { PhotoClaim } from '../core/field-work.ts'
import { distanceM, type Position } from '../core/geo.ts'
import { contentId, type EvidenceId, type IncidentId, type JobId } from '../core/ids.ts'
import type { Evidence } from '../core/incident.ts'
import { PHOTO_LIMIT_BYTES } from '../core/keeping.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { EvidenceFiles } from './evidence.ts'
import { exifPlace, type PhotoPlace } from './exif-place.ts'
import type { Retention } from './retention/retention.ts'

/** A file of a few bytes may claim to be a picture of a terabyte. */
const PIXEL_LIMIT = 50_000_000
/** Enough for a number plate across a street; a phone's 12 megapixels become half a megabyte. */
const EDGE_LIMIT_PX = 2_560
const JPEG = { quality: 85 }

/** Only these decoders are ever let near a stranger's bytes. */
const KINDS = [
  { format: 'jpeg', begins: /^\xff\xd8\xff/ },
  { format: 'png', begins: /^\x89PNG\r\n/ },
  { format: 'webp', begins: /^RIFF[\s\S]{4}WEBP/ },
] as const

export interface Photo {
  readonly bytes: Uint8Array
  /** Null of what somebody reports: then it is the incident's. */
  readonly jobId: JobId | null
  /** The first of the job's incidents; null where it has none. */
  readonly incidentId: IncidentId | null
  readonly moment: 'before' | 'after' | 'note'
  readonly takenBy: string
  /** Of its sender: the same one twice keeps one photo. Without one the same photo is kept once. */
  readonly key: string | null
  /** What a page read from the file before it made it smaller; the file's own word comes first, where it has one. */
  readonly said?: { readonly place: Position | null; readonly shotAt: EpochMs | null }
  /** The job's place, or the report's. */
  readonly at?: Position | null
}

export interface TakenPhoto extends PhotoClaim {
  readonly evidence: Evidence
  /** Where the phone says that it was taken: read before it was stripped, and not kept with the picture. */
  readonly place: PhotoPlace | null
}

/** What is kept of a phone's word. */
export interface ClaimNotes {
  noteClaim(id: EvidenceId, claim: PhotoClaim): Promise<void>
}

export class EvidenceIntake {
  readonly #evidence: Pick<EvidenceFiles, 'keep' | 'find'>
  readonly #retention: Pick<Retention, 'admit'>
  readonly #claims: ClaimNotes
  readonly #clock: Clock

  constructor(
    evidence: Pick<EvidenceFiles, 'keep' | 'find'>,
    retention: Pick<Retention, 'admit'>,
    claims: ClaimNotes,
    clock: Clock,
  ) {
    this.#evidence = evidence
    this.#retention = retention
    this.#claims = claims
    this.#clock = clock
  }

  /** @throws JiemuError evidence-too-large, evidence-not-an-image, disk-below-floor, disk-full */
  async take({ bytes, jobId, incidentId, moment, takenBy, key, said, at = null }: Photo): Promise<TakenPhoto> {
    this.#retention.admit()
    const { jpeg, place: written } = await cleaned(bytes)
    const place = written ?? placeSaid(said?.place ?? null)
    const claim = { distanceM: distanceTo(at, place), shotAt: said?.shotAt ?? null }
    const sha256 = createHash('sha256').update(jpeg).digest('hex')
    const whose = jobId ?? incidentId
    if (!whose) throw new Error('a photo is of a job or of an incident')
    const id = `ev-${key === null ? contentId(whose, moment, takenBy, sha256) : contentId(whose, takenBy, 'key', key)}`
    const row: Evidence = {
      id: id as EvidenceId,
      fingerprint: null,
      incidentId,
      jobId,
      cameraId: null,
      takenBy,
      moment,
      view: 'wide',
      annotated: false,
      takenAt: this.#clock.now(),
      sha256,
      bytes: jpeg.byteLength,
      mediaType: 'image/jpeg',
    }
    const before = await this.#evidence.find(row.id)
    if (!before) await this.#evidence.keep([{ row, bytes: jpeg }])
    // Of two at once with one key, the row says which was first.
    const evidence = before ?? (await this.#evidence.find(row.id)) ?? row
    if (claim.distanceM !== null || claim.shotAt !== null) await this.#claims.noteClaim(row.id, claim)
    return { evidence, place, ...claim }
  }
}

const placeSaid = (said: Position | null): PhotoPlace | null => said && { latitude: said.lat, longitude: said.lon }

/** To ten metres: finer would say where in the street somebody stood. */
function distanceTo(at: Position | null, place: PhotoPlace | null): number | null {
  if (!at || !place) return null
  return Math.round(distanceM(at, { lat: place.latitude, lon: place.longitude }) / 10) * 10
}

/** Upright, at most 2,560 px, without any of the file's own notes. */
async function cleaned(bytes: Uint8Array): Promise<{ readonly jpeg: Uint8Array; readonly place: PhotoPlace | null }> {
  if (bytes.byteLength > PHOTO_LIMIT_BYTES) {
    throw new JiemuError('evidence-too-large', { limit: PHOTO_LIMIT_BYTES / 1e6 })
  }
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  const kind = KINDS.find(({ begins }) => begins.test(head))
  if (!kind) throw new JiemuError('evidence-not-an-image', { problem: 'it is neither JPEG nor PNG nor WebP' })
  try {
    const image = sharp(bytes, { limitInputPixels: PIXEL_LIMIT, failOn: 'error' })
    const { exif, format } = await image.metadata()
    if (format !== kind.format) throw new Error(`it begins as ${kind.format} and is ${format}`)
    const jpeg = await image
      .autoOrient()
      .resize({ width: EDGE_LIMIT_PX, height: EDGE_LIMIT_PX, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' })
      .jpeg(JPEG)
      .toBuffer()
    return { jpeg, place: exifPlace(exif) }
  } catch (error) {
    const [problem = ''] = (error instanceof Error ? error.message : '').split('\n')
    throw new JiemuError('evidence-not-an-image', { problem: problem || 'it cannot be decoded' }, error)
  }
}
