// Retention: what is over its time is deleted, and on a disk without room the oldest above its floor, whatever kind it is.
import { JiemuError, toJiemuError } from '../../core/errors.ts'
import type { DeletionCause } from '../../core/keeping.ts'
import type { Log } from '../../core/log.ts'
import type { Clock, EpochMs } from '../../core/time.ts'
import { type MeasureRoom, type Room, type Wanted, wantedBytes } from './free-space.ts'
import { deletableBefore, type KeepMs, policyText, type RecordName } from './rules.ts'

/** Something on disk that may be deleted. */
export interface OldFile {
  readonly id: string
  readonly since: EpochMs
  readonly bytes: number
}

/** A kind of record, as far as retention deals with it. Both forms pass over what is held. */
export type KeptRecord = { readonly record: RecordName } & (
  | {
      /** Rows: deleting them gives the disk nothing back at once, so a full disk passes them over. */
      readonly sweep: (before: EpochMs) => Promise<number>
    }
  | {
      /** Kept since before `before`, oldest first. */
      readonly old: (before: EpochMs, limit: number) => Promise<readonly OldFile[]>
      /** @returns how many it deleted */
      readonly remove: (ids: readonly string[], cause: DeletionCause) => Promise<number>
    }
)

/** `full`: less free than wanted, and nothing more may be deleted: no new pictures and log lines, only incidents and jobs. */
export type DiskState = 'ample' | 'full'

export interface Disk extends Room {
  readonly state: DiskState
  readonly wantedBytes: number
}

export interface RetentionDeps {
  readonly records: readonly KeptRecord[]
  readonly keep: KeepMs
  readonly wanted: Wanted
  readonly room: MeasureRoom
  readonly clock: Clock
  readonly log: Log
  /** What ends by a time of its own: sessions, links; and what a crash left half deleted. */
  readonly tidy: readonly (() => Promise<unknown>)[]
}

/** Deleted in one go: few enough that the disk is looked at often and nobody waits long for the database. */
const BATCH = 100
/** Once it was full, so much more than wanted must be free before pictures are kept again: no change to and fro. */
const RECOVERED = 1.1

type Why = 'retention' | 'low-disk'
const WHYS: readonly Why[] = ['retention', 'low-disk']

export class Retention {
  readonly #deps: RetentionDeps
  readonly #deleted = new Map<string, number>()
  #disk: Disk = { state: 'ample', freeBytes: 0, totalBytes: 0, wantedBytes: 0 }
  #problem: JiemuError | null = null
  /** One at a time: two would delete more than is wanted. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(deps: RetentionDeps) {
    this.#deps = deps
  }

  /** As it was found last. */
  get disk(): Disk {
    return this.#disk
  }

  /** Why the last sweep did not get through; null where it did. */
  get problem(): JiemuError | null {
    return this.#problem
  }

  /** What was deleted since the start. */
  *deleted(): Iterable<{ readonly record: RecordName; readonly why: Why; readonly count: number }> {
    for (const { record } of this.#deps.records) {
      for (const why of WHYS) yield { record, why, count: this.#deleted.get(`${record} ${why}`) ?? 0 }
    }
  }

  /** Whether new pictures and log lines may be kept. @throws JiemuError disk-below-floor where they may not */
  admit(): void {
    if (this.#disk.state === 'full') throw this.#noRoom()
  }

  /** Deletes what is over its time; a kind that fails holds up no other. Never throws: `problem` tells. */
  sweep(): Promise<void> {
    return this.#inTurn(async () => {
      let problem: JiemuError | null = null
      const attempt = (work: () => Promise<unknown>) =>
        work().catch((thrown: unknown) => {
          problem = toJiemuError(thrown)
          this.#deps.log.warn({ code: problem.code }, `retention could not be applied: ${problem.message}`)
        })
      for (const tidy of this.#deps.tidy) await attempt(tidy)
      for (const kept of this.#deps.records) await attempt(() => this.#sweepOne(kept))
      this.#problem = problem
    })
  }

  /** Looks at the disk, and makes room where it has too little: the oldest of all kinds first, none below its floor. */
  relieve(): Promise<Disk> {
    return this.#inTurn(async () => {
      await this.#look()
      while (this.#lacking() > 0 && (await this.#deleteOldest())) await this.#look()
      this.#judge()
      return this.#disk
    })
  }

  async #sweepOne(kept: KeptRecord): Promise<void> {
    const { keep, clock } = this.#deps
    const before = deletableBefore(kept.record, 'retention', keep, clock.now())
    if ('sweep' in kept) {
      this.#count(kept.record, 'retention', await kept.sweep(before))
      return
    }
    for (;;) {
      const old = await kept.old(before, BATCH)
      const ids = old.map(({ id }) => id)
      // Nothing deleted although something was found: a hold came between, and the next sweep sees it.
      if (ids.length === 0 || (await this.#remove(kept, ids, 'retention')) === 0) return
    }
  }

  /** @returns whether anything could be deleted */
  async #deleteOldest(): Promise<boolean> {
    const { keep, clock } = this.#deps
    const found = await Promise.all(
      this.#deps.records.map(async kept => {
        if (!('old' in kept)) return []
        const before = deletableBefore(kept.record, 'low-disk', keep, clock.now())
        return (await kept.old(before, BATCH)).map(file => ({ kept, file }))
      }),
    )
    const oldest = found.flat().sort((a, b) => a.file.since - b.file.since)
    let lacking = this.#lacking()
    const enough = oldest.findIndex(({ file }) => {
      lacking -= file.bytes
      return lacking <= 0
    })
    if (enough >= 0) oldest.length = enough + 1
    let deleted = 0
    for (const kept of new Set(oldest.map(one => one.kept))) {
      const ids = oldest.filter(one => one.kept === kept).map(one => one.file.id)
      if (ids.length > 0) deleted += await this.#remove(kept, ids, 'low-disk')
    }
    return deleted > 0
  }

  async #remove(kept: Extract<KeptRecord, { old: unknown }>, ids: readonly string[], why: Why): Promise<number> {
    const policy = policyText(kept.record, this.#deps.keep)
    const count = await kept.remove(ids, { why, policy, actor: 'policy' })
    this.#count(kept.record, why, count)
    return count
  }

  #count(record: RecordName, why: Why, count: number): void {
    const key = `${record} ${why}`
    this.#deleted.set(key, (this.#deleted.get(key) ?? 0) + count)
  }

  async #look(): Promise<void> {
    const room = await this.#deps.room()
    this.#disk = { ...room, state: this.#disk.state, wantedBytes: wantedBytes(this.#deps.wanted, room) }
  }

  #lacking(): number {
    const { state, freeBytes, wantedBytes: wanted } = this.#disk
    return (state === 'full' ? wanted * RECOVERED : wanted) - freeBytes
  }

  #judge(): void {
    const { state: before, freeBytes } = this.#disk
    const state = this.#lacking() > 0 ? 'full' : 'ample'
    this.#disk = { ...this.#disk, state }
    if (state === before) return
    const { code, message } = this.#noRoom()
    if (state === 'full') this.#deps.log.error({ code }, message)
    else this.#deps.log.info({ freeBytes }, 'the disk has room again: pictures are kept')
  }

  #noRoom(): JiemuError {
    const { freeBytes, wantedBytes: wanted } = this.#disk
    return new JiemuError('disk-below-floor', { free: gigabytes(freeBytes), wanted: gigabytes(wanted) })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    return mine
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
