// So many cameras on the real program for a while: what they cost, how long their frames took, and what was lost.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import type { Sampling } from '../../core/camera.ts'
import type { SightHealth } from '../../core/health.ts'
import type { CameraId } from '../../core/ids.ts'
import { Scope } from '../../core/scope.ts'
import { CLIP } from '../make-1080p.ts'
import { everyRuleEntries } from '../measured-camera.ts'
import { childrenOf, cpuMs, type Memory, memory } from '../process-cost.ts'
import { type Program, startProgram } from '../program.ts'
import { rounded } from '../provenance.ts'
import { lookTimes, type StageTimes, stageTimes } from '../stage-times.ts'
import type { Feed, Feeding } from './feed.ts'
import { type Counts, type Frames, framesBetween, judge, type Verdict } from './reckon.ts'

export interface PlateauOptions {
  readonly feeding: Feeding
  readonly warmSeconds: number
  readonly seconds: number
  /** The product's own; any, if left out. */
  readonly cores: readonly number[] | undefined
  /** One for each core. */
  readonly shards: number
  /** As settings.sampling has it. */
  readonly thrifty: boolean
  /** Of every camera. */
  readonly sampling: Sampling
  /** Of the cameras, those that watch parked cars, which are candidates all the time. */
  readonly standingShare: number
  /** Of the cameras, those at which incidents open and end all the time. */
  readonly restlessShare: number
  /** The budget's shares of the stages from received to ruled. */
  readonly wayLimitMs: number
  readonly signal: AbortSignal
}

export interface Work {
  /** Key frames, or all pictures in bursts. */
  readonly decoding: number
  /** Scaling to the network's input and running it, for people and vehicles. */
  readonly objects: number
  /** The same for bins and roads. */
  readonly conditions: number
  /** What else the shards do: reading, packet rings, tracks, rules, pictures of incidents, clips. */
  readonly rest: number
  readonly main: number
}

export interface Plateau extends Verdict {
  readonly cameras: number
  readonly seconds: number
  /** Cores in use, the shards' together; null where one was another at the end. */
  readonly cores: { readonly main: number; readonly shard: number; readonly all: number } | null
  readonly coresPerCamera: number | null
  readonly camerasPerCore: number | null
  /** Where it goes, in thousandths of a core for each camera; decoding and networks by the clock, the rest is what CPU time remains. */
  readonly milliCoresPerCamera: Work | null
  readonly feederCores: number
  readonly memory: { readonly main: Memory; readonly shard: Memory | null }
  readonly frames: Frames
  /** Of the key frames that came in, those that no rule needed yet. */
  readonly sparedShare: number
  /** Of the key frames that were needed, those that were shed. */
  readonly shedShare: number
  /** Of the pictures that were seen, those that no network looked at, since nothing in them had changed. */
  readonly unchangedShare: number
  /** Of the cameras, on average: those of which a rule follows something that is, or may become, an incident. */
  readonly engagedShare: number
  /** Moments in which a camera was decoded in full. */
  readonly attentionBursts: number
  /** Incidents that opened meanwhile and that ended, and the clips that were written of them. */
  readonly incidents: { readonly opened: number; readonly ended: number }
  readonly clips: number
  /** How far apart looks at a camera were, on average: rules ask for six seconds while nothing is about to happen. */
  readonly lookEveryMs: number
  /** Time in which a camera's view was not judged: without it, every key frame was looked at. */
  readonly blindMs: number
  /** Looks of the condition network, by zone, at all cameras. */
  readonly conditionLooks: Readonly<Record<string, number>>
  readonly rules: readonly string[]
  /** From received to ruled, of looks for people and vehicles: the budget's. */
  readonly wayP95Ms: number | null
  /** Of looks at bins and roads, which let others go first. */
  readonly conditionsP95Ms: number | null
  readonly stages: Readonly<Record<string, StageTimes>>
}

/** Between looks at what changes from moment to moment. */
const LOOK_EVERY_MS = 10_000

