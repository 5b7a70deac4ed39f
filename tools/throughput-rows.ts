// What README says of the measured curves: how many cameras a core keeps within the latency budget, beside the other ways to look at them.
import { z } from 'zod'

/** Result files, and which cameras were fed how to how many cores. */
export const THROUGHPUT = [
  [
    'throughput-file.json',
    '1080p25 cameras with every rule that one core keeps within the latency budget, main included, read as packets recorded in advance',
  ],
  [
    'throughput-2-cores-file.json',
    '1080p25 cameras with every rule that two cores keep within it, read so, measured before what a packet waits for its thread was counted',
  ],
  ['throughput.json', '1080p25 cameras with every rule that one core keeps within it over RTSP'],
  [
    'throughput-sub-streams-file.json',
    'second streams of 640×360 that one core keeps within it, read as recorded packets',
  ],
] as const

const ratios = z.object({
  shardToFloor: z.number().nullable(),
  naiveToProduct: z.number().nullable(),
  usualToProduct: z.number().nullable(),
})

const counts = z.object({ camerasWithinBudget: z.number().nullable(), camerasAtFullRate: z.number().nullish() })

export const throughput = counts.extend({
  /** The same where something stands before each of the cameras. */
  allEngaged: counts.optional(),
  /** The same where incidents open and end at every tenth. */
  eventful: counts.optional(),
  ratios: z.object({ atFewest: ratios, atMost: ratios }).nullable(),
  plateaus: z.record(
    z.string(),
    z.object({
      cameras: z.number(),
      verdict: z.string(),
      /** A result of before admission control has none. */
      shedShare: z.number().default(0),
      /** Nor does it say how many of its cameras had a candidate. */
      engagedShare: z.number().optional(),
      coresPerCamera: z.number().nullable(),
      wayP95Ms: z.number().nullish(),
      /** As many cameras in one process; earlier results have one camera's only. */
      floor: z.object({ cameras: z.number() }).optional(),
    }),
  ),
})

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** @param which cameras, how they came, and to what */
export function throughputRows(
  measured: z.infer<typeof throughput>,
  which: string,
): readonly (readonly [string, string])[] {
  const {
    camerasWithinBudget: within,
    camerasAtFullRate: atFullRate,
    ratios: beside,
    plateaus,
    allEngaged,
    eventful,
  } = measured
  const camerasAtFullRate = atFullRate ?? within
  const held = Object.values(plateaus).filter(({ verdict }) => verdict === 'held')
  const full = held.find(({ cameras }) => cameras === camerasAtFullRate)
  const most = held.find(({ cameras }) => cameras === within)
  if (!full || !most || !beside || full.coresPerCamera === null) return []
  const { naiveToProduct, usualToProduct } = beside.atMost
  const late = full.wayP95Ms ? `, p95 ${Math.round(full.wayP95Ms)} ms from received to judged` : ''
  const shed = `; ${within} where ${percent(most.shedShare)} of the key frames are shed`
  const engaged =
    full.engagedShare === undefined ? '' : `${Math.round(100 * full.engagedShare)} % of them with a candidate, `
  const atAll = allEngaged?.camerasAtFullRate ?? allEngaged?.camerasWithinBudget
  const ofAll = atAll ? `; ${atAll} where all of them have one` : ''
  const withEvents = eventful?.camerasWithinBudget ?? null
  const ofEventful =
    withEvents === null ? '' : `; ${withEvents || 'too many'} where incidents open and end at every tenth`
  return [
    [
      which,
      `${camerasAtFullRate} in a steady state in which nothing opens an incident, ${engaged}each ${percent(full.coresPerCamera)} of a core${late}` +
        `${most === full ? '' : shed}${ofAll}${ofEventful}`,
    ],
    [
      `one of them, its share of the shard ÷ the floor${most.floor ? ' of as many in one process' : ''}: with the fewest cameras, and with the most that held`,
      `${beside.atFewest.shardToFloor?.toFixed(2) ?? '–'} and ${beside.atMost.shardToFloor?.toFixed(2) ?? '–'}`,
    ],
    [
      'the naive way, and the good usual way, to look at such a camera five times a second ÷ all of one of them',
      `${naiveToProduct?.toFixed(1) ?? '–'} and ${usualToProduct?.toFixed(1) ?? '–'}`,
    ],
  ]
}
