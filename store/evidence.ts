// Evidence: pictures as files named by their content, each with a row that carries its SHA-256.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { JiemuError } from '../core/errors.ts'
import type { Box } from '../core/geometry.ts'
import { type CameraId, contentId, type EvidenceId, type Fingerprint } from '../core/ids.ts'
import { EVIDENCE_MEDIA_TYPES, type Evidence, type EvidenceMediaType } from '../core/incident.ts'
import type { Clip } from '../core/live-view.ts'
import type { PictureRequest } from '../core/observation.ts'
import type { PictureCut } from '../core/privacy-mask.ts'
import type { Detection } from '../core/scene.ts'
import type { Snapshot } from '../core/shard-contract.ts'
import type { Clock } from '../core/time.ts'
import type { Database } from './connection.ts'
import { EvidenceDeletion } from './evidence-deletion.ts'
import { evidencePath } from './evidence-path.ts'
import { EvidenceRemoval } from './evidence-removal.ts'
import { isDiskFull } from './failure.ts'
import { EVIDENCE } from './records.ts'
import { type Viewer, watermarked } from './watermark.ts'

/** What is to be kept; `subjects` says who and what of the street is in it, where that is known. */
export interface KeptPicture {
  readonly row: Evidence
  readonly bytes: Uint8Array
  readonly subjects?: {
    readonly cut: PictureCut
    readonly inFrame: readonly Detection[]
    readonly about: readonly Box[]
  }
}

interface FileOf {
  readonly sha256: string
  readonly mediaType: EvidenceMediaType
}

export class EvidenceFiles {
  readonly #db: Database
  readonly #root: string
  readonly #clock: Clock
  readonly removal: EvidenceRemoval
  readonly deletion: EvidenceDeletion

  constructor(db: Database, dataDirectory: string, clock: Clock) {
    this.#db = db
    this.#root = join(dataDirectory, 'evidence')
    this.#clock = clock
    this.removal = new EvidenceRemoval(db, clock, sha256 =>
      EVIDENCE_MEDIA_TYPES.map(mediaType => this.#path({ sha256, mediaType })),
    )
    this.deletion = new EvidenceDeletion(db, clock, this.removal)
  }

  /**
   * Keeps the pictures of one request; the same pictures again change nothing. They are provisional until an incident
   * of their fingerprint adopts them, and belong at once to one that is open.
   * @throws JiemuError disk-full: the incident goes on without its pictures; database-unavailable
   */
  async keepPictures(
    cameraId: CameraId,
    request: PictureRequest,
    snapshots: readonly Snapshot[],
    inFrame?: readonly Detection[],
  ): Promise<readonly Evidence[]> {
    if (snapshots.length === 0) return []
    const pictures = snapshots.map(({ view, annotated, jpeg, cut }) => {
      const sha256 = createHash('sha256').update(jpeg).digest('hex')
      const row: Evidence = {
        id: evidenceId(request, view, annotated, sha256),
        fingerprint: request.fingerprint,
        incidentId: request.incidentId ?? null,
        jobId: null,
        cameraId,
        takenBy: null,
        moment: request.moment,
        view,
        annotated,
        takenAt: request.at,
        sha256,
        bytes: jpeg.byteLength,
        mediaType: 'image/jpeg',
      }
      return { row, bytes: jpeg, ...(cut && inFrame ? { subjects: { cut, inFrame, about: request.boxes } } : {}) }
    })
    return this.#keepFor(request, pictures)
  }

  /** Keeps the clip of an incident, likewise. It shows people, and nobody knows where: it never leaves the house. */
  async keepClip(cameraId: CameraId, request: PictureRequest, { mp4 }: Clip): Promise<readonly Evidence[]> {
    const sha256 = createHash('sha256').update(mp4).digest('hex')
    const row: Evidence = {
      id: `ev-${contentId(request.fingerprint, request.moment, request.at, 'clip', sha256)}` as EvidenceId,
      fingerprint: request.fingerprint,
      incidentId: request.incidentId ?? null,
      jobId: null,
      cameraId,
      takenBy: null,
      moment: request.moment,
      view: 'wide',
      annotated: false,
      takenAt: request.at,
      sha256,
      bytes: mp4.byteLength,
      mediaType: 'video/mp4',
    }
    return this.#keepFor(request, [{ row, bytes: mp4 }])
  }

  async #keepFor(request: PictureRequest, pictures: readonly KeptPicture[]): Promise<readonly Evidence[]> {
    await this.keep(pictures)
    if (!request.incidentId) await this.#adopt(request)
    const ids = pictures.map(({ row }) => row.id)
    return this.#db.selectFrom('evidence').select(EVIDENCE).where('id', 'in', ids).orderBy('id').execute()
  }

