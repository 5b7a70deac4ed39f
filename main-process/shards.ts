// The shard processes as main sees them: which of them watches which camera, and what is told to whom.
import type { Camera } from '../core/camera.ts'
import type { JiemuError } from '../core/errors.ts'
import type { LookRequest } from '../core/fresh-look.ts'
import type { CameraId } from '../core/ids.ts'
import type { LiveWish, MediaCounts } from '../core/live-view.ts'
import type { Log } from '../core/log.ts'
import type { Observation } from '../core/observation.ts'
import type { ReferenceView } from '../core/reference-view.ts'
import type { AdmissionUsage, FromCamera, RuleSnapshot } from '../core/shard-contract.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import type { LookedFor, Spans } from '../core/trace.ts'
import type { ShardProgram } from './fork-shard.ts'
import { type CameraLoad, place, relief } from './placement.ts'
import { Quarantine } from './quarantine.ts'
import { ShardSlot } from './shard-slot.ts'

export interface ShardUsage {
  readonly shard: number
  readonly pid: number | null
  readonly cameras: number
  readonly restarts: number
  /** Those of them that were for its memory. */
  readonly renewals: number
  /** Why it is not as it should be. */
  readonly problem: JiemuError | null
  /** Of all processes that it has had. */
  readonly cpuMs: number
  /** Of late: an average of about half a minute. */
  readonly cores: number
  readonly rssBytes: number
  readonly loopDelayP99Ms: number
  /** Of this process: times for which a zone was looked at more often, and times that this had to wait. */
  readonly bursts: { readonly begun: number; readonly waited: number }
  readonly attention: { readonly begun: number; readonly waited: number }
  /** Cameras of which a rule follows something that is, or may become, an incident. */
  readonly engaged: number
  /** Of this process: clips and live view. */
  readonly media: MediaCounts
  /** How it holds its cameras back where it has more to do than it can. */
  readonly admission: AdmissionUsage
}

export interface ShardPoolDeps extends ShardProgram {
  readonly count: number
  /** Megabytes that a shard may hold; null: by the number of its cameras. */
  readonly memoryMb?: number | null
  readonly clock: Clock
  readonly log: Log
  onMessage(message: FromCamera): void
  /** Nobody watches these cameras, since their shard has died; a shard that is back says again how they do. */
  onUnwatched?(cameras: readonly CameraId[], problem: JiemuError): void
  /** What watching a camera costs, in cores; undefined before that was measured. */
  coresOf?(cameraId: CameraId): number | undefined
  /** How long the stages of the latest frames took. */
  onSpans?(spans: readonly Spans[], looksMs: Readonly<Record<LookedFor, readonly number[]>>): void
  /** The rules as last said or stored, for the cameras that a shard takes over. Asked again where it fails. */
  snapshots(cameras: readonly CameraId[]): Promise<Readonly<Record<string, RuleSnapshot>>>
  /** Their reference views, likewise. */
  references(cameras: readonly CameraId[]): Promise<Readonly<Record<string, ReferenceView>>>
}

/** How often it is asked whether a shard has too much to do. */
const RELIEVE_EVERY_MS = 30_000
/** A move shows in the measured load of both shards only after a while: until then no other. */
const MOVE_SHOWS_MS = 120_000
/** A camera that was moved stays for a while, whatever its new shard's load. */
const STAYS_MS = 600_000

export class ShardPool {
  readonly #deps: ShardPoolDeps
  readonly #slots: ShardSlot[]
  readonly #quarantine: Quarantine
  readonly #relief: NodeJS.Timeout
  #cameras: readonly Camera[] = []
  #owners: ReadonlyMap<CameraId, number> = new Map()
  /** Taken from one shard and not yet with the other. */
  #moving: CameraId | undefined
  readonly #movedAt = new Map<CameraId, EpochMs>()
  #moves = 0
  #watched: ReadonlySet<CameraId> = new Set()

