// The table of docs/7-measuring.md on simulated days of dispatch, written from benchmarks/results/dispatch-day.json.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const spread = z.object({ mean: z.number(), least: z.number(), most: z.number() })
const compared = spread.extend({ better: z.number(), worse: z.number() })
const ofDay = <S extends z.ZodType>(figure: S) =>
  z.object({
    secondsToAccept: z.object({ p50: figure, p95: figure }),
    secondsToArrive: z.object({ p50: figure, p95: figure }),
    travel: z.object({ metresPerJob: figure, hours: figure }),
    jobsPerWorker: z.object({ giniWithinTeams: figure, least: figure, most: figure }),
    overdueShare: z.object({ acknowledge: figure, arrive: figure, handle: figure }),
    outcomes: z.object({ unassigned: figure }),
  })
const ways = ofDay(spread)
const day = z.object({
  incidents: z.number(),
  ways: z.object({ product: ways, 'first-free': ways, nearest: ways }),
  product: z.object({ 'minus first-free': ofDay(compared) }),
})
export const simulatedDays = z.object({ seeds: z.number(), busyDay: day, quietDay: day })
type Day = z.infer<typeof day>
type Figure = (of: { readonly [K in keyof z.infer<typeof ways>]: z.infer<typeof ways>[K] }) => z.infer<typeof spread>

const whole = (value: number): string => value.toFixed(0)
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const hundredths = (value: number): string => value.toFixed(2)

const ROWS: readonly (readonly [what: string, figure: Figure, write: (value: number) => string])[] = [
  ['seconds to accept, p50', of => of.secondsToAccept.p50, whole],
  ['seconds to accept, p95', of => of.secondsToAccept.p95, whole],
  ['seconds to arrive, p50', of => of.secondsToArrive.p50, whole],
  ['seconds to arrive, p95', of => of.secondsToArrive.p95, whole],
  ['metres of street for a job', of => of.travel.metresPerJob, whole],
  ['hours on the way, all workers', of => of.travel.hours, whole],
  ['jobs per worker: Gini within a team', of => of.jobsPerWorker.giniWithinTeams, hundredths],
  ['jobs per worker: least', of => of.jobsPerWorker.least, whole],
  ['jobs per worker: most', of => of.jobsPerWorker.most, whole],
  ['acknowledged late, at least once', of => of.overdueShare.acknowledge, percent],
  ['arrived late', of => of.overdueShare.arrive, percent],
  ['handled late or not', of => of.overdueShare.handle, percent],
  ['nobody found', of => of.outcomes.unassigned, whole],
]

function rowsOf({ incidents, ways: of, product }: Day): readonly string[] {
  return ROWS.map(([what, figure, write]) => {
    const cells = [of.product, of['first-free'], of.nearest].map(way => {
      const { mean, least, most } = figure(way)
      return `${write(mean)} (${write(least)}–${write(most)})`
    })
    const { better, worse } = figure(product['minus first-free']) as z.infer<typeof compared>
    return `| ${incidents} | ${what} | ${cells.join(' | ')} | ${better} / ${worse} |`
  })
}

/** Means over the days, with the least and the most; at last on how many days the product was ahead of the first free, and behind. */
export function choiceTable(root: string): string {
  const file = join(root, 'benchmarks/results/dispatch-day.json')
  if (!existsSync(file)) return 'Not measured yet.'
  const { busyDay, quietDay } = simulatedDays.parse(JSON.parse(readFileSync(file, 'utf8')))
  return [
    '| incidents | | product | first free | nearest | ahead / behind |',
    '|---|---|---|---|---|---|',
    ...rowsOf(busyDay),
    ...rowsOf(quietDay),
  ].join('\n')
}
