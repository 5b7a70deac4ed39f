// Measures dispatch under load on each back end; writes benchmarks/results/dispatch-load.json: rate, latency, lost, doubled.
//
// From the root of the checkout, after `npm run build`:
// `node dist/benchmarks/dispatch-load.js [--seconds N] [--back-end pglite|postgres|redis]`, as `jiemu bench dispatch` does.
import { parseArgs } from 'node:util'
import { BACK_ENDS } from './dispatch-load/back-ends.ts'
import { runDispatchLoad } from './dispatch-load/run.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string' }, 'back-end': { type: 'string' } } })
const wanted = values['back-end']
const found = BACK_ENDS.find(({ name }) => name === wanted)
if (wanted !== undefined && !found)
  throw new Error(`--back-end is one of ${BACK_ENDS.map(({ name }) => name).join(', ')}`)
const { complete } = await runDispatchLoad({
  seconds: values.seconds === undefined ? undefined : Number(values.seconds),
  backEnd: found?.name,
  onStage: text => console.error(text),
})
process.exit(complete ? 0 : 130)
