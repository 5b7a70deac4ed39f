// So many cameras on the real program for a while: what they cost, how long their frames took, and what was lost.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import type { SightHealth } from '../../core/health.ts'
import type { CameraId } from '../../core/ids.ts'
import { Scope } from '../../core/scope.ts'
import { CLIP } from '../make-1080p.ts'
import { childrenOf, cpuMs, type Memory, memory } from '../process-cost.ts'
import { type Program, startProgram } from '../program.ts'
import { rounded } from '../provenance.ts'
import { everyRuleEntry, type Feeder, serveRtsp } from '../rtsp-cameras.ts'
import { type StageTimes, stageTimes } from '../stage-times.ts'
import { type Counts, type Frames, framesBetween, judge, type Verdict } from './reckon.ts'

export interface PlateauOptions {
  readonly clip: string
  readonly seconds: number
  /** The product's own; any, if left out. */
  readonly core: number | undefined
  /** The budget's shares of the stages from received to ruled. */
  readonly wayLimitMs: number
  readonly signal: AbortSignal
}

export interface Plateau extends Verdict {
  readonly cameras: number
  readonly seconds: number
  /** Cores in use; null where the shard was another one at the end. */
  readonly cores: { readonly main: number; readonly shard: number; readonly all: number } | null
  readonly coresPerCamera: number | null
  readonly camerasPerCore: number | null
  readonly feederCores: number
  readonly memory: { readonly main: Memory; readonly shard: Memory | null }
  readonly frames: Frames
  /** Time in which a camera's view was not judged: without it, every key frame was looked at. */
  readonly blindMs: number
  /** Looks of the condition network, by zone, at all cameras. */
  readonly conditionLooks: Readonly<Record<string, number>>
  readonly rules: readonly string[]
  readonly wayP95Ms: number | null
  readonly stages: Readonly<Record<string, StageTimes>>
}

/**
 * From the program's first sign of life: the first group of pictures is decoded in full, the networks are opened, and every bin
 * and road is looked at for the first time.
 */
export const WARM_UP_MS = 30_000
/** What happens to every frame once it has been received, in its order. */
const WAY = ['decoded', 'inferred', 'tracked', 'ruled'] as const

/** @throws AbortError when the signal comes */
export async function measurePlateau(cameras: number, options: PlateauOptions): Promise<Plateau> {
  const { clip, seconds, core, wayLimitMs, signal } = options
  await using scope = new Scope()
  const feeder = await serveRtsp(scope, clip, cameras, true)
  const camerasFile = await writeCameras(scope, feeder.urls)
  const program = await startProgram(scope, { camerasFile, settings: { shards: 1 }, core })
  await delay(WARM_UP_MS, undefined, { signal })
  const from = await look(program, feeder)
  await delay(seconds * 1_000, undefined, { signal })
  const to = await look(program, feeder)

  const elapsedMs = to.at - from.at
  const cores = (process: 'main' | 'shard' | 'feeder') => (to.cpuMs[process] - from.cpuMs[process]) / elapsedMs
  const shardRestarted = to.shard === undefined || to.shard !== from.shard
  const used = shardRestarted ? null : { main: cores('main'), shard: cores('shard') }
  const all = used && used.main + used.shard
  const span = { cameras: to.cameras.map(({ id }) => id), seconds: elapsedMs / 1_000, at: to.clockMs, ...CLIP }
  const frames = framesBetween(countsOf(from), countsOf(to), span)
  const stages = stageTimes(to.metrics, from.metrics)
  const wayP95Ms = p95OfWay(stages)
  const feederCores = rounded(cores('feeder'))
  return {
    cameras,
    ...judge({ wayP95Ms, frames, shardRestarted, feederCores }, wayLimitMs),
    seconds: rounded(elapsedMs / 1_000),
    cores: used && all !== null ? { main: rounded(used.main), shard: rounded(used.shard), all: rounded(all) } : null,
    coresPerCamera: all && rounded(all / cameras),
    camerasPerCore: all && rounded(cameras / all),
    feederCores,
    memory: { main: memory(program.pid), shard: to.shard === undefined ? null : memory(to.shard) },
    frames: { ...frames, lostShare: rounded(frames.lostShare) },
    blindMs: blindMsOf(to) - blindMsOf(from),
    conditionLooks: looksBetween(from.cameras, to.cameras),
    rules: [...new Set(to.cameras.flatMap(({ zones }) => zones.map(({ rule }) => rule)))],
    wayP95Ms,
    stages,
  }
}

async function writeCameras(scope: Scope, urls: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-throughput-'))
  scope.defer(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'cameras.yaml')
  const cameras = urls.map((url, index) => everyRuleEntry(`camera-${index + 1}`, url))
  await writeFile(file, stringify({ cameras }, { aliasDuplicateObjects: false }))
  return file
}

/** As far as it is read here (api/schemas.ts). */
interface ShownCamera {
  readonly id: CameraId
  readonly zones: readonly { readonly id: string; readonly rule: string }[]
  readonly health: Omit<Counts, 'cameraId'> | null
  readonly sight: Pick<SightHealth, 'blindMs'> | null
  readonly costs: readonly { readonly zoneId: string; readonly samples: number }[]
}

interface Look {
  readonly at: number
  readonly clockMs: number
  readonly shard: number | undefined
  readonly cpuMs: { readonly main: number; readonly shard: number; readonly feeder: number }
  readonly metrics: string
  readonly cameras: readonly ShownCamera[]
}

async function look({ pid, address }: Program, feeder: Feeder): Promise<Look> {
  const [shard] = childrenOf(pid)
  const cpu = { main: cpuMs(pid), shard: shard === undefined ? 0 : cpuMs(shard), feeder: cpuMs(feeder.pid) }
  const [at, clockMs] = [performance.now(), Date.now()]
  const metrics = await (await fetch(`${address}/metrics`)).text()
  const { items } = (await (await fetch(`${address}/api/cameras`)).json()) as { items: readonly ShownCamera[] }
  return { at, clockMs, shard, cpuMs: cpu, metrics, cameras: items }
}

const countsOf = ({ cameras }: Look) =>
  cameras.flatMap(({ id, health }): Counts[] => (health ? [{ ...health, cameraId: id }] : []))

const blindMsOf = ({ cameras }: Look) =>
  cameras.flatMap(({ sight }) => Object.values(sight?.blindMs ?? {})).reduce((sum, ms) => sum + ms, 0)

/** Of all cameras together. */
function looksBetween(before: readonly ShownCamera[], after: readonly ShownCamera[]): Record<string, number> {
  const looks: Record<string, number> = {}
  const count = (cameras: readonly ShownCamera[], sign: number) => {
    for (const { costs } of cameras) {
      for (const { zoneId, samples } of costs) looks[zoneId] = (looks[zoneId] ?? 0) + sign * samples
    }
  }
  count(after, 1)
  count(before, -1)
  return looks
}

/**
 * The sum of the stages' percentiles, for want of a histogram of the whole: what waits for the networks waits in one of them, so
 * that it is nearly the frame's own, and above it rather than below.
 */
function p95OfWay(stages: Readonly<Record<string, StageTimes>>): number | null {
  const times = WAY.flatMap(stage => stages[stage]?.p95Ms ?? [])
  return times.length === WAY.length ? rounded(times.reduce((sum, ms) => sum + ms, 0)) : null
}
