// The table of docs/4-operations.md on what so many cameras need, written from the measured curves in benchmarks/results.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const plateau = z.object({
  cameras: z.number(),
  verdict: z.string(),
  shedShare: z.number(),
  coresPerCamera: z.number().nullable(),
  memory: z.object({ main: z.object({ rssMb: z.number() }), shard: z.object({ rssMb: z.number() }).nullable() }),
})
const curve = z.object({ clip: z.object({ bitRate: z.number() }), plateaus: z.record(z.string(), plateau) })
const soaked = z.object({
  megabytesOfDiskPerCameraAndDay: z.object({
    detections: z.number().nullable(),
    evidence: z.number().nullable(),
    database: z.number().nullable(),
  }),
})

const CAMERAS = [100, 1_000, 10_000]
/** Of its cores, a machine that is to answer in time should have so much to do and no more. */
const FULL = 0.8
const KEEP_DAYS = { detections: 3, evidence: 90 }

/** Something measured, as the file that is there says it. */
function read<S extends z.ZodType>(root: string, name: string, schema: S): z.infer<S> | undefined {
  const file = join(root, 'benchmarks/results', name)
  return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
}

const rounded = (value: number): string => Number(value.toPrecision(2)).toLocaleString('en')

/** The largest number of cameras that was kept at full rate says what one costs; the largest of all, what one costs at the rate left. */
export function sizingTable(root: string): string {
  const measured = read(root, 'throughput.json', curve)
  const soak = read(root, 'soak.json', soaked)
  const held = Object.values(measured?.plateaus ?? {}).filter(({ verdict }) => verdict === 'held')
  const most = (those: typeof held) => those.toSorted((a, b) => b.cameras - a.cameras)[0]
  const [full, shed] = [most(held.filter(({ shedShare }) => shedShare <= 0.01)), most(held)]
  if (!measured || !full || !shed || full.coresPerCamera === null || shed.coresPerCamera === null || !shed.memory.shard)
    return 'Not measured yet.'
  const { coresPerCamera: fullCores } = full
  const { coresPerCamera: shedCores, memory, cameras: together } = shed
  const perCameraMb = memory.shard ? (memory.shard.rssMb - SHARD_MB) / together : 0
  const disk = soak?.megabytesOfDiskPerCameraAndDay
  const rows = CAMERAS.map(cameras => {
    const cores = (each: number) => Math.ceil((cameras * each) / FULL)
    const shards = cores(fullCores)
    const memoryGb = (memory.main.rssMb + shards * SHARD_MB + cameras * perCameraMb) / 1_000
    const diskGb = disk && ((disk.detections ?? 0) * KEEP_DAYS.detections * cameras) / 1_000
    return [
      cameras.toLocaleString('en'),
      cores(fullCores).toLocaleString('en'),
      cores(shedCores).toLocaleString('en'),
      `${rounded(memoryGb)} GB`,
      `${rounded((cameras * measured.clip.bitRate) / 1e9)} Gbit/s`,
      diskGb === undefined ? '–' : `${rounded(diskGb)} GB`,
    ]
  })
  const share = (100 * shed.shedShare).toFixed(0)
  return [
    `| cameras | cores, every key frame looked at | cores, where ${share} % of the key frames are shed | memory | network | detection log, ${KEEP_DAYS.detections} days |`,
    '|---|---|---|---|---|---|',
    ...rows.map(cells => `| ${cells.join(' | ')} |`),
    '',
    `One camera: ${(100 * fullCores).toFixed(1)} % of a core with ${full.cameras} of them on one core, ${(100 * shedCores).toFixed(1)} % with ${together} ` +
      `(main included); ${perCameraMb.toFixed(1)} MB.`,
  ].join('\n')
}

/** Of a shard without cameras: programs, networks and what they take to run. */
const SHARD_MB = 200
