// The whole measurement, as the program and `jiemu bench dispatch` run it: until it is done or interrupted, then the result.
import { writeResult } from '../provenance.ts'
import { BACK_ENDS, type BackEnd } from './back-ends.ts'
import { type LoadFigures, type LoadOptions, measureLoad } from './measure.ts'

export interface RunOptions extends Pick<LoadOptions, 'ratePerS' | 'onStage' | 'onProgress'> {
  readonly seconds?: number | undefined
  /** One of them; all, if left out. */
  readonly backEnd?: BackEnd['name'] | undefined
  /** Where the result goes; benchmarks/results, if left out. */
  readonly folder?: string | undefined
}

const SECONDS = 60
const SEED = 1

const WHAT =
  'Incidents a second through ledger, store, outbox, queue, assignment and a webhook, in a process that has nothing else ' +
  'of main to do; the load and the receiver run in another on the same machine. Incidents come as a Poisson process, each ' +
  'as three observations (opens, is seen again, ends) and three notices; no pictures. Latency counts from the instant at ' +
  'which the opening was scheduled, whether or not the sender was in time, to the arrival of job.assigned. The rate is the ' +
  'highest at which p99 and backlog kept their limits; tables start empty, and jobs stay open'

/** Ctrl-C ends it early: the result then says `"complete": false`. */
export async function runDispatchLoad({
  seconds = SECONDS,
  backEnd,
  folder,
  ...rest
}: RunOptions): Promise<LoadFigures> {
  const interrupt = new AbortController()
  const onSignal = () => interrupt.abort(new Error('interrupted'))
  process.on('SIGINT', onSignal)
  try {
    const backEnds = BACK_ENDS.filter(({ name }) => backEnd === undefined || name === backEnd)
    const figures = await measureLoad({ ...rest, seconds, backEnds, seed: SEED, signal: interrupt.signal })
    const { complete, ...others } = figures
    await writeResult('dispatch-load', { what: WHAT, footage: [], figures: { complete, ...others } }, folder)
    return figures
  } finally {
    process.off('SIGINT', onSignal)
  }
}
