// Writes what an importer read as a truth file, with its counts beside it.
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path'
import { toJiemuError } from '../../../core/errors.ts'
import { readTruth, type Truth } from '../../truth.ts'
import { readJson } from '../json-file.ts'
import type { ImportedEvent } from './actev.ts'
import { type CountedPicture, crowdsIn } from './crowds.ts'

/** A folder of pictures of one camera in which somebody counted people. */
export interface CountedFolder {
  readonly pictures: readonly CountedPicture[]
  /** Where they lie. */
  readonly folder: string
  readonly intervalMs: number
  readonly widthPx: number
  readonly heightPx: number
  /** Of the crowding zone, which is the whole picture, as the counts are. */
  readonly zoneOptions: Readonly<Record<string, unknown>>
}

const WHOLE_PICTURE = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
]
const ZONE = 'crowd'

/**
 * Writes `OUT` and, beside it, `OUT` with `.counts.json` instead of its ending. What was written is read back.
 * @throws JiemuError file-unwritable; truth-invalid and whatever else `readTruth` says of the file; it is left for a person to mend
 */
export async function writeCounted(out: string, camera: string, counted: CountedFolder): Promise<Truth> {
  const { pictures, intervalMs, widthPx, heightPx, zoneOptions } = counted
  const countsFile = `${basename(out, extname(out))}.counts.json`
  await writeJson(
    join(dirname(out), countsFile),
    Object.fromEntries(pictures.map(({ name, people }) => [name, { count: people }])),
  )
  const crowds = crowdsIn(pictures, intervalMs, zoneOptions)
  await writeJson(out, {
    version: 1,
    camera,
    source: { kind: 'images', path: from(out, counted.folder), frameIntervalMs: intervalMs },
    frame: { widthPx, heightPx },
    durationMs: pictures.length * intervalMs,
    zones: [{ id: ZONE, rule: 'crowding', options: zoneOptions, polygon: WHOLE_PICTURE }],
    events: crowds.map(crowd => ({ rule: 'crowding', zone: ZONE, ...crowd })),
    counts: countsFile,
    notes: 'Events are computed from the counts and the options of the zone.',
  })
  return readTruth(out)
}

/** What of a file that has been read once is looked at; the rest is passed on as it stands. */
interface Written {
  readonly source: object
  readonly counts?: string
}

/**
 * Writes a truth file that has everything but its events from another one.
 * @param like a truth file with the camera, its footage and its zones
 * @throws JiemuError as `writeCounted`
 */
export async function writeLike(out: string, like: string, events: readonly ImportedEvent[]): Promise<Truth> {
  const { camera } = await readTruth(like)
  const { counts, ...drawn } = (await readJson(like, 'truth-invalid')) as Written
  await writeJson(out, {
    ...drawn,
    source: { ...drawn.source, path: from(out, String(camera.source.path)) },
    events,
    ...(counts === undefined ? {} : { counts: from(out, resolve(dirname(like), counts)) }),
  })
  return readTruth(out)
}

/** As the truth file names it: relative to itself, so that both can be moved together. */
function from(out: string, path: string): string {
  const short = relative(dirname(resolve(out)), resolve(path))
  return isAbsolute(short) ? short : short.replaceAll('\\', '/') || '.'
}

async function writeJson(file: string, content: unknown): Promise<void> {
  try {
    await mkdir(dirname(resolve(file)), { recursive: true })
    await writeFile(file, `${JSON.stringify(content, null, 2)}\n`)
  } catch (error) {
    throw toJiemuError(error, 'file-unwritable', { file })
  }
}
