// The gate's proofs as they are written down: each run with the commit that it was measured at.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rounded, writeResult } from '../provenance.ts'
import { type GateResult, hasFailed, type StageResult } from './gate.ts'
import type { Comparison } from './statistics.ts'

/** A fifth more; in stages that wait, or 50 ms, whichever is longer. */
export const PLANTED = 1.2

const comparisonFigures = ({ ratio, pairs, verdict }: Comparison) => ({
  ...{ verdict, pairs },
  ...(ratio && { ratio: rounded(ratio.median), low: rounded(ratio.low), high: rounded(ratio.high) }),
})

export const stageFigures = (result: StageResult) => ({
  failed: hasFailed(result),
  cpu: comparisonFigures(result.cpu),
  ...(result.wall && { wall: comparisonFigures(result.wall) }),
  costMs: rounded(result.budget.costMs?.median ?? Number.NaN),
  limitMs: result.budget.limitMs,
})

export const runFigures = ({ stages, whole, passed, seconds }: GateResult) => ({
  passed,
  seconds: Math.round(seconds),
  ...(whole && { wholeMs: rounded(whole.costMs?.median ?? Number.NaN) }),
  stages: Object.fromEntries(stages.map(result => [result.stage, stageFigures(result)])),
})

type At = { readonly commit: string | null }
export type PlantedRun = At & ReturnType<typeof stageFigures> & { readonly caught: boolean }
/** With the time that it had: the less, the fewer pairs. */
export type UnchangedRun = At & ReturnType<typeof runFigures> & { readonly minutes: number }

export interface Proofs {
  /** By stage. */
  readonly plants: Record<string, PlantedRun>
  readonly unchanged: UnchangedRun[]
}

export function writeProofs(
  folder: string,
  { complete, plants, unchanged }: Proofs & { readonly complete: boolean },
): Promise<void> {
  const result = {
    what:
      'The paired gate against its own commit: how often an unchanged commit passes, and whether a slow-down planted in one ' +
      `stage is caught: ${PLANTED} times the CPU time, or in commit, queue, assign and notify that much or 50 ms of waiting`,
    footage: [],
    figures: {
      complete,
      unchanged: { runs: unchanged.length, passed: unchanged.filter(run => run.passed).length },
      plants: { planted: Object.keys(plants).length, caught: Object.values(plants).filter(run => run.caught).length },
      plantedRuns: plants,
      unchangedRuns: unchanged,
    },
  }
  return writeResult('gate', result, folder)
}

/** What was measured before it was broken off; nothing where there is no such file. */
export async function readProofs(folder: string): Promise<Proofs> {
  const text = await readFile(join(folder, 'gate.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return { plants: {}, unchanged: [] }
  const { plantedRuns, unchangedRuns } = JSON.parse(text) as {
    readonly plantedRuns: Proofs['plants']
    readonly unchangedRuns: Proofs['unchanged']
  }
  return { plants: plantedRuns, unchanged: unchangedRuns }
}
