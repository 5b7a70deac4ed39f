// What a run of the object network costs, by ONNX Runtime's options, by how much of the input is given and by how many pictures at
// once; writes benchmarks/results/inference.json.
//
// From the root of the checkout, after `npm run build`: `npm run bench:inference -- [--runs 60] [--out FOLDER]`.
import { loadModel, type Model } from '../models/manifest.ts'
import { openSession, type Session, type SessionOptions } from '../models/session.ts'
import { SHIPPED_NETWORKS } from '../watch/detectors.ts'
import { programArguments } from './arguments.ts'
import { median, rounded, writeResult } from './provenance.ts'

/** Each alone, beside what a session has anyway. */
const TUNINGS: Readonly<Record<string, NonNullable<SessionOptions['tuning']>>> = {
  'as it is': {},
  'numbers next to zero are zero': { extra: { session: { set_denormal_as_zero: '1' } } },
  'no spinning': { extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } } },
  'no memory pattern': { enableMemPattern: false },
  'no arena': { enableCpuMemArena: false },
  'parallel executor': { executionMode: 'parallel' },
  'extended optimisation only': { graphOptimizationLevel: 'extended' },
}
const FULL_PX = 416
const HEIGHTS_PX = [416, 352, 320, 256, 224, 160, 128]
const AT_ONCE = [1, 2, 4]

const { amounts, out } = programArguments({ runs: 60 })
const model = await loadModel(SHIPPED_NETWORKS.objects)
const usual = await openSession(model)
const byHeight = await inTurn(HEIGHTS_PX.map(heightPx => [String(heightPx), usual, 1, heightPx]))
const atOnce = await inTurn(AT_ONCE.map(pictures => [String(pictures), usual, pictures, FULL_PX]))
const byTuning = await inTurn(await tuned(model))
await usual.close()
await writeResult(
  'inference',
  {
    what:
      'CPU milliseconds of a run of the object network on one thread, each way in turn: with options of ONNX Runtime, ' +
      'on inputs 416 wide and less high, and per picture where several are run at once',
    footage: [],
    figures: {
      model: { name: model.card.name, sha256: model.card.sha256 },
      runs: amounts.runs,
      byTuning,
      byHeightPx: byHeight,
      perPictureAtOnce: Object.fromEntries(
        Object.entries(atOnce).map(([count, ms]) => [count, rounded(ms / Number(count))]),
      ),
    },
  },
  out,
)

type Way = readonly [name: string, session: Session, pictures: number, heightPx: number]

async function tuned(of: Model): Promise<readonly Way[]> {
  const ways: Way[] = []
  for (const [name, tuning] of Object.entries(TUNINGS)) {
    ways.push([name, await openSession(of, { tuning }), 1, FULL_PX])
  }
  return ways
}

/** One run of each, then the next of each: what else the machine does falls on all. */
async function inTurn(ways: readonly Way[]): Promise<Readonly<Record<string, number>>> {
  const spent = new Map(ways.map(([name]) => [name, [] as number[]]))
  const pixels = Uint8Array.from({ length: Math.max(...AT_ONCE) * FULL_PX ** 2 * 3 }, (_, at) => (at * 7919) % 251)
  for (let run = 0; run < amounts.runs; run++) {
    for (const [name, session, pictures, heightPx] of ways) {
      const before = process.cpuUsage()
      await session.run(pixels, pictures, { widthPx: FULL_PX, heightPx })
      const { user, system } = process.cpuUsage(before)
      spent.get(name)?.push((user + system) / 1_000)
    }
  }
  return Object.fromEntries([...spent].map(([name, all]) => [name, rounded(median(all))]))
}
