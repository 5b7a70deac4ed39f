// A replay with a progress bar on the terminal.
import { SingleBar } from 'cli-progress'
import { type Replay, type ReplayOptions, replayCamera } from '../benchmarks/replay.ts'
import type { Input } from './replay-inputs.ts'

/** A pipe gets no bar: whoever reads it wants lines. @throws as replayCamera does */
export async function replayWithBar(
  { camera, durationMs = 0 }: Pick<Input, 'camera' | 'durationMs'>,
  options: ReplayOptions,
): Promise<Replay> {
  const bar = new SingleBar({
    format: `${camera.id} {bar} {percentage} % | {clock}`,
    stream: process.stderr,
    clearOnComplete: true,
  })
  let firstAt: number | undefined
  const onFrame = (at: number) => {
    if (!process.stderr.isTTY) return
    if (firstAt === undefined) {
      firstAt = at
      bar.start(durationMs, 0, { clock: '' })
    }
    bar.setTotal(Math.max(durationMs, at - firstAt))
    bar.update(at - firstAt, { clock: new Date(at).toISOString() })
  }
  try {
    return await replayCamera(camera, { ...options, onFrame })
  } finally {
    bar.stop()
  }
}
