// The pool of shards against real child processes: a small program that says what it was started with and told.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Camera } from '../core/camera.ts'
import type { LookRequest } from '../core/fresh-look.ts'
import type { CameraId, Fingerprint } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { ReferenceView } from '../core/reference-view.ts'
import type { RuleSnapshot } from '../core/shard-contract.ts'
import { systemClock } from '../core/time.ts'
import { temporaryFolder } from '../tests/support/jiemu.ts'
import { ShardPool, type ShardPoolDeps } from './shards.ts'

const folder = temporaryFolder('shards')
const program = join(folder.path, 'echo.mjs')
writeFileSync(
  program,
  `process.send({ type: 'ready' })
process.send({ type: 'echo', env: process.env, pid: process.pid })
for (let n = 0; n < 3; n++) process.send({ type: 'usage', cpuMs: 100, rssBytes: Number(process.env.RSS ?? 1), loopDelayP99Ms: 0, admission: { share: 1, everyMs: null, shed: 0 } })
process.on('message', told => (told.type === 'stop' ? process.exit(0) : process.send({ type: 'echo', told })))
process.on('disconnect', () => process.exit(0))`,
)

/** Dies of its data as soon as it is given the camera "poison", as a decoder would. */
const poisoned = join(folder.path, 'poisoned.mjs')
writeFileSync(
  poisoned,
  `import { writeSync } from 'node:fs'
const record = Buffer.alloc(64)
record.writeUInt8(record.write('poison', 1))
process.send({ type: 'ready' })
process.on('message', told => {
  if (told.type === 'stop') process.exit(0)
  process.send({ type: 'echo', told })
  if (!told.cameras?.some(({ id }) => id === 'poison') || told.quarantine.poison) return
  writeSync(4, record, 0, 64, 0)
  process.kill(process.pid, process.env.SIGNAL ?? 'SIGSEGV')
})`,
)

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function open(more: Partial<ShardPoolDeps> = {}) {
  const said: Record<string, unknown>[] = []
  const pool = new ShardPool({
    program,
    args: [],
    env: { JIEMU_SHARD: 'mine' },
    count: 1,
    clock: systemClock,
    log: silentLog,
    onMessage: message => said.push({ ...message }),
    snapshots: async () => ({}),
    references: async () => ({}),
    ...more,
  })
  closers.push(() => pool.close())
  const heard = (fields: object) =>
    vi.waitFor(() => expect(said).toContainEqual(expect.objectContaining(fields)), { timeout: 10_000 })
  return { pool, said, heard }
}

const camera = (id: string) => ({ id: id as CameraId, version: 1 }) as Camera
const told = (fields: object) => ({ told: expect.objectContaining(fields) })
const ack = { fingerprint: 'f' as Fingerprint, sequence: 7 }

test('an acknowledgement reaches the shard also after its camera was taken away, or it would repeat itself for ever', async () => {
  const { pool, heard } = open()
  pool.assign([camera('a')])
  await heard(told({ cameras: [camera('a')] }))
  pool.assign([])
  await heard(told({ cameras: [] }))
  pool.acknowledge(ack)
  await heard(told({ type: 'ack', fingerprint: 'f', sequence: 7 }))
})

test('whose cameras are watched no more is said when a shard dies, and not when it is told to end', async () => {
  const unwatched: unknown[] = []
  // Once the pool is closed.
  closers.push(() => expect(unwatched).toHaveLength(1))
  const { pool, said, heard } = open({ onUnwatched: (cameras, { code }) => unwatched.push([...cameras, code]) })
  pool.assign([camera('a')])
  await heard(told({ cameras: [camera('a')] }))
  const [{ pid } = {}] = said.filter(message => message.pid)
  process.kill(Number(pid), 'SIGKILL')
  await vi.waitFor(() => expect(unwatched).toEqual([['a', 'shard-crashed']]), { timeout: 10_000 })
})

test('a shard is asked for the looks of its own cameras, again when it starts anew, and no more once none is owed', async () => {
  const look = (id: string) => ({ id: `look-${id}`, cameraId: id as CameraId }) as LookRequest
  const { pool, said, heard } = open()
  pool.look([look('a'), look('elsewhere')])
  pool.assign([camera('a')])
  await heard(told({ type: 'looks', looks: [look('a')] }))
  const order = said.flatMap(({ told: it }) => (it as { type?: string } | undefined)?.type ?? [])
  expect(order).toEqual(['cameras', 'looks'])
  const [{ pid } = {}] = said.filter(message => message.pid)
  said.length = 0
  process.kill(Number(pid), 'SIGKILL')
  await heard(told({ type: 'looks', looks: [look('a')] }))
  pool.look([])
  await heard(told({ type: 'looks', looks: [] }))
})

