// Measures what fifty viewers of one camera cost over none: CPU of main and shard; writes benchmarks/results/viewers.json.
//
// From the root of the checkout, after `npm run build`, with the Debian packages of the RTSP test server:
// `npm run bench:viewers -- [--seconds 20] [--turns 3] [--viewers 50] [--out FOLDER]`.
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import { Scope } from '../core/scope.ts'
import { programArguments } from './arguments.ts'
import { LiveViewer } from './live-viewer.ts'
import { longClip } from './long-clip.ts'
import { cameraEntry } from './measured-camera.ts'
import { childrenOf, cpuMs } from './process-cost.ts'
import { startProgram } from './program.ts'
import { writeResult } from './provenance.ts'
import { serveRtsp } from './serve-rtsp.ts'

/** Connecting, the newest group to each, and what else is done once. */
const SETTLE_MS = 4_000
/** What a program does once after its start would be counted to the first turn, which has no viewers. */
const WARM_UP_MS = 30_000
const LIMIT_CORES = 0.05

interface Turn {
  readonly viewers: number
  readonly mainCores: number
  readonly shardCores: number
  /** By all viewers together. */
  readonly megabits: number
  /** Each viewer had as many. */
  readonly fragments: { readonly least: number; readonly most: number }
}

async function turn(program: { address: string; pid: number }, count: number, seconds: number): Promise<Turn> {
  const viewers = await Promise.all(
    Array.from({ length: count }, () => new LiveViewer(program.address, 'camera-1').opened()),
  )
  await delay(SETTLE_MS)
  const [shard] = childrenOf(program.pid)
  if (shard === undefined) throw new Error('there is no shard')
  for (const viewer of viewers) viewer.reset()
  const [main, child, at] = [cpuMs(program.pid), cpuMs(shard), performance.now()]
  await delay(seconds * 1_000)
  const spentMs = performance.now() - at
  const figures = {
    viewers: count,
    mainCores: (cpuMs(program.pid) - main) / spentMs,
    shardCores: (cpuMs(shard) - child) / spentMs,
    megabits: (viewers.reduce((sum, { bytes }) => sum + bytes, 0) * 8) / spentMs / 1_000,
    fragments: {
      least: Math.min(...viewers.map(({ fragments }) => fragments)),
      most: Math.max(...viewers.map(({ fragments }) => fragments)),
    },
  }
  for (const viewer of viewers) viewer.close()
  await delay(SETTLE_MS)
  return count > 0 ? figures : { ...figures, fragments: { least: 0, most: 0 } }
}

async function measure({ seconds, turns, viewers }: Record<'seconds' | 'turns' | 'viewers', number>) {
  await using scope = new Scope()
  const clip = await longClip((turns * 3 * (seconds + 12)) / 60 + 1)
  const { urls } = await serveRtsp(scope, clip.path, 1)
  const file = join(tmpdir(), `jiemu-viewers-${process.pid}.yaml`)
  await writeFile(file, stringify({ cameras: urls.map(url => cameraEntry('camera-1', url)) }))
  scope.defer(() => rm(file))
  const program = await startProgram(scope, { camerasFile: file, settings: { shards: 1 } })
  await delay(WARM_UP_MS)
  const measured: Turn[] = []
  for (let index = 0; index < turns; index += 1) {
    for (const count of [0, 1, viewers]) {
      const figures = await turn(program, count, seconds)
      console.log(JSON.stringify(figures))
      measured.push(figures)
    }
  }
  return { clip: clip.path, turns: measured }
}

const { amounts, out } = programArguments({ seconds: 20, turns: 3, viewers: 50 })
const { clip, turns } = await measure(amounts)
const meanOf = (count: number, cost: (turn: Turn) => number): number => {
  const those = turns.filter(({ viewers }) => viewers === count)
  return those.reduce((sum, each) => sum + cost(each), 0) / those.length
}
const all = ({ mainCores, shardCores }: Turn): number => mainCores + shardCores
const coresOverNone = (count: number): number => Number((meanOf(count, all) - meanOf(0, all)).toFixed(4))
await writeResult(
  'viewers',
  {
    what: `${amounts.viewers} viewers of one 1080p25 camera of 4 Mbit/s over WebSockets, against none and one, in turns of ${amounts.seconds} s: CPU of main and its shard. The viewers are in the measuring program and cost on top`,
    footage: [clip],
    figures: {
      coresOverNone: { one: coresOverNone(1), all: coresOverNone(amounts.viewers) },
      limitCores: LIMIT_CORES,
      withinLimit: coresOverNone(amounts.viewers) <= LIMIT_CORES,
      turns,
    },
  },
  out,
)
process.exit()
