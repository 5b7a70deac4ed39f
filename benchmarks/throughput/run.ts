// The whole measurement, as `jiemu bench throughput` runs it: other ways first, then more and more cameras until the budget breaks.
import { existsSync } from 'node:fs'
import { JiemuError } from '../../core/errors.ts'
import { readBudget } from '../gate/budget.ts'
import { cutClip } from '../long-clip.ts'
import { CLIP, make1080p } from '../make-1080p.ts'
import { makeSubStream, SUB_STREAM } from '../make-sub-stream.ts'
import { RESTLESS_SHARE, STANDING_SHARE } from '../measured-camera.ts'
import { ROOT, writeResult } from '../provenance.ts'
import { coresAtHand, pin } from './cores.ts'
import { type FeedKind, prepareFeed } from './feed.ts'
import { CURVES, type Curve, camerasInWords, conclude, type Measured, type ThroughputFigures } from './figures.ts'
import { type FloorOptions, type FloorTurn, measureFloor, measureFloors } from './floor.ts'
import { measurePlateau, type Plateau, type PlateauOptions } from './plateau.ts'
import { FEEDER_LIMIT, MOST_LOST_SHARE } from './reckon.ts'
import { measureUsual, measureUsualPlateau, USUAL_WAYS, type UsualOptions, type UsualPlateau } from './usual.ts'
import { nameOf, told, whatOf } from './words.ts'

const SHAPE_OF = { main: CLIP, sub: SUB_STREAM } as const
export type StreamKind = keyof typeof SHAPE_OF

export interface ThroughputOptions {
  /** Rising numbers of cameras, for each curve. */
  readonly cameras: Readonly<Record<Curve, readonly number[]>>
  /** The same for both of the usual ways. */
  readonly usualCameras: readonly number[]
  readonly feed: FeedKind
  /** Of the camera: the one of 1080p, or its second one of 640×360. */
  readonly stream: StreamKind
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

/**
 * Runs from the root of a built checkout on Linux. The result is written after every step; Ctrl-C ends it early, and the
 * result then says `"complete": false`, as it does until the end. This process itself moves to the feeder's core.
 * @throws JiemuError request-invalid where there is no Linux or no RTSP server, and where the budget cannot be read; Error where
 * the program does not start
 */
export async function runThroughput(options: ThroughputOptions): Promise<ThroughputFigures> {
  const { cameras, usualCameras, feed, stream, cores: wanted, warmSeconds, seconds, folder, onStage } = options
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
    const main = await make1080p(ROOT)
    const small = stream === 'sub'
    const clip = small ? await makeSubStream(main) : main
    const minutes = (SPARE_MS + (warmSeconds + seconds) * 1_000) / 60_000
    const feeding = await prepareFeed(feed, { clip, minutes, small })
    const pinned = coresAtHand(wanted)
    if ('feeder' in pinned && pinned.feeder !== null) pin(process.pid, [pinned.feeder])
    const cores = 'product' in pinned ? pinned.product : undefined
    const core = cores?.at(-1)
    onStage(
      'unpinned' in pinned ? `nothing is kept to a core: ${pinned.unpinned}` : `the product runs on core ${cores}`,
    )

    const limits = { wayP95Ms: wayLimitMs, lostShare: MOST_LOST_SHARE, feederCores: FEEDER_LIMIT }
    const facts = {
      clip: { ...SHAPE_OF[stream], madeFrom: clip.madeFrom },
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
    const usuals = small ? undefined : { media: await cutClip(clip, seconds), core, signal }
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
      if (usuals) {
        for await (const curves of usualCurves(usualCameras, usuals, onStage)) {
          await keep({ usualCurves: { ...measured.usualCurves, ...curves } })
        }
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

/** @param usuals absent for second streams: these ways know one size of picture */
async function* waysBeside(
  floors: Floors,
  usuals: UsualOptions | undefined,
  onStage: ThroughputOptions['onStage'],
): AsyncGenerator<Measured['beside']> {
  const floor = await measureFloors(floors)
  onStage(`floor: ${floor.every.core} core for one camera, ${floor.some.core} where it looks as seldom as calm rules`)
  yield { floor }
  if (!usuals) return
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
