// What a throughput measurement says of itself: its name, what was measured, and a line for each plateau.
import { camerasInWords } from './figures.ts'
import type { Plateau } from './plateau.ts'
import type { ThroughputOptions } from './run.ts'

type Shape = Pick<ThroughputOptions, 'feed' | 'cores' | 'stream'>

const STREAM = {
  main: '1080p25 H.264 at 4 Mbit/s',
  sub: 'the second stream of such a camera, 640×360 H.264 at 25 fps and 0.5 Mbit/s,',
} as const
const FEED = {
  rtsp: 'they come over RTSP, the feeder runs on another core and its cost is not counted',
  file: 'the shards read recorded packets at the pace at which they were taken, which is counted',
} as const

export const whatOf = ({ feed, cores, stream }: Shape): string =>
  [
    `Cores, memory, latency and lost frames of the whole program (main, a shard for each core, embedded database) on ${cores} core${cores > 1 ? 's' : ''}, with more and more cameras, each ${STREAM[stream]} with a key frame every 2 s and every rule at its defaults; ${FEED[feed]}.`,
    'Key frames of the cameras are spread over the two seconds, and bins and roads over their intervals.',
    'engagedShare: cameras with a candidate at the time: every fourth watches cars that stand, the others a busy junction; with allEngaged, every one.',
    'eventful: at every tenth camera two people in the yard are a crowd, so that incidents open and end all the time (incidents), with their pictures, clips and bursts.',
    'shedShare: key frames that the shards left out, of all cameras alike, since they had more to do than they can. sparedShare: key frames that no rule needed yet.',
    'everyLook: the same with a look at every key frame, changed or not, needed or not. attentive: every picture decoded, four a second looked at, as in a burst that does not end.',
    'Beside it, the same clip by other ways: the floor (reads, decodes, scales and runs the same networks on the same crops, nothing else), with as many cameras in one process as a shard had, looked at as often, after each plateau of the economy that held, and with one camera at every key frame and at every third, between which a difference in looks is reckoned;',
    'the naive way and the good usual way, which look at whole pictures five times a second and watch neither bins nor roads: one as fast as it can read, and several at their own pace on the same core',
  ].join(' ')

/** The result's name: one for each stream, number of cores and feed. */
export const nameOf = ({ feed, cores, stream }: Shape): string =>
  [
    'throughput',
    ...(stream === 'sub' ? ['sub-streams'] : []),
    ...(cores > 1 ? [`${cores}-cores`] : []),
    ...(feed === 'file' ? ['file'] : []),
  ].join('-')

const percent = (share: number) => `${(100 * share).toFixed(0)} %`

/** One line on a plateau. */
export function told(plateau: Plateau): string {
  const {
    cameras,
    verdict,
    breaks,
    cores,
    feederCores,
    frames,
    wayP95Ms,
    memory,
    conditionsP95Ms,
    sparedShare,
    shedShare,
    unchangedShare,
    engagedShare,
    incidents,
    attentionBursts,
  } = plateau
  const outcome = {
    held: 'within the budget',
    broken: `the budget broke: ${breaks.join(', ')}`,
    'feeder-limited': `the feeder, not the product, was the limit (${feederCores} core)`,
  }[verdict]
  const lost = Object.entries(frames.lost).map(([reason, count]) => `${count} ${reason}`)
  return [
    `${camerasInWords(cameras)}: ${outcome}`,
    cores ? `main ${cores.main.toFixed(3)} + shards ${cores.shard.toFixed(3)} core` : 'no figures of cost',
    `p95 ${wayP95Ms ?? '–'} ms from received to ruled (${conditionsP95Ms ?? '–'} for conditions)`,
    `${percent(sparedShare)} spared, ${percent(shedShare)} shed, ${percent(unchangedShare)} unchanged, ${percent(engagedShare)} of the cameras with a candidate, ${attentionBursts} bursts`,
    ...(incidents.opened > 0 ? [`${incidents.opened} incidents opened, ${incidents.ended} ended`] : []),
    `${frames.analysed} of ${frames.expected} key frames analysed${lost.length > 0 ? `, lost: ${lost.join(', ')}` : ''}`,
    `main ${memory.main.rssMb} MB, shards ${memory.shard?.rssMb ?? '–'} MB`,
  ].join('; ')
}
