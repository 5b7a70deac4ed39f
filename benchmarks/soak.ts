// Runs fifty cameras for half an hour: does memory grow, and is every frame accounted for? Writes benchmarks/results/soak.json,
// or soak-100.json, where it is a hundred cameras, and so on.
//
// From the root of the checkout, after `npm run build`, on Linux:
// `npm run bench:soak -- [--cameras 50] [--minutes 30] [--warm-minutes 8] [--shards 2] [--out FOLDER]`.
// The shards read recorded packets at their own pace, over and over: every few minutes each camera's decoder begins anew.
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import { Scope } from '../core/scope.ts'
import { programArguments } from './arguments.ts'
import { LiveViewer } from './live-viewer.ts'
import { CLIP, make1080p } from './make-1080p.ts'
import { everyRuleEntries } from './measured-camera.ts'
import { childrenOf, cpuMs, type MemoryKinds, memory, memoryKinds } from './process-cost.ts'
import { type Program, startProgram } from './program.ts'
import { ROOT, rounded, writeResult } from './provenance.ts'
import { type Fates, slopePerHour, together, unaccounted } from './soak/reckon.ts'
import { stageTimes } from './stage-times.ts'
import { prepareFeed } from './throughput/feed.ts'

/** Recordings begin anew after so long. */
const RECORDING_MINUTES = 4
const LOOK_EVERY_MS = 10_000
const MINUTE_MS = 60_000
const SAMPLES_A_MINUTE = MINUTE_MS / LOOK_EVERY_MS
const DAY_MS = 86_400_000
/** A shard reports every five seconds; a frame that is looked at during one report is not during the next. */
const ACCOUNTS_WITHIN_MS = 90_000

interface Sample {
  readonly minute: number
  readonly mainMb: number
  readonly shardsMb: number
  /** Once a minute: what of it is what. */
  readonly kinds?: { readonly main: MemoryKinds; readonly shards: readonly MemoryKinds[] }
}

/** Bytes, by what the data directory has of its own for it. */
type Disk = Readonly<Record<'detections' | 'evidence' | 'pg', number>>

