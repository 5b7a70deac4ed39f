// README's figures: lines of a table, written from benchmarks/results. Nobody types a number.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { simulatedDays } from './choice-table.ts'
import { THROUGHPUT, throughput, throughputRows } from './throughput-rows.ts'

const provenance = z.object({
  measuredAt: z.string(),
  commit: z.string(),
  machine: z.object({ cpu: z.string(), cores: z.number(), node: z.string() }),
})
const replayed = z.object({
  incidents: z.number(),
  found: z.number(),
  falseAlarms: z.array(z.unknown()),
  duplicates: z.number(),
  secondsAfterDue: z.array(z.number()),
})
type Replayed = z.infer<typeof replayed>

const loaded = z.object({
  title: z.string(),
  sustainedPerS: z.number().nullable(),
  steps: z.array(z.object({ seconds: z.number() })),
  measured: z
    .object({
      ratePerS: z.number(),
      seconds: z.number(),
      offeredToNotified: z.object({ p50Ms: z.number(), p99Ms: z.number() }),
    })
    .nullable(),
  asked: z
    .object({
      ratePerS: z.number(),
      seconds: z.number(),
      limitP99Ms: z.number(),
      committedToAssigned: z.object({ p50Ms: z.number(), p99Ms: z.number() }),
    })
    .nullable()
    .optional(),
})
const slowed = z.object({
  all: z.object({
    fewMs: z.object({ p95Ms: z.number() }),
    manyMs: z.object({ p95Ms: z.number() }),
    ratioP95: z.number(),
  }),
})
const skipped = z.object({ skipped: z.string() })
const runs = z.object({ runs: z.number(), passed: z.number() })

interface Figure<S extends z.ZodType> {
  readonly file: string
  readonly schema: S
  readonly lines: (result: z.infer<S>) => readonly (readonly [what: string, measured: string])[]
}
const figure = <S extends z.ZodType>(file: string, schema: S, lines: Figure<S>['lines']): Figure<S> => ({
  file,
  schema,
  lines,
})

const found = ({ incidents, found: hits, falseAlarms, duplicates, secondsAfterDue }: Replayed): string =>
  `${hits} found of ${incidents} raised, ${falseAlarms.length} false, ${duplicates} twice; ${range(secondsAfterDue)} s after due`
const range = (values: readonly number[]): string =>
  values.length > 0 ? `${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)}` : '–'