  constructor(deps: ShardPoolDeps) {
    this.#deps = deps
    const onRelease = () => {
      for (const slot of this.#slots) slot.tellAgain()
    }
    this.#quarantine = new Quarantine({ clock: deps.clock, log: deps.log, onRelease })
    this.#slots = Array.from({ length: deps.count }, (_, index) => new ShardSlot(index, deps, this.#quarantine))
    this.#relief = setInterval(() => void this.relieve(), RELIEVE_EVERY_MS)
    this.#relief.unref()
  }

  /** Hands every camera to a shard: it stays where it is, and a new one goes where there is least to do. */
  assign(cameras: readonly Camera[]): void {
    this.#cameras = cameras
    this.#quarantine.keepOnly(new Set(cameras.map(({ id }) => id)))
    this.#owners = place(this.#loads(), this.#owners, this.#slots.length)
    for (const id of this.#movedAt.keys()) if (!this.#owners.has(id)) this.#movedAt.delete(id)
    this.#share()
  }

  /** Cameras that were moved from a shard to another since the start. */
  get moves(): number {
    return this.#moves
  }

  /**
   * Where a shard has more to do than it can, one camera goes to a shard with room: its old one ends the watch and says
   * what its rules know, then the other begins with that. A camera that somebody looks at is not interrupted.
   */
  async relieve(): Promise<void> {
    const now = this.#deps.clock.now()
    if (this.#moving || Math.max(...this.#movedAt.values()) > now - MOVE_SHOWS_MS) return
    // What is held back would keep it busy too.
    const busy = this.#slots
      .map(slot => slot.usage())
      .map(({ cores, admission }) => cores / Math.max(0.1, admission.share))
    const rested = (id: CameraId): boolean => now - (this.#movedAt.get(id) ?? Number.NEGATIVE_INFINITY) >= STAYS_MS
    const move = relief(this.#loads(), this.#owners, busy, id => rested(id) && !this.#watched.has(id))
    if (!move) return
    const { cameraId, from, to } = move
    this.#moving = cameraId
    this.#movedAt.set(cameraId, now)
    this.#share()
    await this.#slots[from]?.left(cameraId)
    this.#moving = undefined
    if (this.#owners.has(cameraId)) {
      this.#owners = new Map(this.#owners).set(cameraId, to)
      this.#moves++
      this.#deps.log.info({ camera: cameraId, from, to, busy }, 'a shard had too much to do: one camera was moved')
    }
    this.#share()
  }

  #loads(): readonly CameraLoad[] {
    return this.#cameras.map(({ id }) => ({ cameraId: id, cores: this.#deps.coresOf?.(id) }))
  }

  #share(): void {
    for (const [index, slot] of this.#slots.entries()) {
      slot.own(this.#cameras.filter(({ id }) => this.#owners.get(id) === index && id !== this.#moving))
    }
  }

  /** Tells that the ledger has taken in what was said; all shards, since the camera may have moved meanwhile, or be gone. */
  acknowledge({ fingerprint, sequence }: Pick<Observation, 'fingerprint' | 'sequence'>): void {
    for (const slot of this.#slots) slot.send({ type: 'ack', fingerprint, sequence })
  }

  /** Asks for fresh looks, all that are owed, each of its camera's shard; a shard that starts again is asked again. */
  look(looks: readonly LookRequest[]): void {
    for (const slot of this.#slots) slot.look(looks)
  }

  /** Tells which cameras somebody looks at right now; a shard that starts again is told again. */
  watch(cameras: readonly CameraId[]): void {
    for (const slot of this.#slots) slot.watch(cameras)
  }

  /** Says what is looked at live, all of it, each to its camera's shard; a shard that starts again is told again. */
  show(wishes: readonly LiveWish[]): void {
    this.#watched = new Set(wishes.map(({ cameraId }) => cameraId))
    for (const slot of this.#slots) slot.show(wishes)
  }

  usage(): readonly ShardUsage[] {
    return this.#slots.map(slot => slot.usage())
  }

  async close(): Promise<void> {
    clearInterval(this.#relief)
    this.#quarantine.close()
    await Promise.all(this.#slots.map(slot => slot.close()))
  }
}
