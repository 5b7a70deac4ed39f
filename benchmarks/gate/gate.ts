// The paired gate: is this commit slower than the one it grew from, and does every stage keep to its budget?
import { performance } from 'node:perf_hooks'
import type { Scope } from '../../core/scope.ts'
import { type Baseline, checkOut, findBaseline, type Skipped } from './baseline.ts'
import { type Budget, type BudgetVerdict, judgeBudget, judgeWhole, readBudget } from './budget.ts'
import { makeInputs } from './inputs.ts'
import { type Ground, LEAST_PAIRS, launch, type Measured, type Sizes } from './pairs.ts'
import type { Plant } from './stages/child.ts'
import { STAGES } from './stages/index.ts'
import type { Stage, StageName } from './stages/stage.ts'
import { type Comparison, compare, leastPairs, type Pair } from './statistics.ts'

/** Every stage's CPU time, and its time by the clock where that is felt: the correction counts them all, always. */
const COMPARISONS = STAGES.length + STAGES.filter(({ felt }) => felt === 'wall').length
/** Every stage, and the whole. */
const BUDGETS = STAGES.length + 1
/** What is not settled by then lies so near the limit that more pairs would be a coin's toss. */
const MOST_PAIRS = 96

export interface PlantedStage {
  readonly stage: StageName
  /** 1.2: a fifth more CPU time; where a stage waits, a fifth more waiting or 50 ms, whichever is longer. */
  readonly factor: number
}

export interface MeasureOptions {
  readonly minutes: number
  readonly stages?: readonly StageName[]
  readonly plant?: PlantedStage
  readonly onLaunch?: (stage: StageName, pairs: number) => void
}

export interface StageResult {
  readonly stage: StageName
  readonly unit: string
  /** Of one repetition. */
  readonly units: number
  readonly cpu: Comparison
  /** Only where the stage waits for others. */
  readonly wall?: Comparison
  readonly budget: BudgetVerdict
}

export interface GateResult {
  readonly stages: readonly StageResult[]
  /** Null where not every stage was asked for. */
  readonly whole: BudgetVerdict | null
  readonly passed: boolean
  readonly seconds: number
}

/** Two built checkouts and what both are asked to do. */
export interface Prepared {
  readonly baseline: Baseline & { readonly stages: 'present' | 'its own' }
  readonly ground: Ground
  readonly budget: Budget
}

/** @param root of this checkout, built. @param against a commit, instead of the one this grew from */
export async function prepare(scope: Scope, root: string, against?: string): Promise<Prepared | Skipped> {
  const baseline = await findBaseline(root, against)
  if ('skipped' in baseline) return baseline
  const budget = await readBudget(root)
  const checkout = await checkOut(scope, root, baseline.commit)
  if ('skipped' in checkout) return checkout
  const input = await makeInputs(scope, root)
  return {
    baseline: { ...baseline, stages: checkout.stages },
    ground: { baseline: checkout.root, present: root, input },
    budget,
  }
}

/** Launch after launch over the stages, until each is settled or the time is up, and longer where it has to be: `goesOn`. */
export async function measure(
  { ground, budget }: Pick<Prepared, 'ground' | 'budget'>,
  options: MeasureOptions,
): Promise<GateResult> {
  const startedAt = performance.now()
  const deadline = startedAt + options.minutes * 60_000
  const stages = STAGES.filter(({ name }) => options.stages?.includes(name) ?? true)
  const sizes: Sizes = new Map()
  const taken = new Map<StageName, readonly Measured[]>()
  const pairsOf = (stage: Stage) => taken.get(stage.name) ?? []
  const resultOf = (stage: Stage) => judge(stage, pairsOf(stage), budget)
  const isOpen = (stage: Stage) => goesOn(resultOf(stage), performance.now() >= deadline)
  for (let open = stages; open.length > 0; open = open.filter(isOpen)) {
    for (const stage of open) {
      if (!isOpen(stage)) continue
      const plant = options.plant?.stage === stage.name ? plantIn(stage, options.plant.factor) : undefined
      const until = goesOn(resultOf(stage), true) ? Number.POSITIVE_INFINITY : deadline
      const more = await launch(stage, ground, { sizes, deadline: until, plant })
      taken.set(stage.name, [...pairsOf(stage), ...more])
      options.onLaunch?.(stage.name, pairsOf(stage).length)
    }
  }
  const results = stages.map(resultOf)
  const whole =
    results.length === STAGES.length
      ? judgeWhole(
          results.map(result => result.budget),
          budget,
        )
      : null
  return {
    ...{ stages: results, whole },
    passed: !results.some(hasFailed) && !whole?.missed,
    seconds: (performance.now() - startedAt) / 1_000,
  }
}

export const hasFailed = ({ cpu, wall, budget }: StageResult): boolean =>
  cpu.verdict === 'slower' || wall?.verdict === 'slower' || budget.missed

/**
 * Whether another launch of a stage is worth its time. However late it is on a slow machine, a stage gets the pairs without
 * which nothing can be said, and one that would be blamed gets its appeal: pairs of one launch have its luck in common, so
 * that two launches on a machine that was busy elsewhere once blamed a commit that had changed no code.
 */
export function goesOn({ cpu, wall = cpu }: Pick<StageResult, 'cpu' | 'wall'>, isTimeUp: boolean): boolean {
  const comparisons = [cpu, wall]
  if (cpu.pairs < leastPairs(COMPARISONS)) return true
  const blamed = comparisons.filter(({ verdict }) => verdict === 'slower')
  if (cpu.pairs < LEAST_PAIRS) return !isTimeUp || blamed.length > 0
  if (cpu.pairs >= MOST_PAIRS || blamed.some(({ settled }) => settled)) return false
  return blamed.length > 0 || (!isTimeUp && comparisons.some(({ settled }) => !settled))
}

function plantIn({ felt }: Stage, factor: number): Plant {
  return felt === 'cpu' ? { spend: factor - 1 } : { wait: factor - 1, leastMs: 50 }
}

function judge(stage: Stage, measured: readonly Measured[], budget: Budget): StageResult {
  const pairsOf = (field: 'cpuMs' | 'wallMs'): readonly Pair[] =>
    measured.map(({ baseline, present }) => ({ baseline: baseline[field], present: present[field] }))
  const felt = stage.felt === 'cpu' ? 'cpuMs' : 'wallMs'
  const costs = measured.map(({ present, units }) => ({ ms: present[felt] / units, kernelMs: present.kernelMs }))
  return {
    stage: stage.name,
    unit: stage.unit,
    units: measured[0]?.units ?? 0,
    cpu: compare(pairsOf('cpuMs'), COMPARISONS),
    ...(stage.felt === 'wall' && { wall: compare(pairsOf('wallMs'), COMPARISONS) }),
    budget: judgeBudget(costs, budget.stages[stage.name], budget, BUDGETS),
  }
}
