// The metrics of the whole process, as Prometheus reads them.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Deadline } from '../core/deadline.ts'
import type { CameraHealth } from '../core/health.ts'
import type { Fingerprint } from '../core/ids.ts'
import type { TimedStage } from '../core/latency-budget.ts'
import type { Observation, RuleKind } from '../core/observation.ts'
import { type Clock, type EpochMs, systemClock } from '../core/time.ts'
import { FRAME_STAGES, LOOKED_FOR, type LookedFor, type Spans } from '../core/trace.ts'
import type { CameraTally, Counted } from './camera-tally.ts'
import type { ShardUsage } from './shards.ts'
import { STAGE_BOUNDS_MS, StageLatencies } from './stage-latency.ts'

export interface MetricSources {
  cameras(): Iterable<CameraHealth>
  /** Counts that outlive their shards. */
  readonly tally: CameraTally
  shards(): readonly ShardUsage[]
  intake(): { readonly waiting: number; readonly shed: number }
}

/** From the frame that completes a rule to the job with its team: the product's own promise. */
const LATENCY_BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60]
const STAGE_BUCKETS_S = STAGE_BOUNDS_MS.map(boundMs => Number((boundMs / 1_000).toPrecision(3)))
/** A fingerprint whose job never came (rejected, joined late) must not be remembered for ever. */
const WAITING_LIMIT = 10_000

export class Metrics {
  readonly registry = new Registry()
  readonly latencies: StageLatencies
  readonly #latency: Histogram
  readonly #observations: Counter
  readonly #missed: Counter<'kind' | 'deadline'>
  readonly #stages: Histogram<'stage'>
  readonly #looks: Histogram<'of'>
  readonly #slowest: Gauge<'stage'>
  readonly #slowestMs = new Map<string, number>()
  readonly #completedAt = new Map<Fingerprint, EpochMs>()

