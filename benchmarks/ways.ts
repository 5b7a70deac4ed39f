// Which events each way to look at a camera finds on the footage; writes benchmarks/results/ways.json.
//
// From the root of the checkout, after `npm run build`, with the shared footage beside it:
// `npm run bench:ways -- [--only NAME] [--out FOLDER]`. The rules are the same throughout: what differs is how often they are
// shown a picture. What the ways cost is in throughput.json.
import { parseArgs } from 'node:util'
import type { Camera, Sampling } from '../core/camera.ts'
import { writeResult } from './provenance.ts'
import { type Replay, replayCamera } from './replay.ts'
import { scoredCamera } from './score-replay.ts'
import { type Case, cases } from './skipping/footage.ts'

/**
 * Pictures a second: the usual way's, a burst's of attention, key frames', and every second of these, as where rate is shed;
 * and the product as it comes: of key frames those that a rule needs, with bursts where it asks for them.
 */
const WAYS = { usual: 5, attentive: 4, economy: 0.5, shed: 0.25, product: 'keyframes' } as const
type Way = keyof typeof WAYS

/** Quarters of an hour in which nothing happens that the rules look for: whoever looks more often there only works longer. */
const QUIET_DAYS = ['jamcam-09747', 'jamcam-09801']

const { only, out } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string' } } }).values

/** A rule that needs more pictures than the way has is given them by the product, too: `leastEveryMs`. */
function samplingOf({ camera }: Case, way: Way): Sampling {
  const every = WAYS[way]
  if (every === 'keyframes') return every
  return { every: camera.sampling === 'keyframes' ? every : Math.max(every, leastOf(camera.sampling)) }
}

/** Footage that skipping/footage.ts takes every picture of is that of a rule with a short hold. */
const leastOf = ({ every }: { readonly every: number }): number => (every > WAYS.economy ? every : 0)

async function found({ camera, truth }: Case, sampling: Sampling) {
  const replay = await replayCamera({ ...camera, sampling })
  const { hits, falseAlarms } = truth ? scoredCamera(truth, replay).score : { hits: undefined, falseAlarms: undefined }
  return {
    sampling,
    pictures: replay.health.framesAnalysed + replay.health.framesUnchanged,
    cpuMs: Math.round(replay.cpuMs),
    ...(truth && { found: hits?.length, of: truth.events.length, falseAlarms: falseAlarms?.length }),
    events: eventsOf(replay),
  }
}

/** Seconds since the footage's first picture, when each was opened. */
function eventsOf({ incidents, scenes }: Replay): readonly string[] {
  const startAt = scenes[0]?.at ?? 0
  return incidents.map(
    ({ kind, zoneId, openedAt }) => `${kind} ${zoneId} ${((openedAt - startAt) / 1_000).toFixed(1)} s`,
  )
}

const figures: Record<string, object> = {}
const chosen = (await cases()).filter(({ camera }) => only === undefined || camera.id === (only as Camera['id']))
for (const one of chosen) {
  const { id } = one.camera
  const isSlow = (way: Way) => way === 'product' || WAYS[way] <= WAYS.economy
  const ways = (Object.keys(WAYS) as Way[]).filter(way => !QUIET_DAYS.includes(id) || isSlow(way))
  const byWay: Record<string, object> = {}
  for (const way of ways) byWay[way] = await found(one, samplingOf(one, way))
  figures[id] = byWay
  console.log(id, JSON.stringify(byWay))
}
await writeResult(
  'ways',
  {
    what:
      'Events that the same rules find in footage when they are shown so many pictures a second: as the usual way has them, as ' +
      'in a burst of attention, as key frames come, and half of those, as where a shard sheds rate; and by the product as it ' +
      'comes, which spares key frames and has bursts. A rule with a short hold ' +
      'gets what it needs by every way. Two quarters of an hour without an event were replayed at key frames, at half of them, ' +
      'and as it comes only',
    footage: chosen.flatMap(({ camera: { source } }) => ('path' in source ? [String(source.path)] : [])),
    figures: { picturesASecond: WAYS, cases: figures },
  },
  out,
)
process.exit()
