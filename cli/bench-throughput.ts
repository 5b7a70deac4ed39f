// `jiemu bench throughput`: how many cameras one core watches, and what each costs beside other ways to watch it.
import { resolve } from 'node:path'
import type { FeedKind } from '../benchmarks/throughput/feed.ts'
import { runThroughput, type StreamKind } from '../benchmarks/throughput/run.ts'
import { JiemuError } from '../core/errors.ts'

export interface BenchThroughputOptions {
  /** "1,2,4" */
  readonly cameras: string
  readonly eventful?: string
  readonly allEngaged?: string
  readonly everyLook?: string
  readonly attentive?: string
  readonly usual?: string
  readonly feed: FeedKind
  readonly stream: StreamKind
  readonly cores: number
  readonly warmSeconds: number
  readonly seconds: number
  readonly out?: string
}

/** What is more is a slip of the hand. */
const MOST_CAMERAS = 1_000

/** The exit code is 130 where it was interrupted. @throws JiemuError request-invalid */
export async function benchThroughput(options: BenchThroughputOptions): Promise<void> {
  const { cameras, eventful, allEngaged, everyLook, attentive, usual, feed, stream, cores, warmSeconds, seconds, out } =
    options
  const { complete, camerasWithinBudget } = await runThroughput({
    cameras: {
      economy: readCameras('--cameras', cameras),
      eventful: readCameras('--eventful', eventful),
      allEngaged: readCameras('--all-engaged', allEngaged),
      everyLook: readCameras('--every-look', everyLook),
      attentive: readCameras('--attentive', attentive),
    },
    usualCameras: readCameras('--usual', usual),
    ...{ feed, stream, cores, warmSeconds, seconds },
    folder: out === undefined ? undefined : resolve(out),
    onStage: text => console.error(text),
  })
  if (complete) console.log(`cameras within the budget: ${camerasWithinBudget}`)
  process.exitCode = complete ? 0 : 130
}

/** @throws JiemuError request-invalid */
function readCameras(option: string, text: string | undefined): readonly number[] {
  if (text === undefined) return []
  const counts = text.split(',').map(part => (/^\d+$/.test(part.trim()) ? Number(part) : Number.NaN))
  const isRising = counts.every((count, index) => count > (counts[index - 1] ?? 0) && count <= MOST_CAMERAS)
  if (isRising) return counts
  const problem = `${option} "${text}": expected whole numbers from 1 to ${MOST_CAMERAS} that rise, such as 1,2,4`
  throw new JiemuError('request-invalid', { problem })
}
