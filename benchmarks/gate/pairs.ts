// Takes pairs: baseline, present, then present, baseline, … the same units each time, in fresh processes every few pairs.
import { Scope } from '../../core/scope.ts'
import { openSide } from './side.ts'
import type { Plant, Repetition } from './stages/child.ts'
import type { Stage, StageInput } from './stages/stage.ts'

/** What one pair measured, of the same count of units. */
export interface Measured {
  readonly units: number
  readonly baseline: Repetition
  readonly present: Repetition
}

export interface Ground {
  /** Roots of built checkouts. */
  readonly baseline: string
  readonly present: string
  readonly input: () => Promise<StageInput>
}

/**
 * Where a process happens to put its code and its heap is good for a few per cent either way, for as long as it lives:
 * so pairs come from at least three launches.
 */
const PAIRS_OF_LAUNCH = 8
export const LEAST_PAIRS = 3 * PAIRS_OF_LAUNCH
/**
 * Short, so that a moment in which the machine is slow falls on both halves of a pair: on two cores with five programs at
 * once, pairs of 2 s scattered by 20 %. Eight of them in three launches make ten seconds a side.
 */
const REPETITION_MS = 400
const TRIAL_UNITS = 10
/** Until the compilers, of JavaScript and of the database's WebAssembly, have done with what is hot. */
const WARM_UPS = 4

export type Sizes = Map<Stage['name'], number>

/**
 * One launch of both sides: opened and warmed up side by side, then measured in turn until `deadline` (performance.now()).
 * @param sizes how many units a repetition has; sized on the baseline where the stage is not in it yet
 * @param plant slows the present side down
 */
export async function launch(
  stage: Stage,
  ground: Ground,
  { sizes, deadline, plant }: { readonly sizes: Sizes; readonly deadline: number; readonly plant?: Plant | undefined },
): Promise<readonly Measured[]> {
  await using scope = new Scope()
  const open = async (root: string) =>
    scope.use(await openSide(root, stage.name, await ground.input()), side => side.close())
  const [baseline, present] = await Promise.all([open(ground.baseline), open(ground.present)])
  let units = sizes.get(stage.name) ?? TRIAL_UNITS
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp++) {
    const [trial] = await Promise.all([baseline.repeat(units), present.repeat(units)])
    units = sizes.get(stage.name) ?? sized(stage, units, trial)
  }
  sizes.set(stage.name, units)
  const measured: Measured[] = []
  // In turn, so that what one half leaves behind (memory to be collected, a warm cache) is no habit of one side.
  const takePair = async (baselineFirst: boolean) => {
    if (baselineFirst) return { baseline: await baseline.repeat(units), present: await present.repeat(units, plant) }
    const second = await present.repeat(units, plant)
    return { baseline: await baseline.repeat(units), present: second }
  }
  while (measured.length < PAIRS_OF_LAUNCH && performance.now() < deadline) {
    measured.push({ units, ...(await takePair(measured.length % 2 === 0)) })
  }
  return measured
}

function sized({ felt }: Stage, units: number, trial: Repetition): number {
  const trialMs = felt === 'cpu' ? trial.cpuMs : trial.wallMs
  return Math.max(TRIAL_UNITS, Math.ceil((units * REPETITION_MS) / trialMs))
}
