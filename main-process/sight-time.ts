// For how long each camera saw clearly or was blind, by the clock of the house: sampled from its health, added up by the hour.
import type { CameraHealth } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { Sight, SightHour } from '../core/sight.ts'
import type { Clock, EpochMs } from '../core/time.ts'

const HOUR_MS = 3_600_000
/** A sight that changed in between is right to this. */
const SAMPLE_MS = 5_000
/** Shards tell of their cameras every second or two; after this long they are gone. */
const SILENT_MS = 15_000
const FLUSH_MS = 60_000
/** A machine that slept did not watch; what it did meanwhile nobody knows. */
const LONGEST_STEP_MS = 3 * SAMPLE_MS

export interface SightTimeDeps {
  readonly clock: Clock
  readonly log: Log
  add(rows: readonly SightHour[]): Promise<unknown>
}

export class SightTime {
  readonly #deps: SightTimeDeps
  readonly #heard = new Map<CameraId, { readonly health: CameraHealth; readonly at: EpochMs }>()
  readonly #timers: NodeJS.Timeout[] = []
  #cameras: readonly CameraId[] = []
  #sampledAt: EpochMs
  #flushedAt: EpochMs
  #waiting = new Map<string, SightHour>()

  constructor(deps: SightTimeDeps) {
    this.#deps = deps
    this.#sampledAt = deps.clock.now()
    this.#flushedAt = this.#sampledAt
  }

  start(): this {
    this.#timers.push(setInterval(() => void this.sample(), SAMPLE_MS))
    return this
  }

  heard(health: CameraHealth): void {
    this.#heard.set(health.cameraId, { health, at: this.#deps.clock.now() })
  }

  /** Those that are to be watched from now on. */
  follow(cameras: readonly { readonly id: CameraId }[]): void {
    this.#cameras = cameras.map(({ id }) => id)
    for (const id of this.#heard.keys()) if (!this.#cameras.includes(id)) this.#heard.delete(id)
  }

  /** Counts the time since the last sample for what each camera is in now. */
  async sample(): Promise<void> {
    const now = this.#deps.clock.now()
    const stepMs = now - this.#sampledAt
    this.#sampledAt = now
    if (stepMs > 0 && stepMs <= LONGEST_STEP_MS) {
      for (const id of this.#cameras) {
        const sight = this.#sightOf(id, now)
        if (sight) this.#add({ cameraId: id, hourAt: Math.floor(now / HOUR_MS) * HOUR_MS, sight, ms: stepMs })
      }
    }
    if (now - this.#flushedAt >= FLUSH_MS) await this.flush()
  }

  /** Never throws: what the database does not take is tried again a minute later. */
  async flush(): Promise<void> {
    const rows = [...this.#waiting.values()]
    this.#waiting = new Map()
    this.#flushedAt = this.#deps.clock.now()
    try {
      if (rows.length > 0) await this.#deps.add(rows)
    } catch (error) {
      for (const row of rows) this.#add(row)
      this.#deps.log.warn({ problem: (error as Error).message }, 'blind time could not be stored; tried again soon')
    }
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.sample()
    await this.flush()
  }

  /** Undefined where there is nothing to see any more: footage that is over is no blind camera. */
  #sightOf(id: CameraId, now: EpochMs): Sight | undefined {
    const heard = this.#heard.get(id)
    if (!heard || now - heard.at > SILENT_MS) return heard?.health.state === 'ended' ? undefined : 'away'
    const { state, sight } = heard.health
    if (state === 'ended') return undefined
    return state === 'online' && sight ? sight.view : 'away'
  }

  #add(row: SightHour): void {
    const key = `${row.cameraId}/${row.hourAt}/${row.sight}`
    this.#waiting.set(key, { ...row, ms: (this.#waiting.get(key)?.ms ?? 0) + row.ms })
  }
}