test('a shard is told its settings, and none of main’s secrets', async () => {
  vi.stubEnv('DATABASE_URL', 'postgres://u:secret@h/d')
  vi.stubEnv('JIEMU_SECRET_KEY', 'secret')
  vi.stubEnv('JIEMU_OIDC_CLIENT_SECRET', 'secret')
  closers.push(() => vi.unstubAllEnvs())
  const { pool, said, heard } = open()
  pool.assign([camera('a')])
  await heard({ env: expect.objectContaining({ JIEMU_SHARD: 'mine' }) })
  expect(JSON.stringify(said)).not.toContain('secret')
})

test('a shard that is killed is started again and told its cameras, their rules and their views anew', async () => {
  const rules = { version: 1, takenAt: 5, zones: {} } as const
  let asked = 0
  const snapshots = async () => {
    if (++asked === 2) throw new Error('the database is away')
    return { a: rules }
  }
  const views = { a: { cameraId: 'a' } as ReferenceView }
  const { pool, said, heard } = open({ snapshots, references: async () => views })
  pool.assign([camera('a')])
  await heard(told({ cameras: [camera('a')] }))
  const [{ pid } = {}] = said.filter(message => message.pid)
  said.length = 0
  process.kill(Number(pid), 'SIGKILL')
  await heard(told({ cameras: [camera('a')], snapshots: { a: rules }, references: views }))
  expect(asked).toBe(3)
  // CPU time is what the dead one had spent, and what the new one has.
  await vi.waitFor(() => expect(pool.usage()).toMatchObject([{ restarts: 1, cameras: 1, cpuMs: 200 }]))
})

test('a camera that a shard died of twice is left alone, and the others are watched on', async () => {
  const { pool, heard } = open({ program: poisoned })
  pool.assign([camera('a'), camera('poison')])
  const term = { times: 2, until: expect.any(Number) }
  await heard(told({ cameras: [camera('a'), camera('poison')], quarantine: { poison: term } }))
  expect(pool.usage()).toMatchObject([{ restarts: 2, renewals: 0, problem: null }])
})

test('no camera is to blame for a shard that was killed from outside, however often', async () => {
  const { pool, said } = open({ program: poisoned, env: { SIGNAL: 'SIGKILL' } })
  pool.assign([camera('poison')])
  await vi.waitFor(() => expect(pool.usage()[0]?.restarts).toBeGreaterThan(2), { timeout: 15_000 })
  expect(said.filter(({ told: it }) => (it as { quarantine?: object } | undefined)?.quarantine)).not.toContainEqual(
    told({ quarantine: expect.objectContaining({ poison: expect.anything() }) }),
  )
})

test('a shard that holds too much memory is told to stop, begins anew with its cameras, and this is said', async () => {
  const { pool, said, heard } = open({ memoryMb: 300, env: { RSS: String(400 * 1_048_576) } })
  pool.assign([camera('a')])
  await vi.waitFor(() => expect(pool.usage()).toMatchObject([{ restarts: 1, renewals: 1 }]), { timeout: 10_000 })
  said.length = 0
  await heard(told({ cameras: [camera('a')] }))
  expect(pool.usage()[0]?.problem).toMatchObject({
    code: 'shard-memory-exceeded',
    detail: { usedMb: 400, limitMb: 300 },
  })
})

test('a shard that hangs is ended and started again', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  closers.push(() => vi.useRealTimers())
  const { pool, said, heard } = open()
  pool.assign([camera('a')])
  await heard(told({ cameras: [camera('a')] }))
  const [{ pid } = {}] = said.filter(message => message.pid)
  process.kill(Number(pid), 'SIGSTOP')
  said.length = 0
  vi.advanceTimersByTime(25_000)
  expect(pool.usage()).toMatchObject([{ restarts: 0 }])
  vi.advanceTimersByTime(5_000)
  await heard(told({ cameras: [camera('a')] }))
  expect(pool.usage()).toMatchObject([{ restarts: 1 }])
})

test('a shard that holds its cameras back says so for as long as it does', async () => {
  const overloaded = join(folder.path, 'overloaded.mjs')
  writeFileSync(
    overloaded,
    `const usage = (share, everyMs) => process.send({ type: 'usage', cpuMs: 1, rssBytes: 1, loopDelayP99Ms: 0, admission: { share, everyMs, shed: 3 } })
process.send({ type: 'ready' })
usage(0.5, 4_000)
process.on('message', told => (told.type === 'stop' ? process.exit(0) : told.type === 'ack' && usage(1, null)))
process.on('disconnect', () => process.exit(0))`,
  )
  const { pool } = open({ program: overloaded })
  pool.assign([camera('a')])
  const problem = () => pool.usage()[0]?.problem
  await vi.waitFor(() => expect(problem()).toMatchObject({ code: 'shard-overloaded' }), { timeout: 10_000 })
  expect(problem()?.message).toMatch(/every 4s at most, at 50 %/)
  pool.acknowledge(ack)
  await vi.waitFor(() => expect(problem()).toBeNull(), { timeout: 10_000 })
  expect(pool.usage()).toMatchObject([{ admission: { share: 1, everyMs: null, shed: 3 } }])
})

