// Cameras whose streams have ended their shard again and again: left alone for a while, ever longer, and tried again.
import type { CameraId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import { type QuarantineTerm, quarantined } from '../core/quarantine.ts'
import type { Clock, EpochMs } from '../core/time.ts'

/** Once may be chance: the process was killed while a picture of this camera was decoded. */
const BLAME_LIMIT = 2
const REMEMBER_MS = 10 * 60_000
const FIRST_MS = 60_000
const LONGEST_MS = 3_600_000
/** A camera that was watched for so long since it was let go has got over it. */
const CURED_AFTER_MS = 30 * 60_000

interface Suspicion {
  /** A death with several suspects is blamed on each in part. */
  blames: readonly { readonly at: EpochMs; readonly share: number }[]
  deaths: number
  /** How often it has been left alone. */
  terms: number
  until: EpochMs
}

export interface QuarantineDeps {
  readonly clock: Clock
  readonly log: Log
  /** Somebody has been let go. */
  onRelease(): void
}

export class Quarantine {
  readonly #deps: QuarantineDeps
  readonly #suspicions = new Map<CameraId, Suspicion>()
  #release: NodeJS.Timeout | undefined

  constructor(deps: QuarantineDeps) {
    this.#deps = deps
  }

  /**
   * A shard has died while native code worked on one of these cameras.
   * @returns those that are left alone from now on
   */
  blame(suspects: readonly CameraId[]): readonly CameraId[] {
    const now = this.#deps.clock.now()
    const found = suspects.filter(id => this.#blame(id, now, 1 / suspects.length))
    if (found.length > 0) this.#awaitRelease()
    return found
  }

  #blame(id: CameraId, now: EpochMs, share: number): boolean {
    const suspicion = this.#suspicions.get(id) ?? { blames: [], deaths: 0, terms: 0, until: now }
    if (suspicion.terms > 0 && now - suspicion.until > CURED_AFTER_MS) suspicion.terms = 0
    suspicion.blames = [...suspicion.blames.filter(({ at }) => now - at <= REMEMBER_MS), { at: now, share }]
    suspicion.deaths++
    this.#suspicions.set(id, suspicion)
    const blamed = suspicion.blames.reduce((sum, each) => sum + each.share, 0)
    // Who has just been let go has no second chance; shares of three and seven add up to one but for the last bit.
    if (blamed < (suspicion.terms > 0 ? 1 : BLAME_LIMIT) - 1e-9) return false
    suspicion.blames = []
    suspicion.until = now + Math.min(LONGEST_MS, FIRST_MS * 2 ** suspicion.terms)
    suspicion.terms++
    const { code, message, hint } = quarantined(id, termOf(suspicion))
    this.#deps.log.error({ camera: id, code, hint }, message)
    return true
  }

  /** Those of the cameras that are left alone now. */
  held(cameras: readonly CameraId[]): Readonly<Record<string, QuarantineTerm>> {
    const now = this.#deps.clock.now()
    return Object.fromEntries(
      cameras.flatMap(id => {
        const suspicion = this.#suspicions.get(id)
        return suspicion && suspicion.until > now ? [[id, termOf(suspicion)]] : []
      }),
    )
  }

  /** Those of the cameras that a death within the last ten minutes may have been of. */
  suspects(cameras: readonly CameraId[]): readonly CameraId[] {
    const since = this.#deps.clock.now() - REMEMBER_MS
    return cameras.filter(id => this.#suspicions.get(id)?.blames.some(({ at }) => at >= since))
  }

  /** Forgets the cameras that are gone: one that comes back begins anew. */
  keepOnly(present: ReadonlySet<CameraId>): void {
    for (const id of this.#suspicions.keys()) if (!present.has(id)) this.#suspicions.delete(id)
  }

  close(): void {
    clearTimeout(this.#release)
  }

  #awaitRelease(): void {
    clearTimeout(this.#release)
    const now = this.#deps.clock.now()
    const next = Math.min(...[...this.#suspicions.values()].map(({ until }) => until).filter(until => until > now))
    if (next === Number.POSITIVE_INFINITY) return
    this.#release = setTimeout(
      () => {
        this.#deps.onRelease()
        this.#awaitRelease()
      },
      next - now + 1,
    )
    this.#release.unref()
  }
}

const termOf = ({ deaths, until }: Suspicion): QuarantineTerm => ({ times: deaths, until })
