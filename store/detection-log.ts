// The detection log: one line per analysed frame, in a file per camera and hour; what rules are run again on.
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { JiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import type { EpochMs } from '../core/time.ts'
import { isDiskFull } from './failure.ts'

export interface LogLine {
  readonly at: EpochMs
  readonly line: string
}

/** An hour's file of one camera. */
export interface OldLogFile {
  readonly id: string
  /** When it was last added to. */
  readonly since: EpochMs
  readonly bytes: number
}

/** A small picture of what a camera showed. */
export interface Thumbnail {
  readonly at: EpochMs
  readonly jpeg: Uint8Array
}

type Kind = 'jsonl' | 'pictures'
/** The hour's file in UTC, so that names sort by time: 2026-01-05T00.jsonl, and its pictures beside it. */
const fileOf = (at: EpochMs, kind: Kind = 'jsonl'): string => `${new Date(at).toISOString().slice(0, 13)}.${kind}`

/** Files are plain text: one append per batch, readable while they grow, and after kill -9 only the last line is lost. */
export class DetectionLog {
  readonly #root: string
  /** Per camera, the append under way: batches must not overtake each other. */
  readonly #appending = new Map<CameraId, Promise<void>>()

  constructor(dataDirectory: string) {
    this.#root = join(dataDirectory, 'detections')
  }

  /** Appends lines (JSON without a line's end), oldest first. @throws JiemuError disk-full */
  append(cameraId: CameraId, lines: readonly LogLine[]): Promise<void> {
    return this.#inTurn(cameraId, lines, 'jsonl')
  }

  /** One a minute: some 600 kB an hour, deleted with the log. @throws JiemuError disk-full */
  appendThumbnail(cameraId: CameraId, { at, jpeg }: Thumbnail): Promise<void> {
    const line = JSON.stringify({ at, jpeg: Buffer.from(jpeg).toString('base64') })
    return this.#inTurn(cameraId, [{ at, line }], 'pictures')
  }

  #inTurn(cameraId: CameraId, lines: readonly LogLine[], kind: Kind): Promise<void> {
    const before = this.#appending.get(cameraId) ?? Promise.resolve()
    const mine = before.catch(() => undefined).then(() => this.#append(cameraId, lines, kind))
    this.#appending.set(cameraId, mine)
    return mine
  }

  async #append(cameraId: CameraId, lines: readonly LogLine[], kind: Kind): Promise<void> {
    const directory = join(this.#root, cameraId)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const texts = new Map<string, string>()
    for (const { at, line } of lines) {
      const name = fileOf(at, kind)
      texts.set(name, `${texts.get(name) ?? ''}${line}\n`)
    }
    for (const [name, text] of texts) {
      const path = join(directory, name)
      try {
        await appendWhole(path, text)
      } catch (error) {
        throw isDiskFull(error) ? new JiemuError('disk-full', { file: path }, error) : error
      }
    }
  }

  /**
   * The lines of `from` ≤ at < `to`, in the order in which they were logged. Lines that are not whole are passed over.
   * Every line is a JSON object with `at`.
   */
  read(cameraId: CameraId, from: EpochMs, to: EpochMs): AsyncGenerator<LogLine> {
    return this.#read(cameraId, from, to, 'jsonl')
  }

  /** Those of `from` ≤ at < `to`, in the order in which they were taken. */
  async *thumbnails(cameraId: CameraId, from: EpochMs, to: EpochMs): AsyncGenerator<Thumbnail> {
    for await (const { at, line } of this.#read(cameraId, from, to, 'pictures')) {
      const { jpeg } = JSON.parse(line)
      if (typeof jpeg === 'string') yield { at, jpeg: Buffer.from(jpeg, 'base64') }
    }
  }

  async *#read(cameraId: CameraId, from: EpochMs, to: EpochMs, kind: Kind): AsyncGenerator<LogLine> {
    const directory = join(this.#root, cameraId)
    await this.#appending.get(cameraId)?.catch(() => undefined)
    for (const name of (await listed(directory)).filter(isOf(from, to, kind))) {
      const text = createReadStream(join(directory, name), 'utf8')
      for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
        const at = instantOf(line)
        if (at !== undefined && from <= at && at < to) yield { at, line }
      }
    }
  }

  /**
   * Files that nothing was added to since `before`, oldest first. Their names cannot tell: footage carries its own time.
   */
  async old(before: EpochMs, limit: number): Promise<readonly OldLogFile[]> {
    const found: OldLogFile[] = []
    for (const camera of await listed(this.#root)) {
      for (const name of await listed(join(this.#root, camera))) {
        const { mtimeMs, size } = await stat(join(this.#root, camera, name))
        if (mtimeMs < before) found.push({ id: join(camera, name), since: mtimeMs, bytes: size })
      }
    }
    return found.sort((a, b) => a.since - b.since).slice(0, limit)
  }

  /** @param ids of `old` @returns how many files */
  async remove(ids: readonly string[]): Promise<number> {
    for (const id of ids) await rm(join(this.#root, id), { force: true })
    return ids.length
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#appending.values())
  }
}

const isOf = (from: EpochMs, to: EpochMs, kind: Kind) => (name: string) =>
  name.endsWith(`.${kind}`) && fileOf(from, kind) <= name && name <= fileOf(to, kind)

async function listed(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** Where a kill left half a line, what follows begins on a line of its own. */
async function appendWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'a+', 0o600)
  try {
    const { size } = await file.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await file.read(last, 0, 1, size - 1)
    await file.appendFile(size > 0 && last.toString() !== '\n' ? `\n${text}` : text)
  } finally {
    await file.close()
  }
}

function instantOf(line: string): EpochMs | undefined {
  try {
    const { at } = JSON.parse(line)
    return typeof at === 'number' ? at : undefined
  } catch {
    return undefined
  }
}