  constructor(sources: MetricSources, clock: Clock = systemClock) {
    this.latencies = new StageLatencies(clock)
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
    this.#missed = new Counter({
      name: 'jiemu_deadlines_missed_total',
      help: 'Deadlines of jobs that passed, by the kind of incident',
      labelNames: ['kind', 'deadline'],
      registers: [registry],
    })
    this.#stages = new Histogram({
      name: 'jiemu_stage_seconds',
      help: 'Time of each stage of the way from the camera to the people: of every frame, then of those that began a job',
      labelNames: ['stage'],
      buckets: STAGE_BUCKETS_S,
      registers: [registry],
    })
    this.#looks = new Histogram({
      name: 'jiemu_look_seconds',
      help: 'From the arrival of a frame until the rules had been told of what it shows: objects in time, conditions when there is time',
      labelNames: ['of'],
      buckets: STAGE_BUCKETS_S,
      registers: [registry],
    })
    this.#slowest = new Gauge({
      name: 'jiemu_stage_max_seconds',
      help: 'The longest that each stage took since the start',
      labelNames: ['stage'],
      registers: [registry],
    })
    cameraMetrics(registry, sources)
    shardMetrics(registry, sources)
  }

  /** An observation was taken in; the first of a fingerprint is the one that completed its rule. */
  observed({ fingerprint, kind, phase, receivedAt }: Observation): void {
    this.#observations.inc({ rule: kind, phase })
    if (phase === 'ended') this.#completedAt.delete(fingerprint)
    else if (!this.#completedAt.has(fingerprint) && this.#completedAt.size < WAITING_LIMIT) {
      this.#completedAt.set(fingerprint, receivedAt)
    }
  }

  /** A deadline of a job passed. */
  missed({ kind, deadline }: { readonly kind: RuleKind; readonly deadline: Deadline }): void {
    this.#missed.inc({ kind, deadline })
  }

  /** How long each stage of these frames took, and each look as a whole. */
  frames(frames: readonly Spans[], looksMs: Readonly<Record<LookedFor, readonly number[]>>): void {
    for (const of of LOOKED_FOR) for (const ms of looksMs[of]) this.#looks.observe({ of }, ms / 1_000)
    for (const spans of frames) {
      for (const stage of FRAME_STAGES) {
        const spentMs = spans[stage]
        if (spentMs !== undefined) this.passed(stage, spentMs)
      }
    }
  }

  /** A stage of the way is over; `whole` is all of it. */
  passed(stage: TimedStage, durationMs: number): void {
    this.latencies.passed(stage, durationMs)
    this.#stages.observe({ stage }, durationMs / 1_000)
    if (durationMs <= (this.#slowestMs.get(stage) ?? -1)) return
    this.#slowestMs.set(stage, durationMs)
    this.#slowest.set({ stage }, durationMs / 1_000)
  }

  /** The incident of this fingerprint has a job with a team. Counted once. */
  assigned(fingerprint: Fingerprint, at: EpochMs): void {
    const receivedAt = this.#completedAt.get(fingerprint)
    if (receivedAt === undefined || receivedAt < 0) return
    this.#completedAt.set(fingerprint, -1)
    this.#latency.observe((at - receivedAt) / 1_000)
  }
}

type Rows = Iterable<readonly [labels: Readonly<Record<string, string | number>>, value: number]>

/** Rows are read whenever somebody asks, so that what is gone is not shown for ever. Counters' sources never fall. */
function read(
  registry: Registry,
  kind: 'gauge' | 'counter',
  [name, help, ...labelNames]: readonly [name: string, help: string, ...labelNames: string[]],
  rows: () => Rows,
): void {
  const collect = (metric: Gauge | Counter) => {
    metric.reset()
    for (const [labels, value] of rows()) metric.inc(labels, value)
  }
  const settings = { name, help, labelNames, registers: [registry] }
  if (kind === 'gauge')
    new Gauge({
      ...settings,
      collect() {
        collect(this)
      },
    })
  else
    new Counter({
      ...settings,
      collect() {
        collect(this)
      },
    })
}

function cameraMetrics(registry: Registry, { cameras, tally }: MetricSources): void {
  read(registry, 'gauge', ['jiemu_camera_state', 'Cameras by state', 'state'], () =>
    [...cameras()].map(({ state }) => [{ state }, 1]),
  )
  read(registry, 'gauge', ['jiemu_camera_view', 'How the view lies to its reference: 1', 'camera', 'alignment'], () =>
    [...cameras()].flatMap(({ cameraId, sight }) =>
      sight ? [[{ camera: cameraId, alignment: sight.alignment }, 1] as const] : [],
    ),
  )
  read(
    registry,
    'gauge',
    ['jiemu_camera_clock_skew_seconds', 'The camera’s clock minus ours, where it reports it', 'camera'],
    () =>
      [...cameras()].flatMap(({ cameraId, clockSkewMs }) =>
        clockSkewMs === null ? [] : [[{ camera: cameraId }, clockSkewMs / 1_000] as const],
      ),
  )
  /** @param part the label that tells the parts of a camera apart */
  const counter = (name: string, help: string, counted: Counted, part?: string, unit = 1) =>
    read(registry, 'counter', [name, help, 'camera', ...(part ? [part] : [])], () =>
      [...tally.totals(counted)].map(one => [
        { camera: one.camera, ...(part && { [part]: one.part }) },
        one.total / unit,
      ]),
    )
  counter('jiemu_camera_frames_in_total', 'Frames that came in', 'framesIn')
  counter('jiemu_camera_frames_analysed_total', 'Frames analysed', 'framesAnalysed')
  counter('jiemu_camera_frames_unchanged_total', 'Frames in which nothing had changed', 'framesUnchanged')
  counter('jiemu_camera_decode_seconds_total', 'Time that decoding took', 'decodeMs', undefined, 1_000)
  counter('jiemu_camera_infer_seconds_total', 'Time that finding people and vehicles took', 'inferMs', undefined, 1_000)
  counter('jiemu_camera_bursts_total', 'Times it was decoded in full for a moment', 'bursts')
  read(registry, 'gauge', ['jiemu_camera_mode', 'How much of the stream is decoded: 1', 'camera', 'mode'], () =>
    [...cameras()].map(({ cameraId, mode }) => [{ camera: cameraId, mode }, 1]),
  )
  counter('jiemu_camera_frames_dropped_total', 'Frames not analysed', 'dropped', 'reason')
  counter('jiemu_camera_reconnects_total', 'Times the stream was connected anew', 'reconnects')
  counter('jiemu_blind_seconds_total', 'Time in which the camera could not be judged', 'blindMs', 'reason', 1_000)
  counter('jiemu_condition_samples_total', 'Times the condition of a zone was looked at', 'samples', 'zone')
  counter('jiemu_condition_seconds_total', 'Time that it took', 'spentMs', 'zone', 1_000)
}

function shardMetrics(registry: Registry, { shards, intake }: MetricSources): void {
  const perShard = (kind: 'gauge' | 'counter', name: string, help: string, value: (usage: ShardUsage) => number) =>
    read(registry, kind, [name, help, 'shard'], () => shards().map(usage => [{ shard: usage.shard }, value(usage)]))
  perShard('gauge', 'jiemu_shard_cameras', 'Cameras of the shard', usage => usage.cameras)
  perShard(
    'gauge',
    'jiemu_shard_cameras_engaged',
    'Cameras of which a rule follows something that is, or may become, an incident',
    usage => usage.engaged,
  )
  perShard('counter', 'jiemu_shard_cpu_seconds_total', 'CPU time of the shard', usage => usage.cpuMs / 1_000)
  perShard('gauge', 'jiemu_shard_cores', 'CPU of the shard of late, in cores', usage => usage.cores)
  perShard('gauge', 'jiemu_shard_resident_bytes', 'Resident memory of the shard', usage => usage.rssBytes)
  perShard('gauge', 'jiemu_shard_loop_delay_p99_ms', 'Event-loop delay of the shard', usage => usage.loopDelayP99Ms)
  perShard(
    'counter',
    'jiemu_shard_look_bursts_total',
    'Times a zone was looked at more often for a fresh look',
    usage => usage.bursts.begun,
  )
  perShard(
    'counter',
    'jiemu_shard_look_waits_total',
    'Pictures for which a fresh look waited its turn to hurry',
    usage => usage.bursts.waited,
  )
  perShard(
    'counter',
    'jiemu_shard_attention_bursts_total',
    'Times a camera was decoded in full for a moment that mattered',
    usage => usage.attention.begun,
  )
  perShard(
    'counter',
    'jiemu_shard_attention_waits_total',
    'Those of them that had to wait their turn',
    usage => usage.attention.waited,
  )
  perShard(
    'gauge',
    'jiemu_shard_admitted_share',
    'Of the pictures that cameras offered of late, those that the shard took; 1 where it holds nothing back',
    usage => usage.admission.share,
  )
  perShard(
    'counter',
    'jiemu_shard_shed_frames_total',
    'Pictures that were left out since the shard had more to do than it could',
    usage => usage.admission.shed,
  )
  perShard(
    'gauge',
    'jiemu_shard_ring_bytes',
    'Compressed video that the shard keeps of its cameras’ last seconds',
    usage => usage.media.ringBytes,
  )
  perShard(
    'counter',
    'jiemu_shard_ring_dropped_packets_total',
    'Packets that could not be kept for clips: no key frame before them, or a group larger than the ring',
    usage => usage.media.ringDropped,
  )
  perShard('counter', 'jiemu_shard_clips_total', 'Clips made of incidents', usage => usage.media.clips)
  perShard(
    'counter',
    'jiemu_shard_clips_missing_total',
    'Incidents that got no clip: too many at once on a camera, or no video that MP4 can hold',
    usage => usage.media.clipsMissing,
  )
  perShard(
    'counter',
    'jiemu_shard_live_dropped_fragments_total',
    'Fragments of live view that were left out since the main process was behind',
    usage => usage.media.liveDropped,
  )
  perShard('counter', 'jiemu_shard_restarts_total', 'Times the shard was started again', usage => usage.restarts)
  perShard(
    'counter',
    'jiemu_shard_memory_restarts_total',
    'Those of them that were since it held more memory than it may',
    usage => usage.renewals,
  )
  read(registry, 'gauge', ['jiemu_intake_waiting', 'Reports of shards that wait for the database'], () => [
    [{}, intake().waiting],
  ])
  read(
    registry,
    'counter',
    ['jiemu_intake_shed_total', 'Pictures and log lines that gave way while the database was away'],
    () => [[{}, intake().shed]],
  )
}
