// What dispatch must do over every database and queue: the same suite for PGlite, PostgreSQL and Redis.
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { JiemuError } from '../../core/errors.ts'
import type { PlaceId } from '../../core/ids.ts'
import type { Job } from '../../core/job.ts'
import { silentLog } from '../../core/log.ts'
import type { Actor } from '../../core/permission.ts'
import type { Clock } from '../../core/time.ts'
import type { DispatchChange } from '../../dispatch/commit.ts'
import { createDispatch, type Dispatch } from '../../dispatch/desk.ts'
import type { Notice, Notifier } from '../../dispatch/notifiers/notifier.ts'
import { openQueue } from '../../dispatch/queue.ts'
import type { DispatchStore, OutboxTopic } from '../../dispatch/store-port.ts'
import { OPERATOR, observation, SUPERVISOR, WORKER } from '../../dispatch/testing/examples.ts'
import type { StoredDispatch } from '../../store/dispatch-store.ts'
import type { Store } from '../../store/open.ts'

/** Crowding is confirmed by people and joins, parking goes straight to a team and does not join. */
const STREET = `
cameras:
  - id: cam-1
    name: Kerb
    street: gulou
    grid: gulou-1
    source: { kind: rtsp, url: "rtsp://127.0.0.1/kerb" }
    zones:
      - { id: kerb, rule: illegal-parking, polygon: [[0, 0], [0.5, 0], [0.5, 0.5]] }
teams:
  - { id: chengguan-1, name: One, skills: [illegal-parking, crowding], grids: [gulou-1], loadCap: 500 }
policies:
  - { kind: illegal-parking, mode: auto, joinWindow: 0s }
  - { kind: crowding, mode: confirm }
`

export interface Ground {
  readonly store: Store
  readonly redisUrl?: string
  dispose(): Promise<void>
}

export interface Played {
  readonly ground: Ground
  readonly desk: Dispatch
  /** Our time of day; `ahead` moves it on. */
  readonly clock: Clock
  ahead(durationMs: number): void
  /** Notices are held at the door until `opened`. */
  readonly door: { readonly destination: string; opened: boolean; readonly arrived: Notice[] }
  jobs(place: string): Promise<readonly Job[]>
  park(place: string, subject: string): Promise<void>
}

const WAIT = { timeout: 60_000, interval: 20 }
export const until = (condition: () => boolean | Promise<boolean>) => vi.waitUntil(condition, WAIT)

/**
 * @param more further tests, which need a server to kill
 */
