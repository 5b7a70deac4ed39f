// The whole measurement, as `jiemu bench throughput` runs it: other ways first, then more and more cameras until the budget breaks.
import { existsSync } from 'node:fs'
import { JiemuError } from '../../core/errors.ts'
import { readBudget } from '../gate/budget.ts'
import { CLIP, make1080p } from '../make-1080p.ts'
import { ROOT, writeResult } from '../provenance.ts'
import { longClip } from '../rtsp-cameras.ts'
import { type BesideOptions, measureFloor, measureUsual } from './beside.ts'
import { coresAtHand, pin } from './cores.ts'
import { camerasInWords, conclude, type Measured, type ThroughputFigures } from './figures.ts'
import { measurePlateau, type Plateau, type PlateauOptions, WARM_UP_MS } from './plateau.ts'
import { FEEDER_LIMIT, MOST_LOST_SHARE } from './reckon.ts'

export interface ThroughputOptions {
  /** Rising numbers of cameras. */
  readonly cameras: readonly number[]
  /** Measured at each, once it is warm. */
  readonly seconds: number
  /** Where the result goes; benchmarks/results, if left out. */
  readonly folder?: string | undefined
  readonly onStage: (text: string) => void
}

const WHAT =
  'Cores, memory, latency and lost frames of the whole program (main and one shard, embedded database) on one core, with more ' +
  'and more cameras over RTSP, each 1080p25 H.264 at 4 Mbit/s with a key frame every 2 s and every rule at its defaults, until ' +
  'the budget breaks; the feeder runs on another core and its cost is not counted. Key frames of the cameras are spread over ' +
  'the two seconds, but all cameras begin together, so that their bins and roads are due together. Nothing happens that ' +
  'would open an incident. Beside it, one camera of the same clip by other ways: the floor (reads, decodes, scales and runs ' +
  'the same networks on the same crops, nothing else), the naive way and the good usual way, which look at whole pictures ' +
  'five times a second and watch neither bins nor roads'

/** What a stream is needed for before and after: the start of the program, a late end. */
const SPARE_MS = 60_000

/**
 * Runs from the root of a built checkout on Linux. The result is written after every step; Ctrl-C ends it early, and the
 * result then says `"complete": false`, as it does until the end. This process itself moves to the feeder's core.
 * @throws JiemuError request-invalid where there is no Linux or no RTSP server, and where the budget cannot be read; Error where
 * the program does not start
 */
export async function runThroughput(options: ThroughputOptions): Promise<ThroughputFigures> {
  const { cameras, seconds, folder, onStage } = options
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
    const { path: stream } = await longClip((SPARE_MS + WARM_UP_MS + seconds * 1_000) / 60_000)
    const pinned = coresAtHand()
    if ('feeder' in pinned) pin(process.pid, pinned.feeder)
    const core = 'product' in pinned ? pinned.product : undefined
    onStage('unpinned' in pinned ? `nothing is kept to a core: ${pinned.unpinned}` : `the product runs on core ${core}`)

    const limits = { wayP95Ms: wayLimitMs, lostShare: MOST_LOST_SHARE, feederCores: FEEDER_LIMIT }
    const facts = { clip: { ...CLIP, madeFrom: clip.madeFrom }, camerasAskedFor: cameras }
    let measured: Measured = { beside: {}, plateaus: [] }
    const write = async (complete: boolean): Promise<ThroughputFigures> => {
      const figures = { complete, pinned, limits, ...conclude(measured), beside: measured.beside }
      await writeResult('throughput', { what: WHAT, footage: [stream], figures: { ...facts, ...figures } }, folder)
      return figures
    }
    const keep = async (more: Partial<Measured>) => {
      measured = { ...measured, ...more }
      await write(false)
    }
    try {
      for await (const beside of waysBeside({ longClip: stream, clip: clip.path, seconds, core, signal }, onStage)) {
        await keep({ beside: { ...measured.beside, ...beside } })
      }
      for await (const plateau of rising(cameras, { clip: stream, seconds, core, wayLimitMs, signal })) {
        onStage(told(plateau))
        await keep({ plateaus: [...measured.plateaus, plateau] })
      }
    } catch (thrown) {
      if (!signal.aborted) throw thrown
    }
    return await write(!signal.aborted)
  } finally {
    process.off('SIGINT', onSignal)
  }
}

async function* waysBeside(
  options: BesideOptions,
  onStage: ThroughputOptions['onStage'],
): AsyncGenerator<Measured['beside']> {
  const floor = await measureFloor(options)
  onStage(`floor: ${floor.core} core for one camera`)
  yield { floor }
  for (const way of ['naive', 'usual'] as const) {
    const figures = await measureUsual(way, options)
    onStage('skipped' in figures ? `${way} way: skipped, ${figures.skipped}` : `${way} way: ${figures.core} core`)
    yield { [way]: figures }
  }
}

/** A number that breaks the budget is tried once more: on a machine with other things to do one hiccup is not the limit. */
async function* rising(cameras: readonly number[], options: PlateauOptions): AsyncGenerator<Plateau> {
  for (const count of cameras) {
    const plateau = await measurePlateau(count, options)
    yield plateau
    if (plateau.verdict === 'held') continue
    if (plateau.verdict === 'feeder-limited') return
    const again = await measurePlateau(count, options)
    yield again
    if (again.verdict !== 'held') return
  }
}

function told({ cameras, verdict, breaks, cores, feederCores, frames, wayP95Ms, memory }: Plateau): string {
  const outcome = {
    held: 'within the budget',
    broken: `the budget broke: ${breaks.join(', ')}`,
    'feeder-limited': `the feeder, not the product, was the limit (${feederCores} core)`,
  }[verdict]
  const lost = Object.entries(frames.lost).map(([reason, count]) => `${count} ${reason}`)
  return [
    `${camerasInWords(cameras)}: ${outcome}`,
    cores ? `main ${cores.main.toFixed(3)} + shard ${cores.shard.toFixed(3)} core` : 'no figures of cost',
    `p95 ${wayP95Ms ?? '–'} ms from received to ruled`,
    `${frames.analysed} of ${frames.expected} key frames analysed${lost.length > 0 ? `, lost: ${lost.join(', ')}` : ''}`,
    `main ${memory.main.rssMb} MB, shard ${memory.shard?.rssMb ?? '–'} MB`,
  ].join('; ')
}