const percent = (share: number): string => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`

const FIGURES = [
  figure(
    'main-job.json',
    z.object({
      kerbParking: z.object({ keyframes: replayed, every5: replayed }),
      kerbParkingAsClips: replayed,
      wholeDays: z.record(z.string(), replayed),
    }),
    ({ kerbParking, kerbParkingAsClips, wholeDays }) => [
      ['six cars parked at two kerbs, key frames only', found(kerbParking.keyframes)],
      ['the same, five frames a second', found(kerbParking.every5)],
      [
        'the same cars in clips a quarter of an hour apart',
        `${kerbParkingAsClips.found} found, ${kerbParkingAsClips.duplicates} twice`,
      ],
      [
        'false alarms, same options, two junctions for a whole day',
        Object.values(wholeDays)
          .map(day => String(day.incidents))
          .join(' and '),
      ],
    ],
  ),
  figure(
    'score.json',
    z.object({
      scored: z.number(),
      all: z.object({
        events: z.number(),
        hits: z.number(),
        falseAlarms: z.number(),
        cameraDays: z.number(),
        falseAlarmsPerCameraDay: z.object({ low: z.number(), high: z.number() }),
      }),
    }),
    ({ scored, all: { events, hits, falseAlarms, cameraDays, falseAlarmsPerCameraDay: perDay } }) => [
      [
        `${scored} truth files scored, ${cameraDays.toFixed(1)} camera-days in all`,
        `${hits} of ${events} events found, ${falseAlarms} false alarms (95 %: ${perDay.low.toFixed(1)}–${perDay.high.toFixed(1)} a camera-day)`,
      ],
    ],
  ),
  figure(
    'appearance.json',
    z.object({ margin: z.object({ leastSame: z.number(), mostOther: z.number() }) }),
    ({ margin }) => [
      [
        'likeness across a gap: the same car at least, another car at most',
        `${margin.leastSame.toFixed(2)} and ${margin.mostOther.toFixed(2)}`,
      ],
    ],
  ),
  figure(
    'latency.json',
    z.object({
      recorded: z.object({
        incidents: z.number(),
        frameToAssigned: z.object({ p50Ms: z.number(), p95Ms: z.number() }),
      }),
    }),
    ({ recorded: { incidents, frameToAssigned } }) => [
      [
        `from the frame to the assigned job, embedded default (${incidents} incidents)`,
        `p50 ${frameToAssigned.p50Ms} ms, p95 ${frameToAssigned.p95Ms} ms`,
      ],
    ],
  ),
  figure(
    'dispatch-load.json',
    z.object({ limits: z.object({ p99Ms: z.number() }), backEnds: z.record(z.string(), z.union([loaded, skipped])) }),
    ({ limits, backEnds }) =>
      Object.values(backEnds).flatMap(figures =>
        'skipped' in figures || !figures.measured
          ? []
          : [
              ...(figures.asked
                ? [
                    [
                      `from an incident's commit to its job's people at ${figures.asked.ratePerS} incidents a second for ${figures.asked.seconds} s, on ${figures.title} (asked: p99 ≤ ${figures.asked.limitP99Ms} ms)`,
                      `p50 ${Math.round(figures.asked.committedToAssigned.p50Ms)} ms, p99 ${Math.round(figures.asked.committedToAssigned.p99Ms)} ms`,
                    ] as const,
                  ]
                : []),
              [
                `incidents a second from ledger to webhook, the most with p99 ≤ ${limits.p99Ms} ms and then 70 % of it, on ${figures.title}`,
                `${figures.sustainedPerS?.toFixed(0)} for ${figures.steps[0]?.seconds} s; ${figures.measured.ratePerS.toFixed(0)} for ${figures.measured.seconds} s: p50 ${Math.round(figures.measured.offeredToNotified.p50Ms)} ms, p99 ${Math.round(figures.measured.offeredToNotified.p99Ms)} ms`,
              ],
            ],
      ),
  ),
  figure(
    'open-jobs.json',
    z.object({ few: z.number(), many: z.number(), backEnds: z.record(z.string(), z.union([slowed, skipped])) }),
    ({ few, many, backEnds }) =>
      Object.entries(backEnds).flatMap(([name, figures]) =>
        'skipped' in figures
          ? []
          : [
              [
                `a step of a job with ${many} others open, and with ${few}, on ${name}`,
                `p95 ${figures.all.manyMs.p95Ms} and ${figures.all.fewMs.p95Ms} ms: ${figures.all.ratioP95.toFixed(2)} times`,
              ],
            ],
      ),
  ),
  figure('dispatch-day.json', simulatedDays, ({ seeds, busyDay, quietDay }) =>
    [busyDay, quietDay].map(({ incidents, ways: { product, 'first-free': first } }) => [
      `${seeds} simulated days of ${incidents} incidents for sixty workers: the product's choice, and the first free worker`,
      `${Math.round(product.travel.metresPerJob.mean)} and ${Math.round(first.travel.metresPerJob.mean)} m of street for a job, there after ${Math.round(product.secondsToArrive.p50.mean)} and ${Math.round(first.secondsToArrive.p50.mean)} s (p50), Gini of jobs within a team ${product.jobsPerWorker.giniWithinTeams.mean.toFixed(2)} and ${first.jobsPerWorker.giniWithinTeams.mean.toFixed(2)}`,
    ]),
  ),
  figure(
    'conditions.json',
    z.object({
      detection: z.object({
        classes: z.record(z.string(), z.object({ pictures: z.object({ f1: z.object({ value: z.number() }) }) })),
      }),
      bins: z.object({
        overflow: z.object({
          sequences: z.number(),
          inTime: z.number(),
          duplicates: z.number(),
          falseAlarms: z.number(),
          secondsToAlert: z.object({ p50: z.number(), worst: z.number() }),
        }),
        nothingHappens: z.object({ sequences: z.number(), falseAlarms: z.number() }),
      }),
      cost: z.object({ bin: z.object({ coreShare: z.number() }), road: z.object({ coreShare: z.number() }) }),
    }),
    ({ detection, bins: { overflow, nothingHappens }, cost }) => [
      [
        'pictures with an overflowing bin, and with litter: F1 on the reporting half',
        ['bin-overflow', 'litter']
          .map(label => detection.classes[label]?.pictures.f1.value.toFixed(2) ?? '–')
          .join(' and '),
      ],
      [
        `${overflow.sequences} composed sequences of a bin that overflows, ${nothingHappens.sequences} in which nothing happens`,
        `${overflow.inTime} told in time (p50 ${overflow.secondsToAlert.p50} s, worst ${overflow.secondsToAlert.worst} s), ${overflow.duplicates} twice, ${overflow.falseAlarms + nothingHappens.falseAlarms} false`,
      ],
      [
        'looking at one bin, and at one road of four tiles',
        `${percent(cost.bin.coreShare)} and ${percent(cost.road.coreShare)} of a core`,
      ],
    ],
  ),
  figure(
    'gate.json',
    z.object({ unchanged: runs, plants: z.object({ planted: z.number(), caught: z.number() }) }),
    of => [
      [
        'the paired gate: an unchanged commit passes, and planted slow-downs of a fifth are caught',
        `${of.unchanged.passed} of ${of.unchanged.runs}, ${of.plants.caught} of ${of.plants.planted}`,
      ],
    ],
  ),
  figure('floor.json', z.object({ ratio: z.number(), shard: z.object({ core: z.number() }) }), ({ ratio, shard }) => [
    ['one 1080p25 camera at key frames: core, and ÷ the floor', `${percent(shard.core)}, ${ratio.toFixed(2)}`],
  ]),
  ...THROUGHPUT.map(([file, which]) => figure(file, throughput, measured => throughputRows(measured, which))),
  figure(
    'blur.json',
    z.object({
      pictures: z.number(),
      heads: z.number(),
      missed: z.object({ share: z.number(), interval: z.tuple([z.number(), z.number()]) }),
      maskedShareOfPicture: z.number(),
    }),
    ({ pictures, heads, missed: { share, interval }, maskedShareOfPicture }) => [
      [
        `heads that the privacy blur misses, of ${heads} hand-marked in ${pictures} pictures of a crowded hall`,
        `${percent(share)} (95 %: ${percent(interval[0])}–${percent(interval[1])}); ${percent(maskedShareOfPicture)} of the picture is masked`,
      ],
    ],
  ),
  figure(
    'memory.json',
    z.object({
      measured: z.record(
        z.string(),
        z.object({ main: z.object({ rssMb: z.number() }), shard: z.object({ rssMb: z.number() }) }),
      ),
    }),
    ({ measured }) =>
      Object.entries(measured).map(([cameras, { main, shard }]) => [
        `resident memory with ${cameras}`,
        `main ${Math.round(main.rssMb)} MB, shard ${Math.round(shard.rssMb)} MB`,
      ]),
  ),
  figure(
    'kill.json',
    z.object({ kills: z.number(), incidents: z.number(), lost: z.number(), doubled: z.number() }),
    ({ kills, incidents, lost, doubled }) => [
      [`${kills} × \`kill -9\` under ${incidents} incidents`, `${lost} lost, ${doubled} doubled`],
    ],
  ),
  figure(
    'baselines.json',
    z.object({
      analysis: z.record(z.string(), z.object({ coreWithoutInference: z.number() })),
      liveView: z.record(z.string(), z.object({ core: z.number() })),
    }),
    ({ analysis, liveView }) => [
      ...Object.entries(analysis).map(
        ([way, { coreWithoutInference }]) =>
          [`decoding by ${way}`, `${percent(coreWithoutInference)} of a core`] as const,
      ),
      ...Object.entries(liveView).map(
        ([way, { core }]) => [`live view by ${way}`, `${percent(core)} of a core`] as const,
      ),
    ],
  ),
] as const

/** The table between README's marks. Results that are not there are left out. */
export function figuresTable(root: string): string {
  const rows = FIGURES.flatMap(({ file, schema, lines }) => {
    const path = join(root, 'benchmarks/results', file)
    if (!existsSync(path)) return []
    const raw: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const { commit, machine } = provenance.parse(raw)
    const source = `[${file}](benchmarks/results/${file}), ${machine.cores} cores ${machine.cpu}, ${commit.slice(0, 7)}`
    // Each row of the table above belongs to its own schema; the union of them all is what TypeScript cannot follow.
    const told = lines(schema.parse(raw) as never)
    return told.map(([what, measured], index) => `| ${what} | ${measured} | ${index === 0 ? source : ''} |`)
  })
  return ['| what | measured | from |', '|---|---|---|', ...rows].join('\n')
}
