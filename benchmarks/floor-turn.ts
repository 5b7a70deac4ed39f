// One turn of a shard, or of the floor under it, on the same cameras: CPU time from one key frame to a later one.
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Camera, cameraSchema, ownPlace } from '../core/camera.ts'
import type { CameraHealth } from '../core/health.ts'
import type { CameraId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { NO_WORD } from '../core/reference-view.ts'
import { Scope } from '../core/scope.ts'
import type { FromShard } from '../core/shard-contract.ts'
import { systemClock } from '../core/time.ts'
import { ShardPool } from '../main-process/shards.ts'
import { SHIPPED_NETWORKS } from '../watch/detectors.ts'
import { cpuMs } from './process-cost.ts'

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
  /** Of all cameras together. */
  readonly keyFrames: number
  /** Looks of the condition network meanwhile, at all zones together. */
  readonly conditionLooks: number
}

export interface TurnOptions {
  /** The cameras, as a cameras file has them. */
  readonly entries: readonly object[]
  readonly measuredMs: number
  /** How far apart the floor's looks at a camera are; the product decides itself. */
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

type Costs = Pick<CameraHealth, 'framesAnalysed' | 'costs'>

const keyFramesIn = (cameras: readonly Costs[]) => cameras.reduce((sum, { framesAnalysed }) => sum + framesAnalysed, 0)
const looksIn = (cameras: readonly Costs[]) =>
  cameras.flatMap(({ costs }) => costs).reduce((sum, { samples }) => sum + samples, 0)

/** @throws AbortError when the signal comes, and where the child dies, with the reason as its cause; Error where it was begun anew */
export async function turn(child: Child, options: TurnOptions): Promise<Turn> {
  const { entries, measuredMs, everyMs = 0, warmUpMs = WARM_UP_MS, onStart, signal } = options
  await using scope = new Scope()
  const progress = new EventTarget()
  const died = new AbortController()
  const cameras = new Map<CameraId, Costs>()
  const onMessage = (message: FromShard) => {
    if (message.type === 'observation') pool.acknowledge(message.observation)
    if (message.type !== 'health') return
    const { cameraId, framesAnalysed, costs } = message.health
    if (framesAnalysed === (cameras.get(cameraId)?.framesAnalysed ?? 0)) return
    cameras.set(cameraId, { framesAnalysed, costs })
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
      onUnwatched: (_cameras, problem) => died.abort(new Error(`the ${child} died: ${problem.message}`)),
      snapshots: async () => ({}),
      references: async () => ({}),
    }),
    running => running.close(),
  )
  pool.assign(entries.map(cameraOf))
  const pid = () => pool.usage()[0]?.pid ?? 0
  onStart?.(pid())
  const stop = { signal: AbortSignal.any([died.signal, ...(signal ? [signal] : [])]) }
  const now = async () => {
    await once(progress, 'frame', stop)
    const all = [...cameras.values()]
    return {
      cpuMs: cpuMs(pid()),
      at: performance.now(),
      keyFrames: keyFramesIn(all),
      conditionLooks: looksIn(all),
    }
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
