// Measures whether many open jobs slow a job's steps, ten thousand beside a hundred, in turns; writes benchmarks/results/open-jobs.json.
//
// From the root of the checkout, after `npm run build`:
// `npm run bench:open-jobs -- [--few 100] [--many 10000] [--rounds 300] [--out FOLDER]`.
import { Scope } from '../core/scope.ts'
import { programArguments } from './arguments.ts'
import { BACK_ENDS, type BackEnd } from './dispatch-load/back-ends.ts'
import { quantiles } from './dispatch-load/reckon.ts'
import { openStreet, STEPS, type StepTimes, type Street } from './open-jobs/lives.ts'
import { rounded, writeResult } from './provenance.ts'

const { amounts, out } = programArguments({ few: 100, many: 10_000, rounds: 300 })
/** Before anything counts: code is compiled, statements are prepared. */
const WARM_UP_ROUNDS = Math.min(30, 5 * amounts.rounds)

async function measure(backEnd: BackEnd) {
  await using scope = new Scope()
  const few = await openStreet(scope, await backEnd.open(scope), amounts.few)
  console.log(`${backEnd.name}: ${await few.open()} open jobs`)
  const many = await openStreet(scope, await backEnd.open(scope), amounts.many)
  console.log(`${backEnd.name}: ${await many.open()} open jobs`)
  const openJobs = { few: await few.open(), many: await many.open() }
  const times: { few: StepTimes[]; many: StepTimes[] } = { few: [], many: [] }
  const streets: readonly (readonly ['few' | 'many', Street])[] = [
    ['few', few],
    ['many', many],
  ]
  for (let round = 0; round < WARM_UP_ROUNDS + amounts.rounds; round += 1) {
    // Who goes first changes: whatever else the machine does meets both alike.
    for (const [name, street] of round % 2 ? streets : streets.toReversed()) {
      const lived = await street.live(round)
      if (round >= WARM_UP_ROUNDS) times[name].push(lived)
    }
  }
  const compared = (valuesOf: (lived: StepTimes) => readonly number[]) => {
    const [fewMs, manyMs] = [quantiles(times.few.flatMap(valuesOf)), quantiles(times.many.flatMap(valuesOf))]
    return {
      ...{ fewMs, manyMs },
      ratioP50: rounded((manyMs.p50Ms ?? Number.NaN) / (fewMs.p50Ms ?? Number.NaN)),
      ratioP95: rounded((manyMs.p95Ms ?? Number.NaN) / (fewMs.p95Ms ?? Number.NaN)),
    }
  }
  const steps = Object.fromEntries(STEPS.map(step => [step, compared(lived => [lived[step]])]))
  return { openJobs, all: compared(lived => STEPS.map(step => lived[step])), steps }
}

const backEnds: Record<string, Awaited<ReturnType<typeof measure>> | { readonly skipped: string }> = {}
for (const backEnd of BACK_ENDS.filter(({ name }) => name !== 'redis')) {
  if (backEnd.absent) backEnds[backEnd.name] = { skipped: `absent: ${backEnd.absent}` }
  else backEnds[backEnd.name] = await measure(backEnd)
  console.log(JSON.stringify(backEnds[backEnd.name]))
}
await writeResult(
  'open-jobs',
  {
    what:
      'The steps of a job from observation to closing, with many other jobs open and with few, in turns, each in a database of ' +
      'its own in one process; "assigned" counts from the incident\'s commit. Default policy: what opens at one place within ten minutes joins',
    footage: [],
    figures: { ...amounts, backEnds },
  },
  out,
)