async function diskOf(dataDirectory: string): Promise<Disk> {
  const bytesIn = async (kind: keyof Disk) => {
    const entries = await readdir(join(dataDirectory, kind), { recursive: true, withFileTypes: true }).catch(() => [])
    const files = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
    // What the program deletes meanwhile takes no room.
    const sizes = await Promise.all(
      files.map(file =>
        stat(file).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
  }
  return { detections: await bytesIn('detections'), evidence: await bytesIn('evidence'), pg: await bytesIn('pg') }
}

async function camerasOf({ address }: Program): Promise<readonly Fates[]> {
  const { items } = (await (await fetch(`${address}/api/cameras`)).json()) as {
    items: readonly { readonly id: string; readonly health: Omit<Fates, 'id'> | null }[]
  }
  return items.flatMap(({ id, health }) => (health ? [{ ...health, id }] : []))
}

/** Waits until every camera has told of a moment in which nothing was under way. @returns what is still missing or too much then */
async function account(program: Program): Promise<Readonly<Record<string, number>>> {
  const even = new Set<string>()
  const startedAt = performance.now()
  for (;;) {
    const cameras = await camerasOf(program)
    for (const camera of cameras) if (unaccounted(camera) === 0) even.add(camera.id)
    const odd = cameras.filter(({ id }) => !even.has(id))
    const isOver = performance.now() - startedAt > ACCOUNTS_WITHIN_MS
    if (odd.length === 0 || isOver) return Object.fromEntries(odd.map(one => [one.id, unaccounted(one)]))
    await delay(1_000)
  }
}

/** Of the incidents that the program opened by itself, those that have their clip by now. */
async function clipsOf({ address }: Program) {
  const read = async (path: string) => (await fetch(`${address}${path}`)).json()
  const { items } = (await read('/api/incidents?limit=200')) as { items: readonly { readonly id: string }[] }
  const bytes: number[] = []
  for (const { id } of items) {
    const { evidence } = (await read(`/api/incidents/${id}`)) as {
      evidence: readonly { readonly mediaType: string; readonly bytes: number }[]
    }
    bytes.push(...evidence.filter(({ mediaType }) => mediaType === 'video/mp4').map(one => one.bytes))
  }
  const smallest = bytes.length > 0 && { smallestClipKb: Math.round(Math.min(...bytes) / 1_000) }
  return { incidents: items.length, clips: bytes.length, ...smallest }
}

async function soak(asked: Record<'cameras' | 'minutes' | 'warmMinutes' | 'shards', number>) {
  await using scope = new Scope()
  const feeding = await prepareFeed('file', { clip: await make1080p(ROOT), minutes: RECORDING_MINUTES })
  const { sources } = await feeding.open(scope, asked.cameras)
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-soak-'))
  scope.defer(() => rm(folder, { recursive: true, force: true }))
  const camerasFile = join(folder, 'cameras.yaml')
  const cameras = everyRuleEntries(sources)
  await writeFile(camerasFile, stringify({ cameras }, { aliasDuplicateObjects: false }))
  const dataDirectory = join(folder, 'data')
  await mkdir(dataDirectory, { mode: 0o700 })
  const program = await startProgram(scope, { camerasFile, settings: { shards: asked.shards }, dataDirectory })

  // Somebody watches one of the cameras all the while.
  const viewer = await new LiveViewer(program.address, 'camera-1').opened()
  scope.defer(() => viewer.close())
  const samples: Sample[] = []
  const shards = new Set<number>()
  const startedAt = performance.now()
  const minute = () => (performance.now() - startedAt) / MINUTE_MS
  let warm: { readonly at: number; readonly cpuMs: number; readonly metrics: string; readonly disk: Disk } | undefined
  const spent = () => [program.pid, ...childrenOf(program.pid)].reduce((sum, pid) => sum + cpuMs(pid), 0)
  const metrics = async () => (await fetch(`${program.address}/metrics`)).text()
  while (minute() < asked.minutes) {
    await delay(LOOK_EVERY_MS)
    const pids = childrenOf(program.pid)
    for (const pid of pids) shards.add(pid)
    const shardsMb = pids.reduce((sum, pid) => sum + memory(pid).rssMb, 0)
    const kinds = samples.length % SAMPLES_A_MINUTE === SAMPLES_A_MINUTE - 1 && {
      kinds: { main: memoryKinds(program.pid), shards: pids.map(memoryKinds) },
    }
    const mainMb = memory(program.pid).rssMb
    samples.push({ minute: rounded(minute()), mainMb, shardsMb: rounded(shardsMb), ...kinds })
    if (minute() < asked.warmMinutes) continue
    if (!warm) viewer.reset()
    warm ??= { at: performance.now(), cpuMs: spent(), metrics: await metrics(), disk: await diskOf(dataDirectory) }
    if (samples.length % SAMPLES_A_MINUTE === 0) console.log(JSON.stringify(samples.at(-1)))
  }
  const live = { fragments: viewer.fragments, longestGapMs: Math.round(viewer.longestGapMs) }
  const cores = warm && (spent() - warm.cpuMs) / (performance.now() - warm.at)
  const days = warm && (performance.now() - warm.at) / DAY_MS
  const disk = await diskOf(dataDirectory)
  const grown = (kind: keyof Disk) =>
    warm && days ? rounded((disk[kind] - warm.disk[kind]) / 1e6 / days / asked.cameras) : null
  const stages = stageTimes(await metrics(), warm?.metrics)
  const odd = await account(program)
  const told = await camerasOf(program)
  const after = samples.filter(sample => sample.minute >= asked.warmMinutes)
  const slope = (megabytes: (sample: Sample) => number) =>
    rounded(slopePerHour(after.map(sample => ({ hours: sample.minute / 60, value: megabytes(sample) }))))
  const all = slope(({ mainMb, shardsMb }) => mainMb + shardsMb)
  return {
    footage: feeding.footage,
    figures: {
      clip: CLIP,
      asked,
      cores: cores === undefined ? null : rounded(cores),
      megabytesPerHour: { main: slope(({ mainMb }) => mainMb), shards: slope(({ shardsMb }) => shardsMb), all },
      megabytesPerHourAndCamera: rounded(all / asked.cameras),
      megabytesOfDiskPerCameraAndDay: {
        detections: grown('detections'),
        evidence: grown('evidence'),
        database: grown('pg'),
      },
      /** Processes that there have been; more than asked for where one was started again. */
      shardProcesses: shards.size,
      frames: together(told),
      unaccounted: odd,
      live,
      ...(await clipsOf(program)),
      online: told.filter(({ state }) => state === 'online').length,
      stages,
      eachMinute: samples.filter(({ kinds }) => kinds),
    },
  }
}

const usual = { cameras: 50, minutes: 30, warmMinutes: 8, shards: 2 }
const { amounts, out } = programArguments(usual)
const { footage, figures } = await soak(amounts)
console.log(JSON.stringify({ ...figures, eachMinute: figures.eachMinute.length, stages: undefined }))
await writeResult(
  amounts.cameras === usual.cameras ? 'soak' : `soak-${amounts.cameras}`,
  {
    what:
      `${amounts.cameras} cameras with every rule for ${amounts.minutes} minutes: the slope of resident memory (least squares, ` +
      `a sample each ten seconds, from minute ${amounts.warmMinutes} on), and what became of every frame: unaccounted names the ` +
      'cameras whose frames in are not those analysed, unchanged and dropped at any report of the last minute and a half. ' +
      'Every fourth camera watches cars that stand. Somebody watches one camera live all the while: fragments, and the longest wait for one',
    footage,
    figures,
  },
  out,
)
process.exit()
