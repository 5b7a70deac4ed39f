// The metrics of the whole process, as Prometheus reads them.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { StreamHealth } from './core/health.ts'
import type { Fingerprint } from './core/ids.ts'
import type { Observation } from './core/observation.ts'
import type { EpochMs } from './core/time.ts'
import type { ShardUsage } from './shards.ts'

export interface MetricSources {
  cameras(): Iterable<StreamHealth>
  shards(): readonly ShardUsage[]
  intake(): { readonly waiting: number; readonly shed: number }
}

/** From the frame that completes a rule to the job with its team: the product's own promise. */
const LATENCY_BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60]
/** A fingerprint whose job never came (rejected, joined late) must not be remembered for ever. */
const WAITING_LIMIT = 10_000

export class Metrics {
  readonly registry = new Registry()
  readonly #latency: Histogram
  readonly #observations: Counter
  readonly #completedAt = new Map<Fingerprint, EpochMs>()

  constructor(sources: MetricSources) {
    const { registry } = this
    collectDefaultMetrics({ register: registry })
    this.#latency = new Histogram({
      name: 'jiemu_frame_to_assigned_seconds',
      help: 'From the arrival of the frame that completed a rule to the job assigned to a team',
      buckets: LATENCY_BUCKETS_S,
      registers: [registry],
    })
    this.#observations = new Counter({
      name: 'jiemu_observations_total',
      help: 'Observations taken in, by rule and phase',
      labelNames: ['rule', 'phase'],
      registers: [registry],
    })
    cameraGauges(registry, sources)
    shardGauges(registry, sources)
  }

  /** An observation was taken in; the first of a fingerprint is the one that completed its rule. */
  observed({ fingerprint, kind, phase, receivedAt }: Observation): void {
    this.#observations.inc({ rule: kind, phase })
    if (phase === 'ended') this.#completedAt.delete(fingerprint)
    else if (!this.#completedAt.has(fingerprint) && this.#completedAt.size < WAITING_LIMIT) {
      this.#completedAt.set(fingerprint, receivedAt)
    }
  }

  /** The incident of this fingerprint has a job with a team. Counted once. */
  assigned(fingerprint: Fingerprint, at: EpochMs): void {
    const receivedAt = this.#completedAt.get(fingerprint)
    if (receivedAt === undefined || receivedAt < 0) return
    this.#completedAt.set(fingerprint, -1)
    this.#latency.observe((at - receivedAt) / 1_000)
  }
}

function cameraGauges(registry: Registry, { cameras }: MetricSources): void {
  const gauge = (name: string, help: string, labels: readonly string[], fill: (gauge: Gauge) => void) =>
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        this.reset()
        fill(this)
      },
    })
  gauge('jiemu_camera_state', 'Cameras by state', ['state'], metric => {
    for (const { state } of cameras()) metric.inc({ state })
  })
  gauge('jiemu_camera_frames_in', 'Frames that came in', ['camera'], metric => {
    for (const { cameraId, framesIn } of cameras()) metric.set({ camera: cameraId }, framesIn)
  })
  gauge('jiemu_camera_frames_analysed', 'Frames analysed', ['camera'], metric => {
    for (const { cameraId, framesAnalysed } of cameras()) metric.set({ camera: cameraId }, framesAnalysed)
  })
  gauge('jiemu_camera_frames_dropped', 'Frames not analysed', ['camera', 'reason'], metric => {
    for (const { cameraId, dropped } of cameras())
      for (const [reason, count] of Object.entries(dropped)) metric.set({ camera: cameraId, reason }, count)
  })
  gauge('jiemu_camera_reconnects', 'Times the stream was connected anew', ['camera'], metric => {
    for (const { cameraId, reconnects } of cameras()) metric.set({ camera: cameraId }, reconnects)
  })
}

function shardGauges(registry: Registry, { shards, intake }: MetricSources): void {
  const perShard = (name: string, help: string, value: (usage: ShardUsage) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['shard'],
      registers: [registry],
      collect() {
        for (const usage of shards()) this.set({ shard: usage.shard }, value(usage))
      },
    })
  perShard('jiemu_shard_cameras', 'Cameras of the shard', usage => usage.cameras)
  perShard('jiemu_shard_cpu_seconds', 'CPU time of the shard', usage => usage.cpuMs / 1_000)
  perShard('jiemu_shard_resident_bytes', 'Resident memory of the shard', usage => usage.rssBytes)
  perShard('jiemu_shard_loop_delay_p99_ms', 'Event-loop delay of the shard', usage => usage.loopDelayP99Ms)
  perShard('jiemu_shard_restarts', 'Times the shard was started again', usage => usage.restarts)
  new Gauge({
    name: 'jiemu_intake_waiting',
    help: 'Reports of shards that wait for the database',
    registers: [registry],
    collect() {
      this.set(intake().waiting)
    },
  })
  new Gauge({
    name: 'jiemu_intake_shed',
    help: 'Pictures and log lines that gave way while the database was away',
    registers: [registry],
    collect() {
      this.set(intake().shed)
    },
  })
}
