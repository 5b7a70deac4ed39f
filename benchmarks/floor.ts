// Measures a shard's CPU time against the floor under it, turn by turn on the same RTSP stream; writes benchmarks/results/floor.json.
//
// From the root of the checkout, after `npm run build`, with the Debian packages of the RTSP test server:
// `npm run bench:floor -- [--turns 3] [--seconds 60] [--warm-up-seconds 15] [--out FOLDER]`.
import { Scope } from '../core/scope.ts'
import { planCrops } from '../detector/inference/crops.ts'
import { programArguments } from './arguments.ts'
import { type Child, cameraOf, type Turn, turn, WARM_UP_MS } from './floor-turn.ts'
import { longClip } from './long-clip.ts'
import { CLIP } from './make-1080p.ts'
import { cameraEntry } from './measured-camera.ts'
import { median, rounded, writeResult } from './provenance.ts'
import { serveRtsp } from './serve-rtsp.ts'

const perKeyFrame = (turns: readonly Turn[]) => turns.map(one => one.cpuMs / one.keyFrames)
const told = (turns: readonly Turn[]) => ({
  cpuMsPerKeyFrame: rounded(median(perKeyFrame(turns))),
  core: rounded(median(turns.map(one => one.cpuMs / 1_000 / one.seconds))),
  turns: turns.map(one => ({ cpuMs: one.cpuMs, seconds: rounded(one.seconds), keyFrames: one.keyFrames })),
})

const { amounts, out } = programArguments({ turns: 3, seconds: 60, warmUpSeconds: WARM_UP_MS / 1_000 })
const measuredMs = amounts.seconds * 1_000
const warmUpMs = amounts.warmUpSeconds * 1_000
const clip = await longClip((warmUpMs + measuredMs) / 60_000 + 1)
async function turnOf(child: Child, everyMs: number): Promise<Turn> {
  await using scope = new Scope()
  const { urls } = await serveRtsp(scope, clip.path, 1)
  return await turn(child, { entries: urls.map(url => cameraEntry('camera-1', url)), measuredMs, warmUpMs, everyMs })
}

const measured: Record<Child, Turn[]> = { floor: [], shard: [] }
for (let round = 1; round <= amounts.turns; round++) {
  let everyMs = 0
  for (const child of ['shard', 'floor'] as const) {
    const one = await turnOf(child, everyMs)
    // The floor looks as often as the product has.
    everyMs = (1_000 * one.seconds) / one.keyFrames
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
      'reads, decodes as many key frames, scales and runs the same network on the same crops',
    footage: [clip.path],
    figures: {
      clip: { ...CLIP, madeFrom: clip.madeFrom },
      networkRunsPerKeyFrame: planCrops(cameraOf(cameraEntry('camera-1', 'rtsp://127.0.0.1/')).zones, CLIP).length,
      ratio: rounded(median(ratios)),
      ratioOfEachRound: ratios.map(rounded),
      floor: told(measured.floor),
      shard: told(measured.shard),
    },
  },
  out,
)
process.exit()
