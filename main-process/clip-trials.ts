// Clips that people upload to try a zone on: taken in to a file that is always deleted, tried by an errand, forgotten soon.
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ClipTrial } from '../api/setup-ports.ts'
import { CLIP_LIMIT_MB } from '../core/clip.ts'
import { JiemuError, toJiemuError } from '../core/errors.ts'
import type { CameraId } from '../core/ids.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { Trial, TrialResult } from '../core/trial.ts'

/** A clip of half an hour takes about as long on one busy core. */
export const CLIP_WITHIN_MS = 1_800_000
const KEPT_MS = 1_800_000
const MOST_KEPT = 20

export interface ClipTrialsDeps {
  /** What is uploaded lies here while it is tried. */
  readonly folder: string
  /** @throws JiemuError where there is no room */
  admit(): void
  run(
    clip: { readonly trial: Trial; readonly file: string; readonly startAt: EpochMs },
    options: { readonly signal: AbortSignal; onProgress(done: number): void },
  ): Promise<TrialResult>
  readonly clock: Clock
}

interface Running {
  readonly cameraId: CameraId
  readonly startedAt: EpochMs
  readonly stop: AbortController
  now: ClipTrial
}

export class ClipTrials {
  readonly #deps: ClipTrialsDeps
  readonly #trials = new Map<string, Running>()
  #busy = false

  constructor(deps: ClipTrialsDeps) {
    this.#deps = deps
  }

  /** Clears away what a killed process has left. */
  async open(): Promise<void> {
    await rm(this.#deps.folder, { recursive: true, force: true })
  }

  /** @throws JiemuError errand-busy, clip-refused, disk-below-floor, disk-full */
  async start(trial: Trial, clip: AsyncIterable<Uint8Array>, startAt: EpochMs): Promise<ClipTrial> {
    if (this.#busy) throw new JiemuError('errand-busy')
    this.#busy = true
    const id = `clip-${randomUUID()}`
    const file = join(this.#deps.folder, `${id}.mp4`)
    try {
      this.#deps.admit()
      await mkdir(this.#deps.folder, { recursive: true, mode: 0o700 })
      await takeIn(clip, file)
    } catch (thrown) {
      this.#busy = false
      await rm(file, { force: true })
      throw thrown
    }
    const now: ClipTrial = { id, state: 'running', progress: 0, startAt, result: null, problem: null }
    const running: Running = {
      cameraId: trial.camera.id,
      startedAt: this.#deps.clock.now(),
      stop: new AbortController(),
      now,
    }
    this.#forget()
    this.#trials.set(id, running)
    void this.#run(running, { trial, file, startAt })
    return now
  }

  get(cameraId: CameraId, id: string): ClipTrial | undefined {
    const found = this.#trials.get(id)
    return found?.cameraId === cameraId ? found.now : undefined
  }

  cancel(cameraId: CameraId, id: string): void {
    const found = this.#trials.get(id)
    if (found?.cameraId === cameraId) found.stop.abort(new JiemuError('errand-failed', { problem: 'cancelled' }))
  }

  close(): void {
    for (const { stop } of this.#trials.values()) stop.abort()
  }

  async #run(running: Running, clip: Parameters<ClipTrialsDeps['run']>[0]): Promise<void> {
    const { signal } = running.stop
    const become = (change: Partial<ClipTrial>) => {
      running.now = { ...running.now, ...change }
    }
    try {
      const onProgress = (progress: number) => become({ progress })
      become({ result: await this.#deps.run(clip, { signal, onProgress }), state: 'done', progress: 1 })
    } catch (thrown) {
      const { code, message, hint } = toJiemuError(thrown, 'errand-failed')
      become(signal.aborted ? { state: 'cancelled' } : { state: 'failed', problem: { code, message, hint } })
    } finally {
      await rm(clip.file, { force: true }).catch(() => undefined)
      this.#busy = false
    }
  }

  #forget(): void {
    const before = this.#deps.clock.now() - KEPT_MS
    for (const [id, { now, startedAt }] of this.#trials) {
      const tooMany = this.#trials.size >= MOST_KEPT
      if (now.state !== 'running' && (tooMany || startedAt < before)) this.#trials.delete(id)
    }
  }
}

/** Bytes 4…8 of whatever is an MP4 or QuickTime file. */
const BRAND = 'ftyp'

async function takeIn(clip: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  let bytes = 0
  const refuse = (problem: string) => new JiemuError('clip-refused', { problem, limit: CLIP_LIMIT_MB })
  async function* checked() {
    let head = Buffer.alloc(0)
    for await (const chunk of clip) {
      bytes += chunk.byteLength
      if (bytes > CLIP_LIMIT_MB * 1e6) throw refuse('it is too large')
      if (head.length < 8) {
        head = Buffer.concat([head, chunk]).subarray(0, 12)
        if (head.length >= 8 && head.toString('latin1', 4, 8) !== BRAND) throw refuse('it is no MP4 file')
      }
      yield chunk
    }
    if (head.length < 8) throw refuse('it is empty')
  }
  await pipeline(Readable.from(checked()), createWriteStream(file, { mode: 0o600 })).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new JiemuError('disk-full', { file }, error)
    }
    throw error
  })
}
