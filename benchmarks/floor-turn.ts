// One turn of a shard, or of the floor under it, on one camera's RTSP stream: CPU time from one key frame to a later one.
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Camera, cameraSchema, ownPlace } from '../core/camera.ts'
import type { ZoneCost } from '../core/health.ts'
import { silentLog } from '../core/log.ts'
import { NO_WORD } from '../core/reference-view.ts'
import { Scope } from '../core/scope.ts'
import type { FromShard } from '../core/shard-contract.ts'
import { systemClock } from '../core/time.ts'
import { ShardPool } from '../main-process/shards.ts'
import { SHIPPED_NETWORKS } from '../watch/detectors.ts'
import type { Source } from './measured-camera.ts'
import { cpuMs } from './process-cost.ts'
import { serveRtsp } from './serve-rtsp.ts'

/** What a child does at first is its start: programs are compiled, a first group of pictures is decoded in full. */
export const WARM_UP_MS = 15_000

const CHILDREN = {
  shard: { program: join(import.meta.dirname, '../cli/main.js'), args: ['shard'] },
  floor: { program: join(import.meta.dirname, 'floor-child.js'), args: [] },
} as const
export type Child = keyof typeof CHILDREN

export interface Turn {
  readonly cpuMs: number
  readonly seconds: number
  readonly keyFrames: number
  /** Looks of the condition network meanwhile, at all zones together. */
  readonly conditionLooks: number
}

export interface TurnOptions {
  readonly clip: string
  /** From a real server, if left out; else the child reads the file at its own pace. */
  readonly feed?: 'rtsp' | 'file'
  /** Makes the camera's entry in a cameras file. */
  readonly entry: (id: string, source: Source) => object
  readonly measuredMs: number
  /** How far apart the floor's looks are; the product decides itself. */
  readonly everyMs?: number
  readonly warmUpMs?: number
  /** Told the child's process as soon as it is there. */
  readonly onStart?: (pid: number) => void
  readonly signal?: AbortSignal
}

/** As a shard is given it: an entry of a cameras file, with what the store would add. */
export function cameraOf(entry: object): Camera {
  const { street: streetId, grid: gridId, zones, ...rest } = cameraSchema.parse(entry)
  const running = zones.map(zone => ({
    ...zone,
    name: zone.id,
    cameraId: rest.id,
    version: 1,
    placeId: ownPlace(rest.id, zone.id),
  }))
  return { ...rest, streetId, gridId, viewWord: NO_WORD, version: 1, zones: running }
}

const looksIn = (costs: readonly ZoneCost[]) => costs.reduce((sum, { samples }) => sum + samples, 0)

/** @throws Error where the child had to be started again; AbortError when the signal comes */
export async function turn(child: Child, options: TurnOptions): Promise<Turn> {
  const { clip, feed = 'rtsp', entry, measuredMs, everyMs = 0, warmUpMs = WARM_UP_MS, onStart, signal } = options
  await using scope = new Scope()
  const source: Source =
    feed === 'rtsp' ? ((await serveRtsp(scope, clip, 1)).urls[0] ?? '') : { kind: 'file', path: clip }
  const progress = new EventTarget()
  let keyFrames = 0
  let conditionLooks = 0
  const onMessage = (message: FromShard) => {
    if (message.type === 'observation') pool.acknowledge(message.observation)
    if (message.type !== 'health' || message.health.framesAnalysed === keyFrames) return
    keyFrames = message.health.framesAnalysed
    conditionLooks = looksIn(message.health.costs)
    progress.dispatchEvent(new Event('frame'))
  }
  const pool: ShardPool = scope.use(
    new ShardPool({
      ...CHILDREN[child],
      env: {
        JIEMU_SHARD: JSON.stringify({ networks: SHIPPED_NETWORKS, baseDir: '/', logLevel: 'warn' }),
        JIEMU_FLOOR_EVERY_MS: String(everyMs),
      },
      count: 1,
      clock: systemClock,
      log: silentLog,
      onMessage,
      snapshots: async () => ({}),
      references: async () => ({}),
    }),
    running => running.close(),
  )
  pool.assign([cameraOf(entry('camera-1', source))])
  const pid = () => pool.usage()[0]?.pid ?? 0
  onStart?.(pid())
  const stop = signal ? { signal } : {}
  const now = async () => {
    await once(progress, 'frame', stop)
    return { cpuMs: cpuMs(pid()), at: performance.now(), keyFrames, conditionLooks }
  }
  await delay(warmUpMs, undefined, stop)
  const from = await now()
  await delay(measuredMs, undefined, stop)
  const to = await now()
  if (pool.usage()[0]?.restarts) throw new Error(`the ${child} was started again while it was measured`)
  return {
    cpuMs: to.cpuMs - from.cpuMs,
    seconds: (to.at - from.at) / 1_000,
    keyFrames: to.keyFrames - from.keyFrames,
    conditionLooks: to.conditionLooks - from.conditionLooks,
  }
}
