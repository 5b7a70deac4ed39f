// Simulates days of dispatch, the product's choice beside simpler ones on the same incidents and people; writes benchmarks/results/dispatch-day.json.
//
// From the root of the checkout, after `npm run build`: `npm run bench:dispatch-day -- [--incidents 2000] [--seeds 10] [--out FOLDER]`.
// Nothing sleeps and nothing is read: the same figures come out on every machine.
import { stopwatch } from '../core/time.ts'
import { programArguments } from './arguments.ts'
import { TEMPER } from './dispatch-day/answer.ts'
import { compareWays } from './dispatch-day/compare.ts'
import { DETOUR, SPEEDS } from './dispatch-day/district.ts'
import { writeResult } from './provenance.ts'

/** Where there is nearly always somebody free: what is chosen by then is distance alone. */
const QUIET_SHARE = 0.25

const { amounts, out } = programArguments({ incidents: 2_000, seeds: 10 })
const elapsedMs = stopwatch()
const compare = (incidents: number) =>
  compareWays({
    incidents,
    seeds: amounts.seeds,
    onDay: (seed, way) =>
      console.log(`${incidents} incidents, seed ${seed}, ${way}: ${Math.round(elapsedMs() / 1_000)} s`),
  })

await writeResult(
  'dispatch-day',
  {
    what: `${amounts.seeds} simulated days of ${amounts.incidents} incidents and sixty workers: the product's choice beside the first free worker and the nearest`,
    footage: [],
    figures: {
      seeds: amounts.seeds,
      temper: TEMPER,
      metresPerSecond: SPEEDS,
      detour: DETOUR,
      busyDay: compare(amounts.incidents),
      quietDay: compare(Math.round(amounts.incidents * QUIET_SHARE)),
    },
  },
  out,
)
