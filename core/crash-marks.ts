// Whose data native code works on in a shard: written where main can read it once the shard has died of it.
import { randomUUID } from 'node:crypto'
import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CameraId } from './ids.ts'

/** Where a shard finds the file, after its three standard streams and the channel to main. */
export const CRASH_MARKS_FD = 4
/** One record for whose data is worked on right now, a byte of length first; behind it the cameras that are being opened. */
const RECORD_BYTES = 64
const MOST_OPENING_BYTES = 65_536

/** What a stream tells of its native work. */
export interface CrashMarks {
  /** Runs a synchronous native call on the data of this camera. */
  during<T>(cameraId: CameraId, work: () => T): T
  /** FFmpeg's own threads begin to find out what it sends, and are done with that. */
  opens(cameraId: CameraId): void
  opened(cameraId: CameraId): void
}

/**
 * Keeps the marks in an open file: what was written outlives the process, whatever kills it, and costs some microseconds a
 * picture (it never reaches a disk by itself).
 */
export class FileMarks implements CrashMarks {
  readonly #fd: number
  readonly #opening = new Set<CameraId>()
  readonly #records = new Map<CameraId, Buffer>()
  /** Calls lie in one another where a decoder is opened anew. */
  #depth = 0

  constructor(fd: number) {
    this.#fd = fd
  }

  during<T>(cameraId: CameraId, work: () => T): T {
    if (this.#depth++ === 0) writeSync(this.#fd, this.#recordOf(cameraId), 0, RECORD_BYTES, 0)
    try {
      return work()
    } finally {
      if (--this.#depth === 0) writeSync(this.#fd, NOBODY, 0, 1, 0)
    }
  }

  opens(cameraId: CameraId): void {
    this.#opening.add(cameraId)
    this.#tellOpening()
  }

  opened(cameraId: CameraId): void {
    if (this.#opening.delete(cameraId)) this.#tellOpening()
  }

  #recordOf(cameraId: CameraId): Buffer {
    const known = this.#records.get(cameraId)
    if (known) return known
    const record = Buffer.alloc(RECORD_BYTES)
    record.writeUInt8(record.write(cameraId, 1))
    this.#records.set(cameraId, record)
    return record
  }

  #tellOpening(): void {
    // Ended by a line of its own: a shorter list lies over what is left of a longer one.
    writeSync(this.#fd, `${[...this.#opening].join('\n')}\n\n`, RECORD_BYTES)
  }
}

const NOBODY = Buffer.alloc(1)

/** Nobody reads what an errand or a replay was busy with. */
export const noMarks: CrashMarks = { during: (_, work) => work(), opens: () => undefined, opened: () => undefined }

/** The reader's side: a file without a name, so that nothing is left of it. */
export class CrashMarksFile {
  readonly fd: number

  constructor() {
    const path = join(tmpdir(), `jiemu-marks-${randomUUID()}`)
    this.fd = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
  }

  /** Forgets what was marked: another process begins. */
  clear(): void {
    ftruncateSync(this.fd)
  }

  /** The camera whose data was worked on; where there was none, those that were being opened. */
  suspects(): readonly CameraId[] {
    const bytes = Buffer.alloc(RECORD_BYTES + MOST_OPENING_BYTES)
    const length = readSync(this.fd, bytes, 0, bytes.length, 0)
    const worked = bytes.toString('utf8', 1, 1 + Math.min(bytes[0] ?? 0, RECORD_BYTES - 1))
    if (worked) return [worked as CameraId]
    const [opening = ''] = bytes.toString('utf8', RECORD_BYTES, Math.max(length, RECORD_BYTES)).split('\n\n')
    return opening.split('\n').filter(Boolean) as CameraId[]
  }

  close(): void {
    closeSync(this.fd)
  }
}
