// For how long each camera saw its street: counted from what it logs, added up by the hour in the store.
//
// Not from the detection log itself, which is gone after 72 h, nor from the counters of the process, which start anew with it.
import type { CameraId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { isClearLine } from '../core/scene.ts'
import type { EpochMs } from '../core/time.ts'

const HOUR_MS = 3_600_000
const FLUSH_MS = 60_000
/** A picture without change is analysed every 30 s; beyond twice that the camera was away. */
const LONGEST_GAP_MS = 60_000

export interface WatchedHour {
  readonly cameraId: CameraId
  readonly hourAt: EpochMs
  readonly watchedMs: number
}

type Lines = readonly { readonly at: EpochMs; readonly line: string }[]
export interface WatchedTimeDeps {
  addWatched(rows: readonly WatchedHour[]): Promise<unknown>
}

/** What was counted in the last minute is lost with a process that is killed: 0.07 % of a day. */
export class WatchedTime {
  readonly #store: WatchedTimeDeps
  readonly #log: Log
  readonly #last = new Map<CameraId, { readonly at: EpochMs; readonly clear: boolean }>()
  #waiting = new Map<string, WatchedHour>()
  #timer: NodeJS.Timeout | undefined

  constructor(store: WatchedTimeDeps, log: Log) {
    this.#store = store
    this.#log = log
  }

  start(): this {
    this.#timer = setInterval(() => void this.flush(), FLUSH_MS)
    return this
  }

  /** Logs lines by `log`, and counts them. */
  counting<T>(log: (cameraId: CameraId, lines: Lines) => T): (cameraId: CameraId, lines: Lines) => T {
    return (cameraId, lines) => {
      this.heard(cameraId, lines)
      return log(cameraId, lines)
    }
  }

  /** @param lines of the detection log, oldest first */
  heard(cameraId: CameraId, lines: Lines): void {
    for (const { at, line } of lines) {
      const before = this.#last.get(cameraId)
      const clear = isClearLine(line)
      this.#last.set(cameraId, { at, clear })
      const gapMs = before ? at - before.at : 0
      if (before?.clear && clear && gapMs > 0 && gapMs <= LONGEST_GAP_MS) this.#add(cameraId, at, gapMs)
    }
  }

  #add(cameraId: CameraId, at: EpochMs, gapMs: number): void {
    const hourAt = Math.floor(at / HOUR_MS) * HOUR_MS
    const key = `${cameraId}/${hourAt}`
    const watchedMs = (this.#waiting.get(key)?.watchedMs ?? 0) + gapMs
    this.#waiting.set(key, { cameraId, hourAt, watchedMs })
  }

  /** Never throws: what the database does not take is tried again a minute later. */
  async flush(): Promise<void> {
    const rows = [...this.#waiting.values()]
    this.#waiting = new Map()
    try {
      if (rows.length > 0) await this.#store.addWatched(rows)
    } catch (error) {
      for (const { cameraId, hourAt, watchedMs } of rows) this.#add(cameraId, hourAt, watchedMs)
      this.#log.warn({ problem: (error as Error).message }, 'watched time could not be stored; tried again soon')
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.flush()
  }
}