/** @throws AbortError when the signal comes */
export async function measurePlateau(cameras: number, options: PlateauOptions): Promise<Plateau> {
  const { feeding, warmSeconds, seconds, cores: kept, shards, wayLimitMs, signal } = options
  await using scope = new Scope()
  const feed = await feeding.open(scope, cameras)
  const camerasFile = await writeCameras(scope, feed, options)
  const settings = { shards, sampling: { thrifty: options.thrifty } }
  const program = await startProgram(scope, { camerasFile, settings, cores: kept })
  await delay(warmSeconds * 1_000, undefined, { signal })
  const from = await look(program, feed)
  const engaged: number[] = []
  for (let leftMs = seconds * 1_000; leftMs > 0; leftMs -= LOOK_EVERY_MS) {
    await delay(Math.min(leftMs, LOOK_EVERY_MS), undefined, { signal })
    engaged.push(sumOf(await metricsOf(program), 'jiemu_shard_cameras_engaged') / cameras)
  }
  const to = await look(program, feed)
  const unlooked = to.cameras.flatMap(({ costs }) => costs.flatMap(({ problem }) => problem ?? []))
  if (unlooked.length > 0) throw new Error(`a zone cannot be looked at: ${JSON.stringify(unlooked[0])}`)

  const elapsedMs = to.at - from.at
  const cores = (process: 'main' | 'shards' | 'feeder') => (to.cpuMs[process] - from.cpuMs[process]) / elapsedMs
  const shardRestarted = to.shards.length !== shards || to.shards.join() !== from.shards.join()
  const used = shardRestarted ? null : { main: cores('main'), shard: cores('shards') }
  const all = used && used.main + used.shard
  const firstGroupFrames = new Map(feed.firstGroupFrames.map((frames, index) => [cameraName(index), frames]))
  const names = to.cameras.map(({ id }) => id)
  const span = { cameras: names, seconds: elapsedMs / 1_000, at: to.clockMs, ...CLIP, firstGroupFrames }
  const frames = framesBetween(countsOf(from), countsOf(to), span)
  const stages = stageTimes(to.metrics, from.metrics)
  const { objects, conditions } = lookTimes(to.metrics, from.metrics)
  const wayP95Ms = objects?.p95Ms ?? null
  const feederCores = rounded(cores('feeder'))
  const risen = (name: string) => sumOf(to.metrics, name) - sumOf(from.metrics, name)
  return {
    cameras,
    ...judge({ wayP95Ms, frames, shardRestarted, feederCores }, wayLimitMs),
    seconds: rounded(elapsedMs / 1_000),
    cores: used && all !== null ? { main: rounded(used.main), shard: rounded(used.shard), all: rounded(all) } : null,
    coresPerCamera: all && rounded(all / cameras),
    camerasPerCore: all && rounded(cameras / all),
    milliCoresPerCamera: used && workOf(used, risen, elapsedMs / 1_000, cameras),
    feederCores,
    memory: { main: memory(program.pid), shard: to.shards.length > 0 ? together(to.shards.map(memory)) : null },
    frames: { ...frames, lostShare: rounded(frames.lostShare) },
    sparedShare: rounded(frames.spared / Math.max(1, frames.expected)),
    shedShare: rounded(frames.shed / Math.max(1, frames.analysed + frames.shed)),
    unchangedShare: rounded(frames.unchanged / Math.max(1, frames.analysed)),
    engagedShare: rounded(engaged.reduce((sum, share) => sum + share, 0) / engaged.length),
    attentionBursts: risen('jiemu_shard_attention_bursts_total'),
    incidents: {
      opened: to.incidents.opened - from.incidents.opened,
      ended: to.incidents.ended - from.incidents.ended,
    },
    clips: risen('jiemu_shard_clips_total'),
    lookEveryMs: Math.round((elapsedMs * cameras) / Math.max(1, frames.analysed)),
    blindMs: blindMsOf(to) - blindMsOf(from),
    conditionLooks: looksBetween(from.cameras, to.cameras),
    rules: [...new Set(to.cameras.flatMap(({ zones }) => zones.map(({ rule }) => rule)))],
    wayP95Ms,
    conditionsP95Ms: conditions?.p95Ms ?? null,
    stages,
  }
}

