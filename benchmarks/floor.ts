// Measures a shard's CPU time against the floor under it, turn by turn on the same RTSP stream; writes benchmarks/results/floor.json.
//
// From the root of the checkout, after `npm run build`, with the Debian packages of the RTSP test server:
// `npm run bench:floor -- [--turns 3] [--seconds 60] [--out FOLDER]`.
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Camera, cameraSchema, ownPlace } from '../core/camera.ts'
import { silentLog } from '../core/log.ts'
import { NO_WORD } from '../core/reference-view.ts'
import { Scope } from '../core/scope.ts'
import type { FromShard } from '../core/shard-contract.ts'
import { systemClock } from '../core/time.ts'
import { planCrops } from '../detector/inference/crops.ts'
import { SHIPPED_NETWORKS } from '../detectors.ts'
import { ShardPool } from '../shards.ts'
import { programArguments } from './arguments.ts'
import { CLIP } from './make-1080p.ts'
import { cpuMs } from './process-cost.ts'
import { median, rounded, writeResult } from './provenance.ts'
import { cameraEntry, longClip, serveRtsp } from './rtsp-cameras.ts'

/** What a child does at first is its start: programs are compiled, a first group of pictures is decoded in full. */
const WARM_UP_MS = 15_000

const CHILDREN = {
  shard: { program: join(import.meta.dirname, '../cli/main.js'), args: ['shard'] },
  floor: { program: join(import.meta.dirname, 'floor-child.js'), args: [] },
} as const
type Child = keyof typeof CHILDREN

interface Turn {
  readonly cpuMs: number
  readonly seconds: number
  readonly keyFrames: number
}

function cameraOf(url: string): Camera {
  const { street: streetId, grid: gridId, zones, ...entry } = cameraSchema.parse(cameraEntry('camera-1', url))
  const running = zones.map(zone => ({
    ...zone,
    name: zone.id,
    cameraId: entry.id,
    version: 1,
    placeId: ownPlace(entry.id, zone.id),
  }))
  return { ...entry, streetId, gridId, viewWord: NO_WORD, version: 1, zones: running }
}

/** One child on the stream from its beginning; CPU time from one key frame's report to that of a later one. */
async function turn(child: Child, clip: string, measuredMs: number): Promise<Turn> {
  await using scope = new Scope()
  const [url = ''] = await serveRtsp(scope, clip, 1)
  const progress = new EventTarget()
  let keyFrames = 0
  const onMessage = (message: FromShard) => {
    if (message.type === 'observation') pool.acknowledge(message.observation)
    if (message.type !== 'health' || message.health.framesAnalysed === keyFrames) return
    keyFrames = message.health.framesAnalysed
    progress.dispatchEvent(new Event('frame'))
  }
  const pool: ShardPool = scope.use(
    new ShardPool({
      ...CHILDREN[child],
      env: { JIEMU_SHARD: JSON.stringify({ networks: SHIPPED_NETWORKS, baseDir: '/', logLevel: 'warn' }) },
      count: 1,
      clock: systemClock,
      log: silentLog,
      onMessage,
      snapshots: async () => ({}),
      references: async () => ({}),
    }),
    running => running.close(),
  )
  pool.assign([cameraOf(url)])
  const now = async () => {
    await once(progress, 'frame')
    return { cpuMs: cpuMs(pool.usage()[0]?.pid ?? 0), at: performance.now(), keyFrames }
  }
  await delay(WARM_UP_MS)
  const from = await now()
  await delay(measuredMs)
  const to = await now()
  if (pool.usage()[0]?.restarts) throw new Error(`the ${child} was started again while it was measured`)
  return {
    cpuMs: to.cpuMs - from.cpuMs,
    seconds: (to.at - from.at) / 1_000,
    keyFrames: to.keyFrames - from.keyFrames,
  }
}

const perKeyFrame = (turns: readonly Turn[]) => turns.map(one => one.cpuMs / one.keyFrames)
const told = (turns: readonly Turn[]) => ({
  cpuMsPerKeyFrame: rounded(median(perKeyFrame(turns))),
  core: rounded(median(turns.map(one => one.cpuMs / 1_000 / one.seconds))),
  turns: turns.map(one => ({ cpuMs: one.cpuMs, seconds: rounded(one.seconds), keyFrames: one.keyFrames })),
})

const { amounts, out } = programArguments({ turns: 3, seconds: 60 })
const measuredMs = amounts.seconds * 1_000
const clip = await longClip((WARM_UP_MS + measuredMs) / 60_000 + 1)
const measured: Record<Child, Turn[]> = { floor: [], shard: [] }
for (let round = 1; round <= amounts.turns; round++) {
  for (const child of ['floor', 'shard'] as const) {
    const one = await turn(child, clip.path, measuredMs)
    measured[child].push(one)
    console.log(
      `${round}/${amounts.turns} ${child}: ${(one.cpuMs / one.keyFrames).toFixed(1)} ms per key frame (${one.keyFrames})`,
    )
  }
}
const ratios = perKeyFrame(measured.shard).map(
  (cost, index) => cost / (perKeyFrame(measured.floor)[index] ?? Number.NaN),
)
await writeResult(
  'floor',
  {
    what:
      'CPU time of a shard child with one 1080p25 camera at key frames over RTSP, two zones, ÷ that of a child which only ' +
      'reads, decodes key frames, scales and runs the same network on the same crops',
    footage: [clip.path],
    figures: {
      clip: { ...CLIP, madeFrom: clip.madeFrom },
      networkRunsPerKeyFrame: planCrops(cameraOf('rtsp://127.0.0.1/').zones, CLIP).length,
      ratio: rounded(median(ratios)),
      ratioOfEachRound: ratios.map(rounded),
      floor: told(measured.floor),
      shard: told(measured.shard),
    },
  },
  out,
)
process.exit()
