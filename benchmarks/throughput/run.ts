// The whole measurement, as `jiemu bench throughput` runs it: other ways first, then more and more cameras until the budget breaks.
import { existsSync } from 'node:fs'
import { JiemuError } from '../../core/errors.ts'
import { readBudget } from '../gate/budget.ts'
import { cutClip } from '../long-clip.ts'
import { CLIP, make1080p } from '../make-1080p.ts'
import { RESTLESS_SHARE, STANDING_SHARE } from '../measured-camera.ts'
import { ROOT, writeResult } from '../provenance.ts'
import { coresAtHand, pin } from './cores.ts'
import { type FeedKind, prepareFeed } from './feed.ts'
import { CURVES, type Curve, camerasInWords, conclude, type Measured, type ThroughputFigures } from './figures.ts'
import { type FloorOptions, type FloorTurn, measureFloor, measureFloors } from './floor.ts'
import { measurePlateau, type Plateau, type PlateauOptions } from './plateau.ts'
import { FEEDER_LIMIT, MOST_LOST_SHARE } from './reckon.ts'
import { measureUsual, measureUsualPlateau, USUAL_WAYS, type UsualOptions, type UsualPlateau } from './usual.ts'

export interface ThroughputOptions {
  /** Rising numbers of cameras, for each curve. */
  readonly cameras: Readonly<Record<Curve, readonly number[]>>
  /** The same for both of the usual ways. */
  readonly usualCameras: readonly number[]
  readonly feed: FeedKind
  /** That the product has; a shard each. */
  readonly cores: number
  /**
   * Not measured, at each, from the program's first sign of life: the first group of pictures is decoded in full, the networks
   * are opened, and a shard that has too much to do finds the rate that it can keep.
   */
  readonly warmSeconds: number
  /** Measured at each after that. */
  readonly seconds: number
  /** Where the result goes; benchmarks/results, if left out. */
  readonly folder?: string | undefined
  readonly onStage: (text: string) => void
}

const whatOf = ({ feed, cores }: ThroughputOptions) =>
  `Cores, memory, latency and lost frames of the whole program (main, a shard for each core, embedded database) on ${cores} core${cores > 1 ? 's' : ''}, ` +
  'with more and more cameras, each 1080p25 H.264 at 4 Mbit/s with a key frame every 2 s and every rule at its defaults; ' +
  `${
    feed === 'rtsp'
      ? 'they come over RTSP, the feeder runs on another core and its cost is not counted'
      : 'the shards read recorded packets at the pace at which they were taken, which is counted'
  }. Key frames of the cameras are spread over the two seconds, and bins and roads over their intervals. engagedShare: cameras with ` +
  'a candidate at the time: every fourth watches cars that stand, the others a busy junction; with allEngaged, every one. eventful: at every tenth camera two people in the yard are a crowd, so that incidents open and end all the time (observations), with their pictures, clips and bursts. shedShare: key frames that the shards left out, of all cameras alike, since they had more to do than they can. sparedShare: key frames that no rule needed yet. everyLook: the same with a look at every key frame, changed or not, needed or not. attentive: every picture decoded, four a ' +
  'second looked at, as in a burst that does not end. Beside it, the same clip by other ways: the floor (reads, ' +
  'decodes, scales and runs the same networks on the same crops, nothing else), with as many cameras in one process as a shard had, looked at as often, after each plateau of the economy that held, and with one camera at every key frame and at every third, between which a difference in looks is reckoned; the naive way and the good usual way, which look at ' +
  'whole pictures five times a second and watch neither bins nor roads: one as fast as it can read, and several at their own pace on the same core'

/** What a stream is needed for before and after: the start of the program, a late end. */
const SPARE_MS = 60_000

