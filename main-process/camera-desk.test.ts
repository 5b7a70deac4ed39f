// What main makes of what shards say of their cameras: totals that outlive a shard, changes worth telling, people's word.
import { expect, test } from 'vitest'
import type { Camera } from '../core/camera.ts'
import { JiemuError } from '../core/errors.ts'
import type { CameraHealth } from '../core/health.ts'
import type { CameraId, ZoneId } from '../core/ids.ts'
import type { Actor } from '../core/permission.ts'
import { ManualClock } from '../core/time.ts'
import { sampleCamera, sampleHealth } from '../tests/support/api-samples.ts'
import { CameraDesk } from './camera-desk.ts'
import { Metrics } from './metrics.ts'

const ID = 'cam-gate' as CameraId
const ANN: Actor = { name: 'ann', role: 'operator', scope: 'district' }
const quiet: CameraHealth = { ...sampleHealth('gate'), costs: [], sight: null }

function desk() {
  const world = { camera: sampleCamera('gate'), changes: 0, said: [] as string[] }
  const clock = new ManualClock(0)
  const configuration = {
    cameras: async (): Promise<readonly Camera[]> => [world.camera],
    renewView: async (id: CameraId, actor: string, key: string) => void world.said.push(`${actor} ${id} ${key}`),
    confirmView: async (_id: CameraId, pending: string, actor: string) => void world.said.push(`${actor} ${pending}`),
  }
  const cameras = new CameraDesk({ configuration, clock, onChange: () => world.changes++ })
  const metrics = new Metrics({
    cameras: () => cameras.health(),
    tally: cameras.tally,
    shards: () => [],
    intake: () => ({ waiting: 0, shed: 0 }),
  })
  const lines = async (name: string) =>
    (await metrics.registry.metrics()).split('\n').filter(line => line.startsWith(`${name}{`))
  return { cameras, clock, world, lines }
}

const cost = (samples: number, spentMs: number): CameraHealth => ({
  ...quiet,
  costs: [{ zoneId: 'bin' as ZoneId, samples, repeats: 0, tiles: samples, spentMs, lastAt: null, problem: null }],
})

test('a count goes on where a new shard begins to count anew', async () => {
  const { cameras, lines } = desk()
  for (const framesIn of [10, 40, 0, 5]) cameras.heard({ ...quiet, framesIn })
  expect(await lines('jiemu_camera_frames_in_total')).toEqual(['jiemu_camera_frames_in_total{camera="cam-gate"} 45'])
})

test('what nobody watches is not shown as online, and what was away already keeps its reason', async () => {
  const { cameras, world } = desk()
  const away: CameraHealth = { ...quiet, cameraId: 'cam-away' as CameraId, state: 'failed' }
  for (const health of [{ ...quiet, state: 'online' } as const, away]) cameras.heard(health)
  world.changes = 0
  const died = new JiemuError('shard-crashed', { shard: 0, problem: 'SIGKILL' })
  cameras.unwatched([ID, away.cameraId, 'cam-unknown' as CameraId], died)
  const [shown] = await cameras.list()
  expect(shown?.health).toMatchObject({ state: 'retrying', since: 0, problem: { code: 'shard-crashed' } })
  expect([...cameras.health()].map(({ state }) => state)).toEqual(['retrying', 'failed'])
  expect(world.changes).toBe(1)
})

test('samples of a zone and the time they took are counted, across a restart', async () => {
  const { cameras, lines } = desk()
  for (const health of [cost(2, 100), cost(3, 150), cost(1, 50)]) cameras.heard(health)
  expect(await lines('jiemu_condition_samples_total')).toEqual([
    'jiemu_condition_samples_total{camera="cam-gate",zone="bin"} 4',
  ])
  expect(await lines('jiemu_condition_seconds_total')).toEqual([
    'jiemu_condition_seconds_total{camera="cam-gate",zone="bin"} 0.2',
  ])
})

test('blind time is counted by its reason, and the view shown as it is now', async () => {
  const { cameras, lines } = desk()
  cameras.heard(sampleHealth('gate'))
  expect(await lines('jiemu_blind_seconds_total')).toEqual([
    'jiemu_blind_seconds_total{camera="cam-gate",reason="dark"} 2',
    'jiemu_blind_seconds_total{camera="cam-gate",reason="moved"} 30',
  ])
  expect(await lines('jiemu_camera_view')).toEqual(['jiemu_camera_view{camera="cam-gate",alignment="unconfirmed"} 1'])
})

test('a camera that is gone is counted no more', async () => {
  const { cameras, lines } = desk()
  cameras.heard(sampleHealth('gate'))
  cameras.keepOnly([])
  expect(await lines('jiemu_camera_frames_in_total')).toEqual([])
  expect([...cameras.health()]).toEqual([])
})

test('the cost of a zone is a share of one core since it was first heard of, across a restart', async () => {
  const { cameras, clock } = desk()
  const share = async () => (await cameras.list())[0]?.coreShare('bin' as ZoneId)
  expect(await share()).toBeNull()
  cameras.heard(cost(1, 500))
  expect(await share()).toBeNull()
  clock.advanceBy(10_000)
  cameras.heard(cost(2, 520))
  expect(await share()).toBeCloseTo(0.002)
  cameras.heard(cost(0, 0))
  clock.advanceBy(10_000)
  cameras.heard(cost(1, 30))
  expect(await share()).toBeCloseTo(0.0025)
})

test('whoever listens is told of another state, not of another count', () => {
  const { cameras, world } = desk()
  const { sight } = sampleHealth('gate')
  if (!sight) throw new Error('the sample has no sight')
  const changes = [
    quiet,
    { ...quiet, framesIn: 101, lastFrameAt: 7 },
    { ...quiet, state: 'retrying' },
    { ...quiet, sight },
    { ...quiet, sight: { ...sight, blindMs: { moved: 40_000 }, drift: { x: 0.02, y: 0 } } },
    { ...quiet, sight: { ...sight, pending: null } },
    cost(1, 1),
    cost(2, 2),
  ] as const
  const told = changes.map(health => {
    const before = world.changes
    cameras.heard(health)
    return world.changes > before
  })
  expect(told).toEqual([true, false, true, true, false, true, true, false])
})

test('a view is confirmed only for what the camera asks, and a second time is no error', async () => {
  const { cameras, world } = desk()
  const confirm = (pending: string) => cameras.confirmView(ID, pending, ANN)
  await expect(confirm('lapse-1')).rejects.toMatchObject({ code: 'view-not-pending' })
  cameras.heard(sampleHealth('gate'))
  await expect(confirm('lapse-0')).rejects.toMatchObject({ code: 'view-not-pending' })
  await confirm('lapse-1')
  expect(world.said).toEqual(['ann lapse-1'])
  world.camera = { ...world.camera, viewWord: { renewals: 0, confirmed: 'lapse-1' } }
  cameras.heard(quiet)
  await confirm('lapse-1')
  expect(world.said).toEqual(['ann lapse-1'])
})

test('a view is renewed in the name of whoever asked, and everybody is told', async () => {
  const { cameras, world } = desk()
  await cameras.renewView(ID, ANN, 'key')
  expect(world).toMatchObject({ said: ['ann cam-gate key'], changes: 1 })
})
