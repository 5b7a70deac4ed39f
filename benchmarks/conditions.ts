// Measures the conditions of places (full bins, dirty roads) on real pictures and writes benchmarks/results/conditions.json.
//
// From the root of the checkout, after `npm run build`, with ../shared/footage: `npm run bench:conditions`, or one
// part of it with `--part a` (pictures), `b` (bins over time), `c` (roads) or `d` (cost); what the others said is kept.
// Pictures of three sequences and of planted roads are left in .cache/benchmarks/conditions.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDetectors, SHIPPED_NETWORKS } from '../watch/detectors.ts'
import { cost } from './conditions/cost.ts'
import { detection } from './conditions/detection.ts'
import { binEvents } from './conditions/report-bins.ts'
import { dirtyRoads } from './conditions/report-roads.ts'
import { FOOTAGE, ROOT, writeResult } from './provenance.ts'

const PICTURES = join(ROOT, '.cache/benchmarks/conditions')

const PARTS = {
  a: ['detection', () => detection(FOOTAGE)],
  b: ['bins', () => withDetectors(detectors => binEvents(FOOTAGE, detectors, PICTURES))],
  c: ['roads', () => withDetectors(detectors => dirtyRoads(FOOTAGE, detectors, PICTURES))],
  d: ['cost', () => withDetectors(detectors => cost(FOOTAGE, detectors))],
} as const

async function withDetectors<T>(use: (detectors: Awaited<ReturnType<typeof openDetectors>>) => Promise<T>): Promise<T> {
  const detectors = await openDetectors(SHIPPED_NETWORKS)
  try {
    return await use(detectors)
  } finally {
    await detectors.close()
  }
}

async function known(): Promise<Record<string, object>> {
  const folder = out ?? join(ROOT, 'benchmarks/results')
  const text = await readFile(join(folder, 'conditions.json'), 'utf8').catch(() => '{}')
  const before: Record<string, object | undefined> = JSON.parse(text)
  return Object.fromEntries(Object.values(PARTS).flatMap(([name]) => (before[name] ? [[name, before[name]]] : [])))
}

const { part, out } = parseArgs({ options: { part: { type: 'string' }, out: { type: 'string' } } }).values
const figures = await known()
for (const [letter, [name, measure]] of Object.entries(PARTS)) {
  if (part !== undefined && part !== letter) continue
  figures[name] = { measuredAt: new Date().toISOString(), ...(await measure()) }
  console.log(name, JSON.stringify(figures[name]))
}

await writeResult(
  'conditions',
  {
    what: 'Full bins and dirty roads: the network on labelled pictures, the rules on composed sequences and on real days',
    footage: [
      ...['bins/images', 'bins/labels', 'clips/kerb-parking.mp4', 'clips/parking-lot-entrance.mp4'],
      ...['clips/yard-pedestrians.avi', 'junction/junction.mp4', 'jamcam-2017/09747', 'jamcam-2017/09801'],
    ].map(path => join(FOOTAGE, path)),
    figures,
  },
  out,
)
