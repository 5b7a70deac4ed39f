// Measures resident memory of main and of a shard after three minutes with one and four 1080p cameras; writes benchmarks/results/memory.json.
//
// From the root of the checkout, after `npm run build`, with the Debian packages of the RTSP test server:
// `npm run bench:memory -- [--seconds 180] [--out FOLDER]`.
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { stringify } from 'yaml'
import type { Incident } from '../core/incident.ts'
import { Scope } from '../core/scope.ts'
import { programArguments } from './arguments.ts'
import { watchJobs } from './job-watch.ts'
import { longClip } from './long-clip.ts'
import { cameraEntry } from './measured-camera.ts'
import { childrenOf, memory } from './process-cost.ts'
import { startProgram } from './program.ts'
import { writeResult } from './provenance.ts'
import { serveRtsp } from './serve-rtsp.ts'

const CAMERAS = [1, 4] as const
/** So that evidence of every moment is taken, and incidents and jobs exist, within the three minutes. */
const PARKING = { grace: '60s' }

function camerasFile(urls: readonly string[]) {
  const kinds = ['illegal-parking', 'crowding']
  return {
    cameras: urls.map((url, index) => cameraEntry(`camera-${index + 1}`, url, PARKING)),
    teams: [{ id: 'measured', name: 'measured', skills: kinds, grids: ['measured'], loadCap: 10_000 }],
    policies: kinds.map(kind => ({ kind, mode: 'auto', autoScore: 0 })),
  }
}

async function measure(cameras: number, clip: string, durationMs: number) {
  await using scope = new Scope()
  const { urls } = await serveRtsp(scope, clip, cameras)
  const file = join(tmpdir(), `jiemu-memory-${process.pid}.yaml`)
  await writeFile(file, stringify(camerasFile(urls)))
  const program = await startProgram(scope, { camerasFile: file, settings: { shards: 1 } })
  // A console is open meanwhile.
  const watch = await watchJobs(program.address)
  await delay(durationMs)
  const [shard] = childrenOf(program.pid)
  if (shard === undefined) throw new Error('there is no shard')
  const response = await fetch(`${program.address}/api/incidents`)
  const { items } = (await response.json()) as { items: readonly Incident[] }
  const figures = { incidents: items.length, main: memory(program.pid), shard: memory(shard) }
  await watch.end()
  return figures
}

const { amounts, out } = programArguments({ seconds: 180 })
const durationMs = amounts.seconds * 1_000
const clip = await longClip(durationMs / 60_000 + 1)
const measured: Record<string, Awaited<ReturnType<typeof measure>>> = {}
for (const cameras of CAMERAS) {
  measured[`${cameras} camera${cameras > 1 ? 's' : ''}`] = await measure(cameras, clip.path, durationMs)
  console.log(cameras, JSON.stringify(measured))
}
await writeResult(
  'memory',
  {
    what: `Resident memory after ${durationMs / 1_000} s with one shard, 1080p25 cameras at key frames over RTSP, evidence pictures included`,
    footage: [clip.path],
    figures: { allowedMb: { main: 350, shard: '180 + 20 for each camera' }, measured },
  },
  out,
)
process.exit()
