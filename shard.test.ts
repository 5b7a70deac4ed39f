// A shard on a channel that the test holds: cameras that break or hang, and the others that go on.
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Camera } from './core/camera.ts'
import type { StreamHealth } from './core/health.ts'
import type { CameraId, GridId, StreetId } from './core/ids.ts'
import { silentLog } from './core/log.ts'
import type { QuarantineTerm } from './core/quarantine.ts'
import { NO_WORD } from './core/reference-view.ts'
import type { FromShard, ToShard } from './core/shard-contract.ts'
import { recordDetections } from './fixtures/recorded.ts'
import { buildShard } from './shard.ts'
import { temporaryFolder } from './tests/support/jiemu.ts'
import { SHIPPED_NETWORKS } from './watch/detectors.ts'

const folder = temporaryFolder('shard')
beforeAll(() => {
  const { lines } = recordDetections({ incidents: 1, durationMs: 10_000 })
  writeFileSync(join(folder.path, 'gate.jsonl'), lines('recorded-1').join('\n'))
})
afterAll(folder.remove)
afterEach(() => {
  vi.useRealTimers()
})

const camera: Camera = {
  id: 'gate' as CameraId,
  name: 'gate',
  streetId: 's' as StreetId,
  gridId: 'g' as GridId,
  source: { kind: 'recorded', path: 'gate.jsonl', pace: 'fast' },
  sampling: 'keyframes',
  generated: true,
  health: {},
  viewWord: NO_WORD,
  version: 1,
  zones: [],
}

async function open(send: (message: FromShard) => void) {
  let tell: (message: ToShard) => void = () => {}
  const receive = (listener: typeof tell) => {
    tell = listener
  }
  const shard = await buildShard({ send, receive }, { networks: SHIPPED_NETWORKS, baseDir: folder.path }, silentLog)
  const own = (cameras: readonly Camera[], quarantine: Readonly<Record<string, QuarantineTerm>>) =>
    tell({ type: 'cameras', cameras, snapshots: {}, references: {}, quarantine, suspects: [] })
  return { shard, own, become: (...cameras: readonly Camera[]) => own(cameras, {}) }
}

test('a camera whose pipeline breaks stays failed until it is started afresh, and the shard goes on', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
  const states: StreamHealth['state'][] = []
  let breaks = 1
  const { shard, become } = await open(message => {
    if (message.type === 'rules' && breaks-- > 0) throw new Error('a fault of ours')
    if (message.type === 'health') states.push(message.health.state)
  })
  const until = async (state: StreamHealth['state']) => {
    while (states.at(-1) !== state) await new Promise(setImmediate)
  }
  become(camera)
  await until('failed')
  vi.advanceTimersByTime(20_000)
  expect(states.at(-1)).toBe('failed')
  vi.advanceTimersByTime(20_000)
  await until('ended')
  await shard.close()
})

test('a dead camera that takes its time to let go keeps no other camera waiting', async () => {
  const held: Socket[] = []
  const server = createServer(socket => void held.push(socket.on('error', () => {}))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ended: CameraId[] = []
  const { shard, become } = await open(message => {
    if (message.type === 'health' && message.health.state === 'ended') ended.push(message.health.cameraId)
  })
  become({ ...camera, source: { kind: 'rtsp', url: `rtsp://127.0.0.1:${port}/x` } })
  await vi.waitUntil(() => held.length > 0, { timeout: 10_000 })
  become({ ...camera, version: 2 }, { ...camera, id: 'second' as CameraId })
  await vi.waitUntil(() => ended.length > 0, { timeout: 15_000 })
  for (const socket of held) socket.destroy()
  await vi.waitUntil(() => ended.includes(camera.id), { timeout: 15_000 })
  expect(ended[0]).toBe('second')
  await shard.close()
  server.close()
})

test('a camera in quarantine is told of and not opened, its neighbour is watched, and it is opened once it is let go', async () => {
  const told: StreamHealth[] = []
  const { shard, own } = await open(message => {
    if (message.type === 'health') told.push(message.health)
  })
  const second = { ...camera, id: 'second' as CameraId }
  const of = (id: string) => told.filter(({ cameraId }) => cameraId === id)
  own([camera, second], { gate: { times: 2, until: 1_800_000_000_000 } })
  await vi.waitUntil(() => of('second').at(-1)?.state === 'ended', { timeout: 10_000 })
  const states = new Set(of('gate').map(({ state, problem, framesIn }) => `${state} ${problem?.code} ${framesIn}`))
  expect([...states]).toEqual(['quarantined camera-quarantined 0'])
  own([camera, second], {})
  await vi.waitUntil(() => of('gate').at(-1)?.state === 'ended', { timeout: 10_000 })
  expect(of('gate').at(-1)?.framesAnalysed).toBeGreaterThan(0)
  await shard.close()
})