  /** Writes files and their rows; a row that is there already stays as it is. @throws JiemuError disk-full */
  async keep(pictures: readonly KeptPicture[]): Promise<void> {
    const keptAt = this.#clock.now()
    const hashes = pictures.map(({ row }) => row.sha256)
    await this.removal.whileKept(hashes, async () => {
      // The file comes before its row: after a crash between them a file is in excess, never a row without its picture.
      for (const { row, bytes } of pictures) await this.#write(row, bytes)
      const subjects = pictures.flatMap(subjectsRow)
      await this.#db.transaction().execute(async tx => {
        await tx
          .insertInto('evidence')
          .values(pictures.map(({ row }) => ({ ...row, keptAt })))
          .onConflict(conflict => conflict.column('id').doNothing())
          .execute()
        if (subjects.length === 0) return
        await tx
          .insertInto('evidenceSubjects')
          .values(subjects)
          .onConflict(conflict => conflict.column('evidenceId').doNothing())
          .execute()
      })
    })
  }

  /** Gives late pictures to the incident that is open, or, being of its end, to the one that cleared last. */
  async #adopt({ fingerprint, moment }: Pick<PictureRequest, 'fingerprint' | 'moment'>): Promise<void> {
    const incident = await this.#db
      .selectFrom('incidents')
      .select('id')
      .where('fingerprint', '=', fingerprint)
      .$if(moment !== 'cleared', query => query.where('physical', '=', 'active'))
      .orderBy('physical')
      .orderBy('openedAt', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!incident) return
    await this.#db
      .updateTable('evidence')
      .set({ incidentId: incident.id })
      .where('fingerprint', '=', fingerprint)
      .where('moment', '=', moment)
      .where('incidentId', 'is', null)
      .execute()
  }

  /** Deletes what a candidate left that died before it fired. @returns how many pictures */
  dropProvisional(fingerprint: Fingerprint): Promise<number> {
    return this.deletion.removeProvisional(fingerprint)
  }

  find(id: EvidenceId): Promise<Evidence | undefined> {
    return this.#db.selectFrom('evidence').select(EVIDENCE).where('id', '=', id).executeTakeFirst()
  }

  /** A copy for somebody's eyes, with a mark that names them. @throws JiemuError evidence-altered */
  shown(path: string, id: EvidenceId, viewer: Viewer): Promise<Uint8Array> {
    return watermarked(path, id, viewer)
  }

  /**
   * The row and the file of a picture, its hash verified just now.
   * @returns undefined where there is no such row
   * @throws JiemuError evidence-altered where the file is missing or another
   */
  async open(id: EvidenceId): Promise<{ readonly path: string; readonly row: Evidence } | undefined> {
    const row = await this.find(id)
    if (!row) return undefined
    const path = this.#path(row)
    const hash = createHash('sha256')
    try {
      await pipeline(createReadStream(path), hash)
    } catch (error) {
      throw new JiemuError('evidence-altered', { id, problem: 'the file cannot be read' }, error)
    }
    if (hash.digest('hex') === row.sha256) return { path, row }
    throw new JiemuError('evidence-altered', { id, problem: 'its SHA-256 is another' })
  }

  #path({ sha256, mediaType }: FileOf): string {
    return join(this.#root, evidencePath(sha256, mediaType))
  }

  /** Whole or not at all, also after a power cut: written aside, flushed, then named. */
  async #write(file: FileOf, bytes: Uint8Array): Promise<void> {
    const path = this.#path(file)
    const aside = `${path}.${process.pid}.new`
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const handle = await open(aside, 'w', 0o600)
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(aside, path)
    } catch (error) {
      await rm(aside, { force: true }).catch(() => undefined)
      throw isDiskFull(error) ? new JiemuError('disk-full', { file: path }, error) : error
    }
  }
}

function subjectsRow({ row, subjects }: KeptPicture) {
  if (!subjects) return []
  const { cut, inFrame, about } = subjects
  const json = { cut: JSON.stringify(cut), inFrame: JSON.stringify(inFrame), about: JSON.stringify(about) }
  return [{ evidenceId: row.id, ...json }]
}

/** The same picture delivered twice is one; the same content at another time, as looped footage gives it, is another. */
function evidenceId(of: PictureRequest, view: Snapshot['view'], annotated: boolean, sha256: string): EvidenceId {
  return `ev-${contentId(of.fingerprint, of.moment, of.at, view, String(annotated), sha256)}` as EvidenceId
}
