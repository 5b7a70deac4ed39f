// Measures the time from the frame that completes a rule to the job with its team; writes benchmarks/results/latency.json.
//
// Twice: on recorded detections (the way through main alone, some incidents at once), and on the drawn street in pixels
// (decoding, the network and the evidence pictures included). The embedded default: PGlite, its queue, one machine.
// From the root of the checkout, after `npm run build`: `npm run bench:latency -- [--incidents 150] [--rounds 4] [--idle-seconds 30] [--out FOLDER]`;
// a round is the drawn street's story, 90 s.
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import { Scope } from '../core/scope.ts'
import { writeScene } from '../fixtures/generate.ts'
import { writeRecording } from '../fixtures/recorded.ts'
import { CYCLE_MS } from '../fixtures/story.ts'
import { programArguments } from './arguments.ts'
import { type JobWatch, type SeenJob, watchJobs } from './job-watch.ts'
import { cpuMs } from './process-cost.ts'
import { type Program, startProgram } from './program.ts'
import { ROOT, rounded, writeResult } from './provenance.ts'
import { nearestRank } from './scoring/percentiles.ts'
import { stageTimes } from './stage-times.ts'

const SPACING_MS = 1_500
const START_MS = 20_000
/** Of the drawn street, whose story begins when the program has started. */
const SPARE_MS = 60_000
const LEAST_INCIDENTS = 8
const SHARD_REPORT_MS = 6_000

function quantiles(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (percent: number) => Math.round(nearestRank(sorted, percent) ?? Number.NaN)
  return { p50Ms: at(50), p95Ms: at(95), maxMs: at(100) }
}

/** Somebody to be told: answers every notice at once. */
async function receiver(scope: Scope): Promise<{ readonly notifiers: readonly object[]; readonly outgoing: object }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.defer(() => void server.close())
  const { port } = server.address() as AddressInfo
  return {
    notifiers: [{ kind: 'webhook', url: `http://127.0.0.1:${port}/` }],
    outgoing: { allow: ['127.0.0.1/32'] },
  }
}

const metricsOf = async ({ address }: Program): Promise<string> => (await fetch(`${address}/metrics`)).text()

/** The product's own histogram: from the frame's arrival, exact in its mean. */
function ownHistogram(text: string) {
  const read = (suffix: string) =>
    Number(new RegExp(`^jiemu_frame_to_assigned_seconds${suffix} ([\\d.e+-]+)$`, 'm').exec(text)?.[1])
  const count = read('_count')
  return {
    count,
    meanMs: Math.round((1_000 * read('_sum')) / count),
    withinHalfASecond: rounded(read('_bucket\\{le="0.5"\\}') / count),
  }
}

async function told(program: Program, watch: JobWatch) {
  const jobs: readonly SeenJob[] = await watch.end()
  // The shards' last frames are told with their next report.
  await delay(SHARD_REPORT_MS)
  const text = await metricsOf(program)
  return {
    incidents: jobs.length,
    frameToAssigned: quantiles(jobs.map(({ frameAt, assignedAt }) => assignedAt - frameAt)),
    frameToTold: quantiles(jobs.map(({ frameAt, toldAt }) => toldAt - frameAt)),
    byTheProductsHistogram: ownHistogram(text),
    stages: stageTimes(text),
  }
}

async function recorded(incidents: number, idleMs: number) {
  await using scope = new Scope()
  const folder = await temporaryFolder(scope)
  const durationMs = incidents * SPACING_MS
  const { yamlPath, expected } = await writeRecording(folder, Date.now() + START_MS, { incidents, durationMs })
  const program = await startProgram(scope, { camerasFile: yamlPath, settings: await receiver(scope) })
  const watch = await watchJobs(program.address)
  const before = cpuMs(program.pid)
  const from = performance.now()
  await watch.until(expected.length, durationMs + START_MS + 30_000)
  const busyCore = (cpuMs(program.pid) - before) / (performance.now() - from)
  const latency = await told(program, watch)
  // The recording is over, and its last clears are done with.
  await delay(idleMs)
  return { ...latency, coreOfMain: { busy: rounded(busyCore), idle: rounded(await idleCore(program, idleMs)) } }
}

