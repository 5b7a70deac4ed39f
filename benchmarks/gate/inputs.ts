// What the stages work on: made by the commit that compares, from fixed seeds, and handed to both sides.
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scope } from '../../core/scope.ts'
import { DEFAULT_START_AT } from '../../core/time.ts'
import { writeScene } from '../../fixtures/generate.ts'
import { bellCurve, seededRandom } from '../../fixtures/random.ts'
import { recordDetections } from '../../fixtures/recorded.ts'
import { openEmbedded } from '../../store/embedded.ts'
import type { StageInput } from './stages/stage.ts'

/** Of the drawn street: enough for a pass at key frames and one in full to differ. */
const CLIP_MS = 10_000
const PEOPLE = 16
const FRAMES_MS = 300_000

/** @returns a maker of one side's input for one launch: its own folder, with a database that nobody has used */
export async function makeInputs(scope: Scope, root: string): Promise<() => Promise<StageInput>> {
  const folder = await mkdtemp(join(tmpdir(), 'jiemu-gate-'))
  scope.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const { videoPath } = await writeScene(join(root, '.cache/benchmarks/gate-scene'), { durationMs: CLIP_MS })
  const recording = join(folder, 'recording.jsonl')
  await writeFile(recording, `${recordedStreet().join('\n')}\n`)
  // Creating a database takes seconds and 850 MB, copying one a moment.
  const template = join(folder, 'database')
  await (await openEmbedded(template)).close()
  const receiver = await listenForNotices(scope)
  let launches = 0
  return async () => {
    const own = join(folder, `launch-${++launches}`)
    await mkdir(own)
    await cp(join(template, 'pg'), join(own, 'pg'), { recursive: true })
    return { clip: videoPath, recording, receiver, folder: own }
  }
}

/** Five rows of parked cars, and people who stroll about: a line for each frame. */
function recordedStreet(): readonly string[] {
  const { cameras, lines } = recordDetections({ incidents: 50, durationMs: FRAMES_MS })
  const random = seededRandom(7)
  const places = Array.from({ length: PEOPLE }, () => ({ x: 0.1 + 0.8 * random(), y: 0.3 + 0.5 * random() }))
  return lines(cameras[0] ?? '').map(line => {
    const { atMs, objects } = JSON.parse(line) as { readonly atMs: number; readonly objects: readonly Recorded[] }
    const cars = objects.map(({ box: [x1, y1, x2, y2], ...object }) => ({ ...object, box: { x1, y1, x2, y2 } }))
    const people = places.map(place => {
      place.x = within(place.x + 0.004 * bellCurve(random))
      place.y = within(place.y + 0.004 * bellCurve(random))
      const { x, y } = place
      return { label: 'person', score: 0.6 + 0.3 * random(), box: { x1: x - 0.01, y1: y - 0.06, x2: x + 0.01, y2: y } }
    })
    return JSON.stringify({ at: DEFAULT_START_AT + atMs, objects: [...cars, ...people] })
  })
}

interface Recorded {
  readonly label: string
  readonly score: number
  readonly box: readonly [number, number, number, number]
}

const within = (value: number) => Math.min(0.9, Math.max(0.15, value))

async function listenForNotices(scope: Scope): Promise<string> {
  const server = createServer((request, answer) => {
    request.resume()
    request.on('end', () => answer.writeHead(204).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.defer(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