const AS_SHIPPED = { thrifty: true, sampling: 'keyframes', standingShare: STANDING_SHARE, restlessShare: 0 } as const
const WAY_OF: Readonly<Record<Curve, Pick<PlateauOptions, keyof typeof AS_SHIPPED>>> = {
  economy: AS_SHIPPED,
  eventful: { ...AS_SHIPPED, restlessShare: RESTLESS_SHARE },
  allEngaged: { ...AS_SHIPPED, standingShare: 1 },
  everyLook: { ...AS_SHIPPED, thrifty: false },
  attentive: { ...AS_SHIPPED, sampling: { every: 4 } },
}

/** The result's name: one for each feed and number of cores. */
const nameOf = ({ feed, cores }: ThroughputOptions) =>
  ['throughput', ...(cores > 1 ? [`${cores}-cores`] : []), ...(feed === 'file' ? ['file'] : [])].join('-')

/**
 * Runs from the root of a built checkout on Linux. The result is written after every step; Ctrl-C ends it early, and the
 * result then says `"complete": false`, as it does until the end. This process itself moves to the feeder's core.
 * @throws JiemuError request-invalid where there is no Linux or no RTSP server, and where the budget cannot be read; Error where
 * the program does not start
 */
export async function runThroughput(options: ThroughputOptions): Promise<ThroughputFigures> {
  const { cameras, usualCameras, feed, cores: wanted, warmSeconds, seconds, folder, onStage } = options
  if (!existsSync('/proc/self/status')) {
    throw new JiemuError('request-invalid', { problem: 'CPU time and cores are read from /proc: this needs Linux' })
  }
  const interrupt = new AbortController()
  const onSignal = () => interrupt.abort(new Error('interrupted'))
  process.on('SIGINT', onSignal)
  const { signal } = interrupt
  try {
    const { stages } = await readBudget(ROOT)
    const wayLimitMs = stages.decode + stages.infer + stages['track-rules']
    onStage('making the clip, where it is not there yet')
    const clip = await make1080p(ROOT)
    const feeding = await prepareFeed(feed, (SPARE_MS + (warmSeconds + seconds) * 1_000) / 60_000)
    const media = await cutClip(clip, seconds)
    const pinned = coresAtHand(wanted)
    if ('feeder' in pinned && pinned.feeder !== null) pin(process.pid, [pinned.feeder])
    const cores = 'product' in pinned ? pinned.product : undefined
    const core = cores?.at(-1)
    onStage(
      'unpinned' in pinned ? `nothing is kept to a core: ${pinned.unpinned}` : `the product runs on core ${cores}`,
    )

    const limits = { wayP95Ms: wayLimitMs, lostShare: MOST_LOST_SHARE, feederCores: FEEDER_LIMIT }
    const facts = {
      clip: { ...CLIP, madeFrom: clip.madeFrom },
      feed,
      camerasAskedFor: { ...cameras, usual: usualCameras },
    }
    let measured: Measured = {
      beside: {},
      plateaus: { economy: [], eventful: [], allEngaged: [], everyLook: [], attentive: [] },
      usualCurves: { naive: [], usual: [] },
    }
    const write = async (complete: boolean): Promise<ThroughputFigures> => {
      const { beside, usualCurves } = measured
      const figures = { complete, pinned, limits, ...conclude(measured), beside, usualCurves }
      const written = { what: whatOf(options), footage: feeding.footage, figures: { ...facts, ...figures } }
      await writeResult(nameOf(options), written, folder)
      return figures
    }
    const keep = async (more: Partial<Measured>) => {
      measured = { ...measured, ...more }
      await write(false)
    }
    const floors = { feeding, seconds, core, signal }
    const usuals = { media, core, signal }
    try {
      for await (const beside of waysBeside(floors, usuals, onStage)) {
        await keep({ beside: { ...measured.beside, ...beside } })
      }
      for (const curve of CURVES) {
        const way = { feeding, warmSeconds, seconds, cores, shards: wanted, ...WAY_OF[curve], wayLimitMs, signal }
        for await (const plateau of rising(cameras[curve], way)) {
          onStage(`${curve}: ${told(plateau)}`)
          const isCompared = curve === 'economy' && plateau.verdict === 'held'
          const whole = isCompared ? { ...plateau, floor: await floorOf(plateau, wanted, floors, onStage) } : plateau
          await keep({ plateaus: { ...measured.plateaus, [curve]: [...measured.plateaus[curve], whole] } })
        }
      }
      for await (const curves of usualCurves(usualCameras, usuals, onStage)) {
        await keep({ usualCurves: { ...measured.usualCurves, ...curves } })
      }
    } catch (thrown) {
      if (!signal.aborted) throw thrown
    }
    return await write(!signal.aborted)
  } finally {
    process.off('SIGINT', onSignal)
  }
}

