// Writes a data set into a folder: begun beside it, gone on with after an interruption, and named only when it is whole.
import { createHash } from 'node:crypto'
import { access, appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JiemuError, toJiemuError } from '../../core/errors.ts'
import type { EvidenceId } from '../../core/ids.ts'
import type { JudgedPicture } from '../../store/feedback/judged-pictures.ts'
import { cocoOf, type WrittenPicture } from './coco.ts'
import { PARTS, type Part, partOf, type Split } from './parts.ts'
import { type Counts, readMe } from './read-me.ts'

export interface DataSetSettings {
  /** False only for a reason that somebody gave. */
  readonly blur: boolean
  readonly reason: string | null
  readonly split: Split
  readonly testShare: number
  /** Which pictures were asked for, in words. */
  readonly wanted: string
}

export interface DataSetDeps {
  readonly pictures: () => AsyncIterable<JudgedPicture>
  /** The JPEG as it may be handed out. @throws JiemuError evidence-altered, picture-not-blurred */
  readonly jpegOf: (picture: JudgedPicture) => Promise<Uint8Array>
  /** Before each picture is read. */
  readonly register: (picture: JudgedPicture) => Promise<unknown>
  readonly onPicture?: (done: number) => void
}

/** One line for each picture that lies in the folder, so that an interrupted export goes on where it was. */
const DONE = 'done.jsonl'
const SETTINGS = 'settings.json'

/**
 * @returns how many of what
 * @throws JiemuError data-set-exists, data-set-begun-otherwise, file-unwritable
 */
export async function writeDataSet(folder: string, settings: DataSetSettings, deps: DataSetDeps): Promise<Counts> {
  if (await isThere(folder)) throw new JiemuError('data-set-exists', { folder })
  const aside = `${folder}.partial`
  try {
    await begin(aside, settings)
    const done = await doneBefore(join(aside, DONE))
    const written: Record<Part, WrittenPicture[]> = { train: [], test: [] }
    const left = { unseen: 0, altered: 0 }
    let count = 0
    for await (const picture of deps.pictures()) {
      const { subjects } = picture
      if (!subjects) {
        left.unseen++
        continue
      }
      const part = partOf(picture, settings.split, settings.testShare)
      const file = `${picture.id}.jpg`
      const path = join(aside, part, 'images', file)
      const sha256 = (await sameAs(path, done.get(picture.id))) ?? (await write(aside, path, picture, deps))
      if (sha256 === undefined) left.altered++
      else written[part].push({ picture: { ...picture, subjects }, file, sha256 })
      deps.onPicture?.(++count)
    }
    const counts = { ...countsOf(written), ...left }
    await finish(aside, written, settings, counts)
    await rename(aside, folder)
    return counts
  } catch (error) {
    throw toJiemuError(error, 'file-unwritable', { file: aside })
  }
}

async function begin(aside: string, settings: DataSetSettings): Promise<void> {
  for (const part of PARTS) await mkdir(join(aside, part, 'images'), { recursive: true, mode: 0o700 })
  const text = `${JSON.stringify(settings, null, 2)}\n`
  const before = await readFile(join(aside, SETTINGS), 'utf8').catch(() => undefined)
  if (before !== undefined && before !== text) throw new JiemuError('data-set-begun-otherwise', { folder: aside })
  await writeFile(join(aside, SETTINGS), text)
}

/** The hashes of what was written, by evidence. A kill may have left half a line. */
async function doneBefore(path: string): Promise<ReadonlyMap<EvidenceId, string>> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const lines = text.split('\n').slice(0, -1)
  return new Map(
    lines.map(line => {
      const [id = '', sha256 = ''] = line.split(' ')
      return [id as EvidenceId, sha256]
    }),
  )
}

async function sameAs(path: string, sha256: string | undefined): Promise<string | undefined> {
  if (sha256 === undefined) return undefined
  const bytes = await readFile(path).catch(() => undefined)
  return bytes && hashOf(bytes) === sha256 ? sha256 : undefined
}

/** @returns undefined where the picture's file is not what was kept: it is left out, and counted */
async function write(
  aside: string,
  path: string,
  picture: JudgedPicture,
  { register, jpegOf }: DataSetDeps,
): Promise<string | undefined> {
  await register(picture)
  const jpeg = await jpegOf(picture).catch((error: unknown) => {
    if (error instanceof JiemuError && error.code === 'evidence-altered') return undefined
    throw error
  })
  if (!jpeg) return undefined
  await writeFile(path, jpeg, { mode: 0o600 })
  const sha256 = hashOf(jpeg)
  await appendFile(join(aside, DONE), `${picture.id} ${sha256}\n`)
  return sha256
}

async function finish(
  aside: string,
  written: Readonly<Record<Part, readonly WrittenPicture[]>>,
  settings: DataSetSettings,
  counts: Counts,
): Promise<void> {
  const sums: string[] = []
  const put = async (name: string, text: string): Promise<void> => {
    await writeFile(join(aside, name), text)
    sums.push(`${hashOf(text)}  ${name}`)
  }
  for (const part of PARTS) {
    const coco = cocoOf(written[part], `judged alerts, ${part}${settings.blur ? '' : ', NOT BLURRED'}`)
    await put(`${part}/annotations.json`, `${JSON.stringify(coco)}\n`)
    sums.push(...written[part].map(({ file, sha256 }) => `${sha256}  ${part}/images/${file}`))
  }
  await put('README.txt', readMe(settings, counts))
  await writeFile(join(aside, 'SHA256SUMS'), `${sums.join('\n')}\n`)
}

function countsOf(written: Readonly<Record<Part, readonly WrittenPicture[]>>): Omit<Counts, 'unseen' | 'altered'> {
  const all = PARTS.flatMap(part => written[part])
  const of = (review: string) =>
    new Set(all.flatMap(({ picture }) => (picture.review === review ? picture.incidentId : [])))
  return {
    train: written.train.length,
    test: written.test.length,
    confirmed: of('confirmed').size,
    rejected: of('rejected').size,
    streets: new Set(all.map(({ picture }) => picture.streetId)).size,
    cameras: new Set(all.map(({ picture }) => picture.cameraId)).size,
  }
}

const hashOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
