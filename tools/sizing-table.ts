// The table of docs/4-operations.md on what so many cameras need, written from the measured curves in benchmarks/results.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const plateau = z.object({
  cameras: z.number(),
  verdict: z.string(),
  /** A result of before admission control has none. */
  shedShare: z.number().default(0),
  coresPerCamera: z.number().nullable(),
  milliCoresPerCamera: z
    .object({
      decoding: z.number(),
      objects: z.number(),
      conditions: z.number(),
      rest: z.number(),
      main: z.number(),
    })
    .nullish(),
  memory: z.object({ main: z.object({ rssMb: z.number() }), shard: z.object({ rssMb: z.number() }).nullable() }),
})
const curve = z.object({
  clip: z.object({ bitRate: z.number(), frames: z.number() }),
  machine: z.object({ cpu: z.string() }),
  plateaus: z.record(z.string(), plateau),
})
type Curve = z.infer<typeof curve>
const soaked = z.object({
  asked: z.object({ cameras: z.number() }),
  megabytesOfDiskPerCameraAndDay: z.object({
    detections: z.number().nullable(),
    evidence: z.number().nullable(),
    database: z.number().nullable(),
  }),
})

const CAMERAS = [100, 1_000, 10_000]
const KEEP_DAYS = 3
/** Of a shard without cameras: programs, networks and what they take to run. */
const SHARD_MB = 200

/** Something measured, as the file that is there says it. */
function read<S extends z.ZodType>(root: string, name: string, schema: S): z.infer<S> | undefined {
  const file = join(root, 'benchmarks/results', name)
  return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
}

const rounded = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en')

/** What a stream over RTSP costs beyond that, where as many were measured both ways on the same clip and machine. */
function readingOver(root: string, { clip, machine, plateaus: recorded }: Curve): string {
  const over = read(root, 'throughput.json', curve)
  const isAlike = over?.clip.frames === clip.frames && over.machine.cpu === machine.cpu
  const both = Object.entries(isAlike ? over.plateaus : {}).flatMap(
    ([name, { cameras, verdict, coresPerCamera: over }]) => {
      const from = recorded[name]?.coresPerCamera
      return verdict === 'held' && over !== null && from ? [{ cameras, over, from }] : []
    },
  )
  const most = both.toSorted((a, b) => b.cameras - a.cameras)[0]
  if (!most) return 'What reading RTSP adds was not measured beside it.'
  return `Over RTSP, with ${most.cameras} cameras, each takes ${(100 * most.over).toFixed(1)} % instead of ${(100 * most.from).toFixed(1)} %.`
}

/** What is written for incidents alone: it grows with them, and no table of cameras can say it. */
function incidentsOnDisk({ asked, megabytesOfDiskPerCameraAndDay: of }: z.infer<typeof soaked>): string {
  const figure = (value: number | null) => (value === null ? 'an unknown number of' : rounded(value))
  return (
    `Incidents take disk beyond that, for their pictures, clips and rows: ${figure(of.evidence)} MB of evidence and ${figure(of.database)} MB of ` +
    `database a camera and day in the soak of ${asked.cameras} cameras, a quarter of which had one after the other all the while.`
  )
}

/** So much of a core is to be used, by so many cameras at the end: what a camera may take. */
const AIM = { share: 0.85, cameras: 50 }
const WORK = {
  objects: 'people and vehicles: scaling, the network',
  decoding: 'key frames decoded',
  conditions: 'bins and roads: scaling, the network',
  rest: 'reading, packet rings, tracks, rules, pictures',
  main: 'main: what was seen, the database, the console',
} as const

/** Where a camera's share of a core goes, and what is left of it. */
function budgetLines({
  cameras,
  coresPerCamera,
  milliCoresPerCamera: work,
}: z.infer<typeof plateau>): readonly string[] {
  if (!work || coresPerCamera === null) return []
  const total = 1_000 * coresPerCamera
  const aim = (1_000 * AIM.share) / AIM.cameras
  const lines = Object.entries(WORK) as [keyof typeof WORK, string][]
  const left = aim - total
  return [
    '',
    `Of a core, in thousandths, for each of the ${cameras}:`,
    '',
    '| what | measured |',
    '|---|---|',
    ...lines.map(([name, what]) => `| ${what} | ${work[name].toFixed(1)} |`),
    `| together | ${total.toFixed(1)} |`,
    `| ${100 * AIM.share} % of a core, shared by ${AIM.cameras} | ${aim.toFixed(1)} |`,
    `| ${left < 0 ? 'lacking' : 'left'} | ${Math.abs(left).toFixed(1)} |`,
  ]
}

type Measured = z.infer<typeof plateau> & { readonly coresPerCamera: number; readonly shardMb: number }

/** The most cameras that one core kept within the latency budget while every look was taken that rules asked for. */
function mostOf({ plateaus }: Curve): Measured | undefined {
  const held = Object.values(plateaus).filter(({ verdict, shedShare }) => verdict === 'held' && shedShare <= 0.01)
  const most = held.toSorted((a, b) => b.cameras - a.cameras)[0]
  if (!most?.memory.shard || most.coresPerCamera === null) return undefined
  return { ...most, coresPerCamera: most.coresPerCamera, shardMb: most.memory.shard.rssMb }
}

const perCameraMb = ({ cameras, shardMb }: Measured): number => (shardMb - SHARD_MB) / cameras

/** What so many take by what one core kept. @param diskMb of the detection log, for a camera and day */
function rowsFor(streams: string, { clip }: Curve, most: Measured, diskMb: number | null | undefined) {
  return CAMERAS.map(cameras => {
    const cores = Math.ceil(cameras / most.cameras)
    const memoryGb = (most.memory.main.rssMb + cores * SHARD_MB + cameras * perCameraMb(most)) / 1_000
    return [
      `${cameras.toLocaleString('en')}${streams}`,
      cores.toLocaleString('en'),
      `${rounded(memoryGb)} GB`,
      `${rounded((cameras * clip.bitRate) / 1e9)} Gbit/s`,
      diskMb === undefined || diskMb === null
        ? 'not measured'
        : `${rounded((diskMb * KEEP_DAYS * cameras) / 1_000)} GB`,
    ]
  })
}

/** What one core kept says how many cores others need. */
export function sizingTable(root: string): string {
  const measured = read(root, 'throughput-file.json', curve)
  const most = measured && mostOf(measured)
  if (!measured || !most) return 'Not measured yet.'
  const small = read(root, 'throughput-sub-streams-file.json', curve)
  const mostSmall = small && mostOf(small)
  const onDisk = read(root, 'soak.json', soaked)
  const diskMb = onDisk?.megabytesOfDiskPerCameraAndDay.detections
  const rows = [
    ...rowsFor('', measured, most, diskMb),
    ...(small && mostSmall ? rowsFor(', by second streams of 640×360', small, mostSmall, diskMb) : []),
  ]
  const told = (which: string, of: Measured) =>
    `${of.cameras} ${which} on one core, read as recorded packets, each ${(100 * of.coresPerCamera).toFixed(1)} % of it (main included) and ${perCameraMb(of).toFixed(1)} MB`
  return [
    `| cameras | cores | memory | network | detection log, ${KEEP_DAYS} days |`,
    '|---|---|---|---|---|',
    ...rows.map(cells => `| ${cells.join(' | ')} |`),
    '',
    `Measured: ${told('cameras', most)}${mostSmall ? `; ${told('second streams', mostSmall)}` : ''}. ${readingOver(root, measured)}`,
    ...budgetLines(most),
    ...(onDisk ? ['', incidentsOnDisk(onDisk)] : []),
  ].join('\n')
}
