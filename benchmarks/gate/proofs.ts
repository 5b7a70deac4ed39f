// Proves the gate by hand: an unchanged commit passes every time, and each planted slow-down is caught. Writes results/gate.json.
//
// From the root of a checkout without changes: `npm run bench:gate-proofs`, or after `npm run build`
// `node dist/benchmarks/gate/proofs.js [--plants [--stage decode]] [--unchanged 20] [--minutes 8] [--resume] [--out FOLDER]`.
// An hour or two, on a machine that does nothing else; `--resume` goes on with proofs that were broken off.
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Scope } from '../../core/scope.ts'
import { commitOf, ROOT } from '../provenance.ts'
import { measure, prepare } from './gate.ts'
import { PLANTED, readProofs, runFigures, stageFigures, writeProofs } from './proof-file.ts'
import { STAGES } from './stages/index.ts'
import { tableOf } from './table.ts'

const { values } = parseArgs({
  options: {
    unchanged: { type: 'string', default: '0' },
    plants: { type: 'boolean', default: false },
    stage: { type: 'string', multiple: true, default: STAGES.map(({ name }) => name) },
    minutes: { type: 'string', default: '8' },
    resume: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
})
const minutes = Number(values.minutes)

const folder = values.out === undefined ? join(ROOT, 'benchmarks/results') : resolve(values.out)
const { plants, unchanged } = values.resume ? await readProofs(folder) : { plants: {}, unchanged: [] }
/** After every run, so that what is broken off says so. */
const write = (complete: boolean) => writeProofs(folder, { complete, plants, unchanged })
const commit = commitOf(ROOT)

await using scope = new Scope()
const prepared = await prepare(scope, ROOT, 'HEAD')
if ('skipped' in prepared) throw new Error(prepared.skipped)
for (const stage of values.plants ? STAGES.filter(({ name }) => values.stage.includes(name)) : []) {
  const plant = { stage: stage.name, factor: PLANTED }
  const { stages } = await measure(prepared, { minutes, stages: [stage.name], plant })
  for (const result of stages) {
    // A budget that is missed too is no proof of the comparison.
    const caught = [result.cpu, result.wall].some(comparison => comparison?.verdict === 'slower')
    plants[stage.name] = { caught, commit, ...stageFigures(result) }
    console.log(`planted in ${stage.name}: ${caught ? 'caught' : 'NOT CAUGHT'}`, JSON.stringify(plants[stage.name]))
  }
  await write(false)
}
while (unchanged.length < Number(values.unchanged)) {
  const result = await measure(prepared, { minutes })
  unchanged.push({ commit, minutes, ...runFigures(result) })
  console.log(`unchanged, ${unchanged.length} of ${values.unchanged}\n${tableOf(result)}`)
  await write(false)
}
await write(true)
