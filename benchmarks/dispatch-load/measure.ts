// Measures dispatch on each back end: the rate that it sustains, latency at a share of that rate, and what was lost or doubled.
import { Scope } from '../../core/scope.ts'
import type { BackEnd } from './back-ends.ts'
import { startDesk } from './desk.ts'
import { type Plateau, type PlateauOptions, runPlateau } from './plateau.ts'
import { openReceiver } from './receiver.ts'
import { isAssignedWithin, isSustained, P99_LIMIT_MS, sustainedRate } from './sustained.ts'

export interface LoadOptions {
  readonly backEnds: readonly BackEnd[]
  /** Of the measured plateau; those of the search last a quarter of it, and three seconds at least. */
  readonly seconds: number
  /** Measured at this rate; without it, at a share of the sustained rate, which is searched for. */
  readonly ratePerS?: number | undefined
  readonly seed: number
  readonly signal: AbortSignal
  readonly onStage?: (text: string) => void
  readonly onProgress?: Exclude<PlateauOptions['onProgress'], undefined>
}

export interface BackEndFigures {
  readonly title: string
  /** Highest rate tried at which the limit held; null where it was not searched for, or the search was interrupted. */
  readonly sustainedPerS: number | null
  /** What was tried on the way, in order. */
  readonly steps: readonly Plateau[]
  readonly measured: Plateau | null
  /** At the rate that is asked of it, where one is; null where another rate was wished, or it was interrupted. */
  readonly asked: (Plateau & { readonly limitP99Ms: number; readonly isHeld: boolean }) | null
}

export interface LoadFigures {
  /** False where it was interrupted: then what is here is not all that was asked for. */
  readonly complete: boolean
  readonly limits: { readonly p99Ms: number; readonly measuredAtShare: number }
  readonly backEnds: Readonly<Record<string, BackEndFigures | { readonly skipped: string }>>
}

/** Nobody runs a system at the edge: what is measured at length is this share of the rate that it sustains. */
const SHARE = 0.7
const STEP_SHARE = 0.25
const LEAST_STEP_S = 3
/** Before anything counts: code is compiled, connections are opened. */
const WARM_UP = { ratePerS: 5, durationMs: 3_000 } as const

/** Never rejects for the signal: what was measured until then is handed back, marked as incomplete. */
export async function measureLoad(options: LoadOptions): Promise<LoadFigures> {
  const backEnds: Record<string, BackEndFigures | { skipped: string }> = {}
  for (const backEnd of options.backEnds) {
    if (options.signal.aborted) break
    if (backEnd.absent) {
      options.onStage?.(`${backEnd.name}: skipped, absent here: ${backEnd.absent}`)
      backEnds[backEnd.name] = { skipped: `absent: ${backEnd.absent}` }
    } else backEnds[backEnd.name] = await measureBackEnd(backEnd, options)
  }
  return {
    complete: !options.signal.aborted,
    limits: { p99Ms: P99_LIMIT_MS, measuredAtShare: SHARE },
    backEnds,
  }
}

async function measureBackEnd(backEnd: BackEnd, options: LoadOptions): Promise<BackEndFigures> {
  const { seconds, signal, onStage } = options
  const steps: Plateau[] = []
  let sustainedPerS: number | null = null
  let measured: Plateau | null = null
  let asked: BackEndFigures['asked'] = null
  await using scope = new Scope()
  try {
    onStage?.(`${backEnd.name}: starting ${backEnd.title}`)
    const receiver = await openReceiver(scope)
    const desk = await startDesk(scope, await backEnd.open(scope), receiver.url)
    let seed = options.seed
    const plateau = async (ratePerS: number, durationMs: number): Promise<Plateau> => {
      const run = await runPlateau(desk, receiver, { ...options, seed: seed++, ratePerS, durationMs })
      onStage?.(`${backEnd.name}: ${told(run)}`)
      return run
    }
    await plateau(WARM_UP.ratePerS, WARM_UP.durationMs)
    if (options.ratePerS === undefined) {
      if (backEnd.asked) {
        const { ratePerS, p99Ms } = backEnd.asked
        const run = await plateau(ratePerS, seconds * 1_000)
        asked = { ...run, limitP99Ms: p99Ms, isHeld: isAssignedWithin(run, p99Ms) }
      }
      const stepMs = Math.max(LEAST_STEP_S, seconds * STEP_SHARE) * 1_000
      sustainedPerS = await sustainedRate(async ratePerS => {
        const step = await plateau(ratePerS, stepMs)
        steps.push(step)
        return isSustained(step)
      })
    }
    const ratePerS = options.ratePerS ?? SHARE * (sustainedPerS ?? 0)
    if (ratePerS > 0) measured = await plateau(ratePerS, seconds * 1_000)
  } catch (thrown) {
    if (!signal.aborted) throw thrown
  }
  return { title: backEnd.title, sustainedPerS, steps, measured, asked }
}

function told({
  ratePerS,
  verdict,
  backlog,
  committedToAssigned,
  offeredToNotified,
  cpuMsPerIncident,
}: Plateau): string {
  const { offered, lost, doubled, invented } = verdict
  return (
    `${ratePerS.toFixed(1)}/s: ${offered} incidents; commit to assigned p50 ${committedToAssigned.p50Ms} ms, ` +
    `p99 ${committedToAssigned.p99Ms} ms; offer to notified p50 ${offeredToNotified.p50Ms} ms, p99 ${offeredToNotified.p99Ms} ms; ` +
    `backlog ${backlog}, ${cpuMsPerIncident} ms of CPU each; ` +
    `${lost.length} lost, ${doubled.length} doubled, ${invented.length} invented`
  )
}