export function deskContract(name: string, open: () => Promise<Ground>, more?: (played: () => Played) => void): void {
  describe(`dispatch over ${name}`, () => {
    let ground: Ground
    let played: Played
    const changes: DispatchChange[] = []

    beforeAll(async () => {
      ground = await open()
      await ground.store.configuration.importCameras(STREET, 'test')
    }, 120_000)
    afterAll(() => ground?.dispose())

    beforeEach(async () => {
      changes.length = 0
      let aheadMs = 0
      const clock = { now: () => Date.now() + aheadMs }
      const door: Played['door'] = { destination: `door-${randomUUID()}`, opened: true, arrived: [] }
      const notifier: Notifier = {
        destination: door.destination,
        async send(notice) {
          if (!door.opened) throw new JiemuError('delivery-failed', { destination: 'door', problem: 'closed' })
          door.arrived.push(notice)
        },
      }
      const store: DispatchStore = ground.store.dispatch as StoredDispatch<OutboxTopic>
      const desk = createDispatch({
        store,
        deliveries: ground.store.deliveries,
        notifiers: [notifier],
        queue: {
          postgres: ground.store.queueConnection,
          name: `jiemu-${randomUUID()}`,
          ...(ground.redisUrl ? { redisUrl: ground.redisUrl } : {}),
        },
        clock,
        log: silentLog,
        onChange: change => changes.push(change),
      })
      played = {
        ground,
        desk,
        clock,
        ahead: durationMs => {
          aheadMs += durationMs
        },
        door,
        jobs: place => store.transact(tx => tx.openJobsAt('illegal-parking', place as PlaceId)),
        park: async (place, subject) => {
          await desk.takeIn(observation({ placeId: place as PlaceId, subject, at: clock.now() }))
        },
      }
      await desk.start()
    })
    afterEach(() => played.desk.stop())

    test('what a camera sees becomes a job that a team has', async () => {
      const place = randomUUID()
      await played.park(place, 'car')
      await until(async () => (await played.jobs(place))[0]?.state === 'assigned')
      expect(await played.jobs(place)).toMatchObject([{ teamId: 'chengguan-1', assignment: { reach: 'grid' } }])
      await until(() => played.door.arrived.some(notice => notice.event === 'job.assigned'))
      // The grid may be weighed meanwhile.
      const types = changes.map(change => change.type).filter(type => type !== 'grid')
      expect(types).toEqual(['incident', 'job', 'job'])
    })

    test('an operator confirms, a worker handles, and the camera closes', async () => {
      const crowd = { kind: 'crowding', placeId: randomUUID() as PlaceId, subject: '' } as const
      const { desk, clock } = played
      await desk.takeIn(observation({ ...crowd, at: clock.now() }))
      const incident = changes.find(change => change.type === 'incident')
      if (incident?.type !== 'incident') throw new Error('nothing opened')
      await desk.confirm(incident.id, OPERATOR)
      const job = changes.find(change => change.type === 'job')
      if (job?.type !== 'job') throw new Error('no job')
      const read = () => (ground.store.dispatch as StoredDispatch<OutboxTopic>).transact(tx => tx.job(job.id))
      await until(async () => (await read())?.state === 'assigned')
      await desk.ask('accept', job.id, { actor: WORKER, key: 'a' })
      await desk.ask('handled', job.id, { actor: WORKER, key: 'b' })
      const closing = (actor: Actor, key: string) => desk.ask('close', job.id, { actor, key })
      await expect(closing({ ...SUPERVISOR, name: WORKER.name }, 'c')).rejects.toMatchObject({
        code: 'handler-cannot-close',
      })
      await desk.takeIn(observation({ ...crowd, at: clock.now() + 1, phase: 'ended' }))
      expect(await read()).toMatchObject({ state: 'closed', handledBy: WORKER.name })
      await expect(closing(SUPERVISOR, 'd')).rejects.toMatchObject({ code: 'transition-illegal' })
    })

    test('what is muted opens by itself once the mute is ended, if it still holds', async () => {
      const place = randomUUID()
      await played.park(place, 'before')
      const { id } = await ground.store.mutes.add(
        {
          ...({ streetId: null, cameraId: null, zoneId: null, kind: 'illegal-parking', faults: false } as const),
          reason: 'a market',
          untilAt: Date.now() + 600_000,
          setBy: 'lin',
        },
        place,
      )
      for (const _ of [1, 2]) await played.park(place, 'during')
      await played.park(place, 'before')
      expect((await played.jobs(place)).flatMap(job => job.incidentIds)).toHaveLength(1)
      expect(await ground.store.mutes.find(id)).toMatchObject({ held: 1 })
      await ground.store.mutes.end(id, 'lin', null)
      await played.park(place, 'during')
      expect((await played.jobs(place)).flatMap(job => job.incidentIds)).toHaveLength(2)
    })

    test('twenty cars, each delivered three times at once: twenty jobs, each assigned once', async () => {
      const place = randomUUID()
      const cars = Array.from({ length: 20 }, (_, index) => `car-${index}`)
      await Promise.all([...cars, ...cars, ...cars].map(car => again(() => played.park(place, car))))
      await until(async () => (await played.jobs(place)).filter(job => job.state === 'assigned').length === 20)
      const jobs = await played.jobs(place)
      expect(new Set(jobs.flatMap(job => job.incidentIds)).size).toBe(20)
      // Created and assigned: two changes of each job, none of them twice.
      expect(changes.filter(change => change.type === 'job')).toHaveLength(40)
    })

    test('a notice that found the door closed is brought again, and then only once', async () => {
      played.door.opened = false
      await played.park(randomUUID(), 'car')
      await until(async () =>
        (await ground.store.deliveries.list({ state: 'pending', limit: 9 })).some(it => it.lastError !== null),
      )
      played.door.opened = true
      // What tests before this one left undone may have coloured the grid meanwhile.
      const arrived = () => played.door.arrived.map(({ event }) => event).filter(event => !event.startsWith('grid.'))
      await until(() => arrived().length === 2)
      await until(async () => (await played.desk.health()).queued === 0)
      expect(arrived().toSorted()).toEqual(['incident.opened', 'job.assigned'])
    })

    test('a deadline passes once, although nobody was there when it did', async () => {
      const place = randomUUID()
      await played.park(place, 'car')
      await until(async () => (await played.jobs(place))[0]?.state === 'assigned')
      await played.desk.stop()
      played.ahead(5 * 60_000)
      await played.desk.start()
      await until(async () => (await passed(played, place)).length > 0)
      expect(await passed(played, place)).toEqual(['timed-out', 'escalated'])
    })

    test('the queue does what it was told of ahead, not before it is due', async () => {
      const at = Date.now()
      const done: (readonly [string, number])[] = []
      const queue = await openQueue({
        postgres: ground.store.queueConnection,
        ...(ground.redisUrl ? { redisUrl: ground.redisUrl } : {}),
        name: `jiemu-${randomUUID()}`,
        perform: async id => void done.push([id, Date.now()]),
        log: silentLog,
      })
      await queue.publishAhead(
        [{ id: 'deadline.job-1.handle.1', topic: 'deadline', payload: {}, dueAt: at + 700, createdAt: at }],
        at,
      )
      await until(() => done.length > 0)
      expect(done).toEqual([['deadline.job-1.handle.1', expect.any(Number)]])
      expect(done[0]?.[1]).toBeGreaterThanOrEqual(at + 700)
      await queue.close()
    })

    test('work that fails and that no retry mends is told in the log', async () => {
      const told: object[] = []
      const queue = await openQueue({
        postgres: ground.store.queueConnection,
        ...(ground.redisUrl ? { redisUrl: ground.redisUrl } : {}),
        name: `jiemu-${randomUUID()}`,
        perform: async () => {
          throw new Error('a mistake of ours')
        },
        log: { ...silentLog, error: fields => told.push(fields) },
      })
      const at = Date.now()
      await queue.publish([{ id: 'assign.job-1.0', topic: 'assign', payload: {}, dueAt: at, createdAt: at }])
      await until(() => told.length > 0)
      expect(told).toMatchObject([{ code: 'unexpected', outbox: 'assign.job-1.0' }])
      await queue.close()
    })

    test('is well while database and queue answer', async () => {
      expect(await played.desk.health()).toMatchObject({ state: 'ok', problem: null, queued: expect.any(Number) })
    })

    more?.(() => played)
  })
}

/** What the deadlines of a place's jobs came to, by their logs. */
export async function passed({ ground, jobs }: Played, place: string): Promise<readonly string[]> {
  const details = await Promise.all((await jobs(place)).map(({ id }) => ground.store.reading.job(id)))
  return details
    .flatMap(detail => detail?.events.map(({ event }) => event) ?? [])
    .filter(event => event === 'timed-out' || event === 'escalated')
}

/** As a shard does: what was not acknowledged is brought again. */
export async function again(work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof JiemuError && error.retryable)) throw error
      await new Promise(resolve => setImmediate(resolve))
    }
  }
}
