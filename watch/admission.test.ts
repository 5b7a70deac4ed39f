// A shard in simulation: one thread, cameras that each cost something, and what admission control makes of too many of them.
import { describe, expect, test } from 'vitest'
import { Admission, type Credit, TICK_MS } from './admission.ts'

interface Simulated {
  /** From one key frame to the next, ms. */
  readonly everyMs: number
  /** Of the thread, for every picture that is looked at. */
  readonly costMs: number
  /** In a burst, of which nothing is left out. */
  readonly dense?: boolean
}

/** What became of a camera's pictures in a span of time. */
interface Fate {
  readonly looked: number
  readonly shed: number
  readonly superseded: number
  /** The longest time from one look to the next. */
  readonly longestMs: number
}

type Camera = Simulated & {
  readonly credit: Credit
  readonly fate: { -readonly [K in keyof Fate]: Fate[K] }
  arrivedAt?: number
  lookedAt: number
}

const busyFor = (share: number) => ({ busy: share, cores: share })

/** One thread that takes whoever waits for longest; a newer picture takes the place of an older one of the same camera. */
class Shard {
  readonly admission: Admission
  readonly #cameras: readonly Camera[]
  readonly #arrivals = new Map<number, Camera[]>()
  readonly #waiting: Camera[] = []
  #costShare = 1
  #now = 0
  #freeAt = 0
  #workedMs = 0
  #latencies: number[] = []

  constructor(cameras: readonly Simulated[]) {
    this.admission = new Admission({ load: () => busyFor(this.#workedMs / TICK_MS), warmUpMs: 0 })
    this.#cameras = cameras.map(camera => ({
      ...camera,
      credit: this.admission.enter(() => 2_000, 0),
      fate: { looked: 0, shed: 0, superseded: 0, longestMs: 0 },
      lookedAt: 0,
    }))
    for (const [index, camera] of this.#cameras.entries()) {
      this.#comes(camera, Math.floor((index * camera.everyMs) / cameras.length))
    }
  }

  /** From now on each picture costs so much of what it did at first. */
  cost(share: number): void {
    this.#costShare = share
  }

