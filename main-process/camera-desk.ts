// The cameras as main knows them: their rows, what their shards say of them, and what people say about their views.
import type { CameraStatus, Cameras } from '../api/ports.ts'
import type { Camera } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import type { CameraHealth } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import type { Actor } from '../core/permission.ts'
import type { Clock, EpochMs } from '../core/time.ts'
import { CameraTally } from './camera-tally.ts'

export interface CameraDeskDeps {
  readonly configuration: {
    cameras(): Promise<readonly Camera[]>
    renewView(id: CameraId, actor: string, key: string): Promise<void>
    confirmView(id: CameraId, pending: string, actor: string): Promise<void>
  }
  readonly clock: Clock
  onChange(id: CameraId): void
}

export class CameraDesk implements Cameras {
  readonly tally = new CameraTally()
  readonly #deps: CameraDeskDeps
  readonly #health = new Map<CameraId, CameraHealth>()

  constructor(deps: CameraDeskDeps) {
    this.#deps = deps
  }

  /** Takes in what a shard says; whoever listens is told where it is another state, not merely another count. */
  heard(health: CameraHealth): void {
    const { cameraId } = health
    const before = this.#health.get(cameraId)
    this.#health.set(cameraId, health)
    this.tally.heard(health, this.#deps.clock.now())
    if (!before || stateOf(before) !== stateOf(health)) this.#deps.onChange(cameraId)
  }

  /** Nobody watches these: what was last said of them is not so any more. */
  unwatched(cameras: readonly CameraId[], problem: JiemuError): void {
    const { code, message, hint } = problem
    const changed = { state: 'retrying', since: this.#deps.clock.now(), problem: { code, message, hint } } as const
    for (const id of cameras) {
      const before = this.#health.get(id)
      if (before?.state === 'online') this.heard({ ...before, ...changed })
    }
  }

  /** Forgets the cameras that are gone. */
  keepOnly(cameras: readonly Camera[]): void {
    const present = new Set(cameras.map(({ id }) => id))
    for (const id of this.#health.keys()) {
      if (present.has(id)) continue
      this.#health.delete(id)
      this.tally.forget(id)
    }
  }

  health(): Iterable<CameraHealth> {
    return this.#health.values()
  }

  async list(): Promise<readonly CameraStatus[]> {
    const now = this.#deps.clock.now()
    const cameras = await this.#deps.configuration.cameras()
    return cameras.map(camera => ({
      camera,
      health: this.#health.get(camera.id) ?? null,
      load: this.#load(camera.id, now),
      coreShare: zone => this.tally.rate(camera.id, 'spentMs', zone, now) ?? null,
    }))
  }

  /** In cores. */
  #rates(camera: CameraId, now: EpochMs) {
    return {
      decode: this.tally.rate(camera, 'decodeMs', '', now),
      infer: this.tally.rate(camera, 'inferMs', '', now),
    }
  }

  #load(camera: CameraId, now: EpochMs): CameraStatus['load'] {
    const { decode, infer } = this.#rates(camera, now)
    const perSecond = (rate: number) => Math.round(rate * 10_000) / 10
    if (decode === undefined || infer === undefined) return null
    return { decodeMsPerS: perSecond(decode), inferMsPerS: perSecond(infer) }
  }

  /** What watching it costs its shard of late: decoding, and what its networks look at; undefined before that is known. */
  coresOf(camera: CameraId): number | undefined {
    const now = this.#deps.clock.now()
    const { decode, infer } = this.#rates(camera, now)
    if (decode === undefined || infer === undefined) return undefined
    const zones = this.#health.get(camera)?.costs ?? []
    return zones.reduce(
      (sum, { zoneId }) => sum + (this.tally.rate(camera, 'spentMs', zoneId, now) ?? 0),
      decode + infer,
    )
  }

  async renewView(id: CameraId, actor: Actor, key: string): Promise<void> {
    await this.#deps.configuration.renewView(id, actor.name, key)
    this.#deps.onChange(id)
  }

  /** @throws JiemuError view-not-pending where the camera waits for nothing, or for something else */
  async confirmView(id: CameraId, pending: string, actor: Actor): Promise<void> {
    const camera = (await this.#deps.configuration.cameras()).find(one => one.id === id)
    if (camera?.viewWord.confirmed === pending) return
    if (this.#health.get(id)?.sight?.pending !== pending) throw new JiemuError('view-not-pending', { camera: id })
    await this.#deps.configuration.confirmView(id, pending, actor.name)
    this.#deps.onChange(id)
  }
}

/** What of a camera's health is worth showing at once. */
function stateOf({ state, problem, sight, costs }: CameraHealth): string {
  return JSON.stringify([
    state,
    problem?.code,
    sight && [sight.view, sight.alignment, sight.pending],
    costs.map(cost => cost.problem?.code),
  ])
}
