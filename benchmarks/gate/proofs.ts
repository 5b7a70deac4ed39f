// Proves the gate by hand: an unchanged commit passes every time, and each planted slow-down is caught. Writes results/gate.json.
//
// From the root of a checkout without changes: `npm run bench:gate-proofs`, or after `npm run build`
// `node dist/benchmarks/gate/proofs.js [--plants [--stage decode]] [--unchanged 20] [--minutes 8] [--out FOLDER]`.
// An hour or two, on a machine that does nothing else.
import { parseArgs } from 'node:util'
import { Scope } from '../../core/scope.ts'
import { ROOT, rounded, writeResult } from '../provenance.ts'
import { type GateResult, hasFailed, measure, prepare, type StageResult } from './gate.ts'
import { STAGES } from './stages/index.ts'
import type { Comparison } from './statistics.ts'
import { tableOf } from './table.ts'

/** A fifth more; in stages that wait, or 50 ms, whichever is longer. */
const PLANTED = 1.2

const { values } = parseArgs({
  options: {
    unchanged: { type: 'string', default: '0' },
    plants: { type: 'boolean', default: false },
    stage: { type: 'string', multiple: true, default: STAGES.map(({ name }) => name) },
    minutes: { type: 'string', default: '8' },
    out: { type: 'string' },
  },
})
const minutes = Number(values.minutes)

const comparisonFigures = ({ ratio, pairs, verdict }: Comparison) => ({
  ...{ verdict, pairs },
  ...(ratio && { ratio: rounded(ratio.median), low: rounded(ratio.low), high: rounded(ratio.high) }),
})

const stageFigures = (result: StageResult) => ({
  failed: hasFailed(result),
  cpu: comparisonFigures(result.cpu),
  ...(result.wall && { wall: comparisonFigures(result.wall) }),
  costMs: rounded(result.budget.costMs?.median ?? Number.NaN),
  limitMs: result.budget.limitMs,
})

const runFigures = ({ stages, whole, unmeasured, passed, seconds }: GateResult) => ({
  ...{ passed, unmeasured },
  seconds: Math.round(seconds),
  ...(whole && { wholeMs: rounded(whole.costMs?.median ?? Number.NaN) }),
  stages: Object.fromEntries(stages.map(result => [result.stage, stageFigures(result)])),
})

const unchanged: ReturnType<typeof runFigures>[] = []
const plants: Record<string, ReturnType<typeof stageFigures> & { readonly caught: boolean }> = {}

/** After every run, so that what is broken off says so. */
async function write(complete: boolean): Promise<void> {
  await writeResult(
    'gate',
    {
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
    },
    values.out,
  )
}

await using scope = new Scope()
const prepared = await prepare(scope, ROOT, 'HEAD')
if ('skipped' in prepared) throw new Error(prepared.skipped)
for (const stage of values.plants ? STAGES.filter(({ name }) => values.stage.includes(name)) : []) {
  const plant = { stage: stage.name, factor: PLANTED }
  const { stages } = await measure(prepared, { minutes, stages: [stage.name], plant })
  for (const result of stages) {
    // A budget that is missed too is no proof of the comparison.
    const caught = [result.cpu, result.wall].some(comparison => comparison?.verdict === 'slower')
    plants[stage.name] = { caught, ...stageFigures(result) }
    console.log(`planted in ${stage.name}: ${caught ? 'caught' : 'NOT CAUGHT'}`, JSON.stringify(plants[stage.name]))
  }
  await write(false)
}
for (let run = 1; run <= Number(values.unchanged); run++) {
  const result = await measure(prepared, { minutes })
  unchanged.push(runFigures(result))
  console.log(`unchanged, ${run} of ${values.unchanged}\n${tableOf(result)}`)
  await write(false)
}
await write(true)