/** @param risen seconds of work since the start of the measurement, by the product's own counters */
function workOf(
  used: { readonly main: number; readonly shard: number },
  risen: (metric: string) => number,
  seconds: number,
  cameras: number,
): Work {
  const each = (cores: number) => Math.round((10_000 * cores) / cameras) / 10
  const of = (what: string) => risen(`jiemu_${what}_seconds_total`) / seconds
  const [decoding, objects, conditions] = [of('camera_decode'), of('camera_infer'), of('condition')]
  return {
    ...{ decoding: each(decoding), objects: each(objects), conditions: each(conditions) },
    rest: each(used.shard - decoding - objects - conditions),
    main: each(used.main),
  }
}

const cameraName = (index: number) => `camera-${index + 1}`

async function writeCameras(scope: Scope, { sources }: Feed, how: PlateauOptions): Promise<string> {
  const { sampling, standingShare, restlessShare, feeding } = how
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-throughput-'))
  scope.defer(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'cameras.yaml')
  const cameras = everyRuleEntries(sources, { standingShare, restlessShare, small: feeding.small }).map(entry => ({
    ...entry,
    sampling,
  }))
  await writeFile(file, stringify({ cameras }, { aliasDuplicateObjects: false }))
  return file
}

/** Of several processes. */
function together(memories: readonly Memory[]): Memory {
  const sum = (field: keyof Memory) => rounded(memories.reduce((total, one) => total + one[field], 0))
  return { rssMb: sum('rssMb'), peakRssMb: sum('peakRssMb'), anonymousMb: sum('anonymousMb') }
}

const metricsOf = async ({ address }: Program): Promise<string> => (await fetch(`${address}/metrics`)).text()

/** A metric's values added up. */
function sumOf(metrics: string, name: string): number {
  return [...metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  )
}

/** More are not opened while it is measured. */
const MOST_INCIDENTS = 200

async function incidentsOf({ address }: Program): Promise<Look['incidents']> {
  const { items } = (await (await fetch(`${address}/api/incidents?limit=${MOST_INCIDENTS}`)).json()) as {
    items: readonly { readonly clearedAt: number | null; readonly reopened: number }[]
  }
  const begun = items.reduce((sum, { reopened }) => sum + 1 + reopened, 0)
  return { opened: begun, ended: begun - items.filter(({ clearedAt }) => clearedAt === null).length }
}

/** As far as it is read here (api/schemas.ts). */
interface ShownCamera {
  readonly id: CameraId
  readonly zones: readonly { readonly id: string; readonly rule: string }[]
  readonly health: Omit<Counts, 'cameraId'> | null
  readonly sight: Pick<SightHealth, 'blindMs'> | null
  readonly costs: readonly { readonly zoneId: string; readonly samples: number; readonly problem: unknown }[]
}

interface Look {
  readonly at: number
  readonly clockMs: number
  readonly shards: readonly number[]
  readonly cpuMs: { readonly main: number; readonly shards: number; readonly feeder: number }
  readonly metrics: string
  readonly cameras: readonly ShownCamera[]
  readonly incidents: { readonly opened: number; readonly ended: number }
}

async function look(program: Program, feed: Feed): Promise<Look> {
  const shards = childrenOf(program.pid)
  const cpu = {
    main: cpuMs(program.pid),
    shards: shards.reduce((sum, pid) => sum + cpuMs(pid), 0),
    feeder: feed.pid === undefined ? 0 : cpuMs(feed.pid),
  }
  const [at, clockMs] = [performance.now(), Date.now()]
  const metrics = await metricsOf(program)
  const { items } = (await (await fetch(`${program.address}/api/cameras`)).json()) as { items: readonly ShownCamera[] }
  return { at, clockMs, shards, cpuMs: cpu, metrics, cameras: items, incidents: await incidentsOf(program) }
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
