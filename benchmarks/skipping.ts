// Measures what leaving out inferences on unchanged pictures saves, and whether it changes what is told; writes results/skipping.json.
//
// From the root of the checkout, after `npm run build`, with the shared footage beside it: `npm run bench:skipping --
// [--only NAME] [--out FOLDER]`. Each piece of footage is replayed with and without, a picture every two seconds as cameras
// send key frames; and every pair of neighbouring pictures tells how much may change before the network finds something else.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Camera } from '../core/camera.ts'
import { openDetectors, SHIPPED_NETWORKS } from '../watch/detectors.ts'
import { FOOTAGE, rounded, writeResult } from './provenance.ts'
import { type Replay, replayCamera } from './replay.ts'
import { scoredCamera } from './score-replay.ts'
import { type Case, cases } from './skipping/footage.ts'
import { type Pair, pairsOf } from './skipping/pairs.ts'

const { only, out } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } }).values

async function compare({ camera, truth }: Case) {
  const every = await replayCamera(camera, { thrifty: false })
  const changed = await replayCamera(camera, { thrifty: true })
  const { framesAnalysed, framesUnchanged } = changed.health
  const [before, after] = [eventsOf(every), eventsOf(changed)]
  const hits = (replay: Replay) => truth && scoredCamera(truth, replay).score.hits.length
  return {
    pictures: framesAnalysed + framesUnchanged,
    unchanged: framesUnchanged,
    unchangedShare: rounded(framesUnchanged / Math.max(1, framesAnalysed + framesUnchanged)),
    conditionLooks: looksOf(changed),
    cpuMs: { everyPicture: Math.round(every.cpuMs), changedOnly: Math.round(changed.cpuMs) },
    events: before.length,
    ...(truth && { found: { everyPicture: hits(every), changedOnly: hits(changed), of: truth.events.length } }),
    onlyWithEveryPicture: before.filter(event => !after.includes(event)),
    onlyWithChangedOnly: after.filter(event => !before.includes(event)),
  }
}

/** Every incident with its times: one that is told later or ends earlier is another. */
function eventsOf({ incidents }: Replay): readonly string[] {
  const at = (ms: number | null) => (ms === null ? 'open' : new Date(ms).toISOString())
  return incidents.map(
    ({ kind, zoneId, openedAt, clearedAt }) => `${kind} ${zoneId} ${at(openedAt)} – ${at(clearedAt)}`,
  )
}

function looksOf({ scenes }: Replay) {
  const samples = scenes.flatMap(({ conditions = [] }) => conditions)
  return { all: samples.length, repeated: samples.filter(({ repeated }) => repeated).length }
}

function summaryOf(pairs: readonly Pair[]) {
  const sorted = (those: readonly Pair[]) => those.map(({ largest }) => largest).sort((a, b) => a - b)
  const [same, other] = [
    sorted(pairs.filter(({ differs }) => !differs)),
    sorted(pairs.filter(({ differs }) => differs)),
  ]
  const at = (values: readonly number[], share: number) => rounded(values[Math.floor(share * (values.length - 1))] ?? 0)
  return {
    pairs: pairs.length,
    sameFound: { pairs: same.length, least: at(same, 0), median: at(same, 0.5) },
    otherFound: { pairs: other.length, least: other.length > 0 ? at(other, 0) : null },
    noise: {
      median: at(
        pairs.map(({ noise }) => noise).sort((a, b) => a - b),
        0.5,
      ),
    },
    toleratedThoughOtherFound: pairs.filter(({ differs, tolerated }) => differs && tolerated).length,
    toleratedOfSameFound: pairs.filter(({ differs, tolerated }) => !differs && tolerated).length,
  }
}

const figures: Record<string, object> = {}
const detectors = await openDetectors(SHIPPED_NETWORKS)
const all: Pair[] = []
for (const one of (await cases()).filter(({ camera }) => only === undefined || camera.id === (only as Camera['id']))) {
  const pairs = await pairsOf(one.camera, detectors.objects)
  all.push(...pairs)
  figures[one.camera.id] = { ...(await compare(one)), change: summaryOf(pairs) }
  console.log(one.camera.id, JSON.stringify(figures[one.camera.id]))
}
await detectors.close()

await writeResult(
  'skipping',
  {
    what: 'Footage replayed with an inference of every picture, and of those only in which something had changed: the share left out, CPU time, and every event that differs. Beside it, of all pairs of pictures a second apart, how much the most changed tile differed (levels of 0…255) where the network found the same, and where it found something else',
    footage: [
      ...['clips/kerb-parking.mp4', 'clips/parking-lot-entrance.mp4', 'clips/empty-lot-cars.mp4'],
      ...['clips/yard-pedestrians.avi', 'mall/frames', 'jamcam-2017/09747', 'jamcam-2017/09801'],
    ].map(path => join(FOOTAGE, path)),
    figures: { cases: figures, change: summaryOf(all) },
  },
  out,
)