async function idleCore({ pid }: Program, idleMs: number): Promise<number> {
  const before = cpuMs(pid)
  await delay(idleMs)
  return (cpuMs(pid) - before) / idleMs
}

/**
 * Zones on the same spot whose times differ, so that rules are completed one after the other, by different frames. Five of
 * each: what leaves the spot clears them all at once, and a burst of pictures of one car is not what is measured here.
 */
const PARKING_GRACES_S = [10, 16, 22, 28, 34]
const CROWD_HOLDS_S = [5, 11, 17, 23, 29]

function street(videoPath: string) {
  const parking = PARKING_GRACES_S.map(graceS => ({
    id: `kerb-${graceS}s`,
    rule: 'illegal-parking',
    options: { grace: `${graceS}s`, clearAfter: '8s', cooldown: '20s' },
    polygon: [
      [0.15, 0.655],
      [0.56, 0.655],
      [0.56, 0.735],
      [0.15, 0.735],
    ],
  }))
  const crowds = CROWD_HOLDS_S.map(holdS => ({
    id: `shop-${holdS}s`,
    rule: 'crowding',
    options: { threshold: 6, clearBelow: 2, hold: `${holdS}s`, clearAfter: '8s' },
    polygon: [
      [0.63, 0.475],
      [0.98, 0.475],
      [0.98, 0.63],
      [0.63, 0.63],
    ],
  }))
  const kinds = ['illegal-parking', 'crowding']
  return {
    cameras: [
      {
        id: 'drawn-street',
        name: '滨河路（生成画面）',
        street: 'measured',
        grid: 'measured',
        source: { kind: 'file', path: videoPath, loop: true, startAt: 'now' },
        generated: true,
        zones: [...parking, ...crowds],
      },
    ],
    teams: [{ id: 'measured', name: '一队', skills: kinds, grids: ['measured'], loadCap: 10_000 }],
    policies: kinds.map(kind => ({
      kind,
      mode: 'auto',
      autoScore: 0,
      joinWindow: '0s',
      cooldown: '0s',
      selfCleared: 'keep',
    })),
  }
}

async function drawn(rounds: number) {
  await using scope = new Scope()
  const folder = await temporaryFolder(scope)
  const { videoPath } = await writeScene(join(ROOT, '.cache/benchmarks/scene'))
  const camerasFile = join(folder, 'street.yaml')
  await writeFile(camerasFile, stringify(street(videoPath)))
  const program = await startProgram(scope, { camerasFile, settings: await receiver(scope) })
  const watch = await watchJobs(program.address)
  const expected = Math.ceil(rounds * (PARKING_GRACES_S.length + CROWD_HOLDS_S.length))
  await watch.until(expected, rounds * CYCLE_MS + SPARE_MS)
  return { zonesOfTheCamera: PARKING_GRACES_S.length + CROWD_HOLDS_S.length, ...(await told(program, watch)) }
}

async function temporaryFolder(scope: Scope): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-latency-'))
  scope.defer(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const { amounts, out } = programArguments({ incidents: 150, rounds: 4, idleSeconds: 30 })
if (amounts.incidents < LEAST_INCIDENTS) {
  console.error(`--incidents: at least ${LEAST_INCIDENTS}; a recording of fewer is over before the first is due`)
  process.exit(2)
}
const figures = {
  recorded: await recorded(amounts.incidents, amounts.idleSeconds * 1_000),
  drawnStreet: await drawn(amounts.rounds),
}
console.log(JSON.stringify(figures, null, 2))
await writeResult(
  'latency',
  {
    what:
      'Time from the capture of the frame that completes a rule to the job assigned to a team (its record) and to a listener ' +
      'of /api/events being told; embedded default. Of the drawn street, capture lies before arrival by the time that ' +
      'opening the file took, which the product’s own histogram does not count',
    footage: [join(ROOT, '.cache/benchmarks/scene/demo.mp4')],
    figures,
  },
  out,
)
process.exit()
