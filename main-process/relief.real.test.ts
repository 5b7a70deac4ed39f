// A camera that leaves a shard with too much to do, for real: its incident goes on with the other shard, as the same one.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { cameraOf } from '../benchmarks/floor-turn.ts'
import { silentLog } from '../core/log.ts'
import type { Observation } from '../core/observation.ts'
import type { RuleSnapshot } from '../core/shard-contract.ts'
import { systemClock } from '../core/time.ts'
import { writeScene } from '../fixtures/generate.ts'
import { ROOT, temporaryFolder } from '../tests/support/jiemu.ts'
import { SHIPPED_NETWORKS } from '../watch/detectors.ts'
import { ShardPool } from './shards.ts'

const folder = temporaryFolder('relief')
const closers: (() => unknown)[] = [folder.remove]
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})
/** What a busy machine may take for what takes half a minute. */
const SOON = { timeout: 90_000, interval: 500 }

const SQUARE = [
  [0.3, 0.3],
  [0.7, 0.3],
  [0.7, 0.7],
  [0.3, 0.7],
]
const MINUTES = 10

/** A car that stands from now on, told each second as a camera would show it: whoever opens it gets what is to be seen now. */
function standingCar(): object {
  const path = join(folder.path, 'car.jsonl')
  const objects = [{ label: 'car', score: 0.9, box: [0.45, 0.45, 0.55, 0.55] }]
  const now = Date.now()
  const lines = Array.from({ length: MINUTES * 60 }, (_, second) =>
    JSON.stringify({ at: now + second * 1_000, objects }),
  )
  writeFileSync(path, lines.join('\n'))
  return { kind: 'recorded', path, anchor: 'wall' }
}

const camera = (id: string, source: object, sampling: unknown = 'keyframes') =>
  cameraOf({
    ...{ id, name: id, street: 's', grid: 'g', source, sampling },
    zones: [{ id: 'kerb', rule: 'illegal-parking', options: { grace: '3s' }, polygon: SQUARE }],
  })

/** How many cores watching each is said to cost; a guest fills a shard, so that all others go to the next one. */
const CORES: Readonly<Record<string, number>> = { guest: 10, car: 0.2 }
/** Too dear for a shard that has any other, so that none of those that keep a shard busy can leave it. */
const TOO_DEAR = 0.9

test('the incident of a camera that is moved is told on by the other shard, and no second one', async () => {
  const { videoPath } = await writeScene(join(folder.path, 'scene'), { fps: 25, durationMs: 8_000 })
  const street = { kind: 'file', path: videoPath, loop: true }
  const heavy = ['a', 'b', 'c'].map(id => camera(id, street, { every: 25 }))
  const [car, guest] = [camera('car', standingCar()), camera('guest', standingCar())]
  const rules: Record<string, RuleSnapshot> = {}
  const observations: Observation[] = []
  const pool = new ShardPool({
    program: join(ROOT, 'dist/cli/main.js'),
    args: ['shard'],
    env: { JIEMU_SHARD: JSON.stringify({ networks: SHIPPED_NETWORKS, baseDir: '/', logLevel: 'error' }) },
    count: 2,
    clock: systemClock,
    log: silentLog,
    onMessage: message => {
      if (message.type === 'rules') rules[message.cameraId] = message.snapshot
      if (message.type !== 'observation' || message.observation.cameraId !== car.id) return
      observations.push(message.observation)
      pool.acknowledge(message.observation)
    },
    coresOf: id => CORES[id] ?? TOO_DEAR,
    snapshots: async ids => Object.fromEntries(ids.flatMap(id => (rules[id] ? [[id, rules[id]]] : []))),
    references: async () => ({}),
  })
  closers.push(() => pool.close())
  pool.assign([guest])
  pool.assign([guest, car, ...heavy])
  pool.assign([car, ...heavy])
  const owned = () => pool.usage().map(({ cameras }) => cameras)
  expect(owned()).toEqual([0, 4])
  await vi.waitFor(() => expect(observations).not.toHaveLength(0), SOON)

  await vi.waitFor(async () => {
    await pool.relieve()
    expect(pool.moves).toBe(1)
  }, SOON)
  expect(owned()).toEqual([1, 3])
  const before = observations.at(-1)
  const after = await vi.waitFor(() => {
    const last = observations.at(-1)
    // Told again each ten seconds for as long as it stands.
    expect(last?.sequence).toBeGreaterThan((before?.sequence ?? 0) + 10_000)
    // And by the other shard, which has nothing else.
    expect(pool.usage()[0]?.engaged).toBe(1)
    return last
  }, SOON)
  expect(after).toMatchObject({ phase: 'holds', since: before?.since, dueAt: before?.dueAt })
  expect(new Set(observations.map(({ fingerprint }) => fingerprint))).toEqual(new Set([before?.fingerprint]))
  expect(pool.usage().map(({ restarts }) => restarts)).toEqual([0, 0])
})
