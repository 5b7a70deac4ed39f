// `jiemu bench dispatch`: how many incidents a second dispatch takes, on each of the databases and queues that are at hand.
import { resolve } from 'node:path'
import { SingleBar } from 'cli-progress'
import type { BackEnd } from '../benchmarks/dispatch-load/back-ends.ts'
import { runDispatchLoad } from '../benchmarks/dispatch-load/run.ts'

export interface BenchDispatchOptions {
  readonly seconds: number
  readonly rate?: number
  readonly backEnd?: BackEnd['name']
  readonly out?: string
}

/** The exit code is 130 where it was interrupted, and 1 where anything was lost, doubled or invented. */
export async function benchDispatch({ seconds, rate, backEnd, out }: BenchDispatchOptions): Promise<void> {
  const bar = new SingleBar({
    format: 'jobs that a team was told of {bar} {value} of {total}',
    stream: process.stderr,
    clearOnComplete: true,
  })
  const { complete, backEnds } = await runDispatchLoad({
    seconds,
    ratePerS: rate,
    backEnd,
    folder: out === undefined ? undefined : resolve(out),
    onProgress: (notified, offered) => {
      if (!process.stderr.isTTY) return
      if (!bar.isActive) bar.start(offered, 0)
      bar.setTotal(offered)
      bar.update(notified)
    },
    onStage: text => {
      bar.stop()
      console.error(text)
    },
  }).finally(() => bar.stop())
  const runs = Object.values(backEnds).flatMap(figures =>
    'skipped' in figures ? [] : [...figures.steps, figures.measured],
  )
  const isWrong = runs.some(
    run => run && run.verdict.lost.length + run.verdict.doubled.length + run.verdict.invented.length > 0,
  )
  process.exitCode = complete ? Number(isWrong) : 130
}