  run(forMs: number): { readonly fates: readonly Fate[]; readonly p95Ms: number } {
    for (const { fate } of this.#cameras) Object.assign(fate, { looked: 0, shed: 0, superseded: 0, longestMs: 0 })
    this.#latencies = []
    for (const until = this.#now + forMs; this.#now < until; this.#now++) this.#step(this.#now)
    const sorted = this.#latencies.sort((a, b) => a - b)
    return {
      fates: this.#cameras.map(({ fate }) => ({ ...fate })),
      p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
    }
  }

  /** Work of somebody else, in one piece. */
  hold(forMs: number): void {
    this.#freeAt = Math.max(this.#freeAt, this.#now) + forMs
  }

  #comes(camera: Camera, at: number): void {
    this.#arrivals.set(at, [...(this.#arrivals.get(at) ?? []), camera])
  }

  #step(now: number): void {
    if (now > 0 && now % TICK_MS === 0) {
      this.admission.tick(now)
      this.#workedMs = 0
    }
    for (const camera of this.#arrivals.get(now) ?? []) this.#arrived(camera, now)
    this.#arrivals.delete(now)
    if (now >= this.#freeAt) this.#lookAtNext(now)
    if (now < this.#freeAt) this.#workedMs++
  }

  #lookAtNext(now: number): void {
    const next = this.#waiting.shift()
    if (next?.arrivedAt === undefined) return
    const costMs = Math.round(next.costMs * this.#costShare)
    next.credit.looked(now - next.arrivedAt)
    this.#latencies.push(now - next.arrivedAt + costMs)
    next.fate.looked++
    next.fate.longestMs = Math.max(next.fate.longestMs, now - next.lookedAt)
    next.lookedAt = now
    delete next.arrivedAt
    this.#freeAt = now + costMs
  }

  #arrived(camera: Camera, now: number): void {
    this.#comes(camera, now + (camera.dense ? 250 : camera.everyMs))
    if (!camera.dense && !camera.credit.admits(now)) {
      camera.fate.shed++
      return
    }
    if (camera.arrivedAt === undefined) this.#waiting.push(camera)
    else camera.fate.superseded++
    camera.arrivedAt = now
  }
}

const MINUTE = 60_000
/** Three quarters of the thread's time: 50 cameras of 30 ms each 2 s. */
const ordinary = (count: number, more: Partial<Simulated> = {}): Simulated[] =>
  Array.from({ length: count }, () => ({ everyMs: 2_000, costMs: 30, ...more }))
const LIMIT_MS = 225
const looksOf = (fates: readonly Fate[]) => fates.map(({ looked }) => looked)
const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)

test('what a shard can do is not held back', () => {
  const shard = new Shard(ordinary(50))
  const { fates } = shard.run(10 * MINUTE)
  expect(sum(fates.map(({ shed }) => shed))).toBe(0)
  expect(shard.admission.usage).toEqual({ share: 1, everyMs: null, shed: 0 })
})

test.each([
  ['a little', 75],
  ['twice', 133],
  ['three times', 200],
])(
  'with %s more than it can do every camera gets the same, none is starved, and pictures are in time',
  (_, cameras) => {
    const shard = new Shard(ordinary(cameras))
    shard.run(MINUTE)
    const { fates, p95Ms } = shard.run(5 * MINUTE)
    const looks = looksOf(fates)
    expect(Math.max(...looks) - Math.min(...looks)).toBeLessThanOrEqual(1)
    expect(sum(fates.map(({ superseded }) => superseded))).toBe(0)
    expect(Math.max(...fates.map(({ longestMs }) => longestMs))).toBeLessThanOrEqual(10_000 + LIMIT_MS)
    expect(p95Ms).toBeLessThan(LIMIT_MS)
    // It does not do so by leaving the thread idle.
    expect(sum(looks) * 30).toBeGreaterThan(0.55 * 5 * MINUTE)
    expect(shard.admission.usage.share).toBeLessThan(0.95)
  },
)

test('even with eight times as much nobody is starved, and pictures are in time', () => {
  const shard = new Shard(ordinary(530))
  shard.run(2 * MINUTE)
  const { fates, p95Ms } = shard.run(5 * MINUTE)
  const looks = looksOf(fates)
  expect(Math.max(...looks) - Math.min(...looks)).toBeLessThanOrEqual(1)
  expect(Math.max(...fates.map(({ longestMs }) => longestMs))).toBeLessThan(30_000)
  expect(p95Ms).toBeLessThan(LIMIT_MS)
})

test('load that grows slowly is shed before the latency breaks', () => {
  const shard = new Shard(ordinary(50))
  const p95s: number[] = []
  for (let percent = 100; percent <= 200; percent += 4) {
    shard.cost(percent / 100)
    p95s.push(shard.run(20_000).p95Ms)
  }
  expect(Math.max(...p95s)).toBeLessThan(LIMIT_MS)
  expect(shard.admission.usage.share).toBeLessThan(0.75)
})

test('who offers less keeps all of it; who offers more gets no more than the others', () => {
  const [often, usual, seldom] = [ordinary(40, { everyMs: 500 }), ordinary(40), ordinary(10, { everyMs: 8_000 })]
  const shard = new Shard([...often, ...usual, ...seldom])
  shard.run(MINUTE)
  const { fates } = shard.run(2 * MINUTE)
  const looks = looksOf(fates.slice(0, 80))
  expect(Math.max(...looks) - Math.min(...looks)).toBeLessThanOrEqual(2)
  expect(sum(fates.slice(80).map(({ shed }) => shed))).toBe(0)
})

test('a camera in a burst keeps its rate, and all the others pay for it alike', () => {
  const shard = new Shard([...ordinary(100), ...ordinary(2, { dense: true })])
  shard.run(MINUTE)
  const { fates, p95Ms } = shard.run(MINUTE)
  expect(looksOf(fates.slice(100)).every(looks => looks >= 239)).toBe(true)
  const looks = looksOf(fates.slice(0, 100))
  expect(Math.max(...looks) - Math.min(...looks)).toBeLessThanOrEqual(1)
  expect(p95Ms).toBeLessThan(LIMIT_MS)
})

test('a late peak sheds nothing, and neither does one a minute', () => {
  const shard = new Shard(ordinary(40))
  for (let minute = 0; minute < 10; minute++) {
    shard.hold(1_000)
    shard.run(MINUTE)
  }
  expect(shard.admission.usage.shed).toBe(0)
})

test('it takes its time to give all of it again, and then forgets', () => {
  const shard = new Shard(ordinary(133))
  shard.run(MINUTE)
  const held = shard.admission.usage
  shard.cost(0.3)
  shard.run(10_000)
  const eased = shard.admission.usage
  expect(eased.everyMs).not.toBeNull()
  expect(eased.everyMs ?? 0).toBeLessThan(held.everyMs ?? 0)
  shard.run(2 * MINUTE)
  expect(shard.admission.usage).toMatchObject({ share: 1, everyMs: null })
  const { fates } = shard.run(MINUTE)
  expect(looksOf(fates).every(looks => looks >= 29)).toBe(true)
})

describe('a shard that starts', () => {
  const load = () => busyFor(1)
  const run = (admission: Admission, credit: Credit, fromS: number, toS: number) => {
    for (let at = fromS * 1_000; at < toS * 1_000; at += TICK_MS) {
      credit.admits(at)
      admission.tick(at)
    }
    return admission.usage.everyMs
  }

  test('is left alone while its cameras are opened, however busy that makes it', () => {
    const admission = new Admission({ load })
    expect(
      run(
        admission,
        admission.enter(() => 2_000, 0),
        0,
        15,
      ),
    ).toBeNull()
  })

  test('is not left alone for ever where cameras begin again and again', () => {
    const admission = new Admission({ load })
    const credit = admission.enter(() => 2_000, 0)
    const everyMs = Array.from({ length: 9 }, (_, round) => {
      admission.enter(() => 2_000, round * 10_000).close()
      return run(admission, credit, round * 10, round * 10 + 10)
    })
    expect(everyMs[4]).toBeNull()
    expect(everyMs.at(-1)).not.toBeNull()
  })
})

test('where nobody has anything to leave out nothing is said to be held back', () => {
  const admission = new Admission({ load: () => busyFor(1), warmUpMs: 0 })
  admission.enter(() => 2_000, 0)
  for (let at = 0; at < MINUTE; at += TICK_MS) admission.tick(at)
  expect(admission.usage.everyMs).toBeNull()
  expect(admission.strain.share).toBe(1)
})

test('a loop that rests in between is no sign of too much', () => {
  let ticks = 0
  const admission = new Admission({ load: () => busyFor(ticks++ % 3 < 2 ? 1 : 0.7), warmUpMs: 0 })
  const credit = admission.enter(() => 2_000, 0)
  for (let at = 0; at < MINUTE; at += TICK_MS) {
    credit.admits(at)
    admission.tick(at)
  }
  expect(admission.usage.everyMs).toBeNull()
})

test('a shard that others keep from its core holds nothing back: its own few pictures are not what is too much', () => {
  const admission = new Admission({ load: () => ({ busy: 1, cores: 0.1 }), warmUpMs: 0 })
  const credit = admission.enter(() => 2_000, 0)
  for (let at = 0; at < MINUTE; at += TICK_MS) {
    credit.admits(at)
    credit.looked(1_000)
    admission.tick(at)
  }
  expect(admission.usage).toEqual({ share: 1, everyMs: null, shed: 0 })
})

test('a camera whose rules need more is looked at more often at the end of the range', () => {
  const admission = new Admission({ load: () => busyFor(0.9), warmUpMs: 0 })
  const [usual, hasty] = [admission.enter(() => 2_000, 0), admission.enter(() => 1_000, 0)]
  for (let at = 0; at < 2 * MINUTE; at += 1_000) {
    usual.admits(at)
    hasty.admits(at)
    if (at % TICK_MS === 0) admission.tick(at)
  }
  expect([usual.everyMs, hasty.everyMs]).toEqual([8_000, 4_000])
  expect(admission.strain).toMatchObject({ share: 0.25, lasts: true })
})
