// A progress bar on the terminal that follows the clock of a replay.
import { SingleBar } from 'cli-progress'
import type { EpochMs } from '../core/time.ts'

/**
 * A pipe gets no bar: whoever reads it wants lines.
 * @param durationMs of the footage, as far as it is known before
 * @param run is handed what to tell of each analysed frame
 */
export async function withBar<T>(
  label: string,
  durationMs: number,
  run: (onFrame: (at: EpochMs) => void) => Promise<T>,
): Promise<T> {
  const bar = new SingleBar({
    format: `${label} {bar} {percentage} % | {clock}`,
    stream: process.stderr,
    clearOnComplete: true,
  })
  let firstAt: number | undefined
  const onFrame = (at: EpochMs) => {
    if (!process.stderr.isTTY) return
    if (firstAt === undefined) {
      firstAt = at
      bar.start(durationMs, 0, { clock: '' })
    }
    bar.setTotal(Math.max(durationMs, at - firstAt))
    bar.update(at - firstAt, { clock: new Date(at).toISOString() })
  }
  try {
    return await run(onFrame)
  } finally {
    bar.stop()
  }
}