type Floors = Omit<FloorOptions, 'cameras' | 'everyMs'>

async function* waysBeside(
  floors: Floors,
  usuals: UsualOptions,
  onStage: ThroughputOptions['onStage'],
): AsyncGenerator<Measured['beside']> {
  const floor = await measureFloors(floors)
  onStage(`floor: ${floor.every.core} core for one camera, ${floor.some.core} where it looks as seldom as calm rules`)
  yield { floor }
  for (const way of USUAL_WAYS) {
    const figures = await measureUsual(way, usuals)
    onStage('skipped' in figures ? `${way} way: skipped, ${figures.skipped}` : `${way} way: ${figures.core} core`)
    yield { [way]: figures }
  }
}

/** As many cameras as one of the shards had, looked at about as often. */
async function floorOf(
  { cameras, frames, seconds }: Plateau,
  shards: number,
  floors: Floors,
  onStage: ThroughputOptions['onStage'],
): Promise<FloorTurn> {
  const everyMs = (1_000 * seconds * cameras) / Math.max(1, frames.analysed)
  const floor = await measureFloor({ ...floors, cameras: Math.ceil(cameras / shards), everyMs })
  onStage(`floor of ${camerasInWords(floor.cameras)} in one process: ${floor.core} core, ${floor.keyFrames} looks`)
  return floor
}

/** More processes than one camera's only where the packages are there. */
async function* usualCurves(
  cameras: readonly number[],
  usuals: UsualOptions,
  onStage: ThroughputOptions['onStage'],
): AsyncGenerator<Partial<Measured['usualCurves']>> {
  for (const way of USUAL_WAYS) {
    const plateaus: UsualPlateau[] = []
    for (const count of cameras) {
      const plateau = await measureUsualPlateau(way, count, usuals)
      if (!plateau) return
      plateaus.push(plateau)
      const { cores, rssMb, behindP95Ms, behindAtTheEndMs } = plateau
      onStage(
        `${way} way, ${camerasInWords(count)}: ${cores} core, ${rssMb} MB, p95 ${behindP95Ms} ms behind the promptest, ${behindAtTheEndMs} at the end`,
      )
      yield { [way]: [...plateaus] }
    }
  }
}

/**
 * A number that breaks the budget is tried once more: on a machine with other things to do one hiccup is not the limit. Larger
 * ones follow all the same: where a shard sheds rate, they may hold.
 */
async function* rising(cameras: readonly number[], options: PlateauOptions): AsyncGenerator<Plateau> {
  for (const count of cameras) {
    const plateau = await measurePlateau(count, options)
    yield plateau
    if (plateau.verdict === 'held') continue
    if (plateau.verdict === 'feeder-limited') return
    const again = await measurePlateau(count, options)
    yield again
    if (again.verdict === 'feeder-limited') return
  }
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`

function told(plateau: Plateau): string {
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
    observations,
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
    ...(observations.opened > 0 ? [`${observations.opened} incidents opened, ${observations.cleared} ended`] : []),
    `${frames.analysed} of ${frames.expected} key frames analysed${lost.length > 0 ? `, lost: ${lost.join(', ')}` : ''}`,
    `main ${memory.main.rssMb} MB, shards ${memory.shard?.rssMb ?? '–'} MB`,
  ].join('; ')
}