describe('a shard that has too much to do', () => {
  /** Each camera costs it 0.45 core, which it tells whenever something is acknowledged; closing one takes a while. */
  const busy = join(folder.path, 'busy.mjs')
  writeFileSync(
    busy,
    `let cameras = []
let cpuMs = 0
const usage = () => process.send({ type: 'usage', cpuMs, rssBytes: 1, loopDelayP99Ms: 0, spans: [], looksMs: { objects: [], conditions: [] }, bursts: {}, media: {}, admission: { share: 1, everyMs: null, shed: 0 } })
process.send({ type: 'ready' })
process.on('message', told => {
  if (told.type === 'stop') process.exit(0)
  if (told.type === 'ack') usage((cpuMs += 27_000 * cameras.length))
  if (told.type !== 'cameras') return
  const left = cameras.filter(id => !told.cameras.some(camera => camera.id === id))
  cameras = told.cameras.map(({ id }) => id)
  process.send({ type: 'echo', pid: process.pid, takes: cameras, rules: told.snapshots })
  if (left.includes('deaf')) return
  setTimeout(() => {
    for (const id of left) process.send({ type: 'rules', cameraId: id, snapshot: { takenAt: 7 } })
    process.send({ type: 'settled', cameras })
  }, left.length > 0 ? 200 : 0)
})
process.on('disconnect', () => process.exit(0))`,
  )

  /** Two cameras on the first shard and none on the second, both measured for five minutes. */
  async function crowded(names: readonly [string, string]) {
    let now = 0
    const rules: Record<string, RuleSnapshot> = {}
    const told: Record<string, unknown>[] = []
    const { pool } = open({
      program: busy,
      count: 2,
      clock: { ...systemClock, now: () => now },
      coresOf: () => 0.45,
      snapshots: async () => ({ ...rules }),
      onMessage: message => {
        told.push({ ...message })
        if (message.type === 'rules') rules[message.cameraId] = message.snapshot
      },
    })
    const [first, second] = names
    pool.assign([camera(first), camera('guest'), camera(second)])
    const takes = (ids: readonly string[]) =>
      vi.waitFor(() => expect(told).toContainEqual(expect.objectContaining({ takes: ids })), { timeout: 10_000 })
    await takes([first, second])
    await takes(['guest'])
    pool.assign([camera(first), camera(second)])
    await takes([])
    const [{ pid } = {}] = told.filter(message => (message.takes as string[] | undefined)?.includes(first))
    for (let minute = 1; minute <= 5; minute++) {
      now += 60_000
      pool.acknowledge(ack)
      await vi.waitFor(() => expect(pool.usage()[0]?.cpuMs).toBe(54_000 * minute), { timeout: 10_000 })
    }
    return { pool, told, takes, pid: Number(pid) }
  }

  test('gives one to a shard with room, which begins once the other has let go, with what the rules knew', async () => {
    const { pool, told, takes } = await crowded(['a', 'b'])
    expect(pool.usage().map(({ cores }) => Number(cores.toFixed(1)))).toEqual([0.9, 0])
    told.length = 0
    await pool.relieve()
    await takes(['a'])
    const said = told.findIndex(({ type }) => type === 'rules')
    const begun = told.findIndex(({ takes: ids }) => String(ids) === 'a')
    expect(said).toBeGreaterThanOrEqual(0)
    expect(begun).toBeGreaterThan(said)
    const [begins] = told.filter(({ takes: ids }) => String(ids) === 'a')
    expect(begins).toMatchObject({ rules: { a: { takenAt: 7 } } })
    expect(pool.moves).toBe(1)
    await pool.relieve()
    expect(pool.moves).toBe(1)
  })

  test('what does not answer is not waited for once it is gone', async () => {
    const { pool, told, takes, pid } = await crowded(['deaf', 'b'])
    told.length = 0
    const moved = pool.relieve()
    await takes(['b'])
    process.kill(pid, 'SIGKILL')
    await moved
    await takes(['deaf'])
    expect(pool.usage().map(({ cameras }) => cameras)).toEqual([1, 1])
  })

  test('a camera that somebody looks at stays', async () => {
    const { pool } = await crowded(['a', 'b'])
    pool.show([camera('a'), camera('b')].map(({ id: cameraId }) => ({ cameraId, video: true, stills: false })))
    await pool.relieve()
    expect(pool.moves).toBe(0)
  })
})
