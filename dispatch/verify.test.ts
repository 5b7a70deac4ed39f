// Verification by camera: what becomes of a job that was reported done, by what its cameras see when they look again.
import { beforeEach, describe, expect, test } from 'vitest'
import { NO_CAMERA } from '../core/camera.ts'
import type { LookAnswer, LookVerdict } from '../core/fresh-look.ts'
import type { CameraId, IncidentId, JobId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { ManualClock } from '../core/time.ts'
import { createDispatch, type Dispatch } from './desk.ts'
import type { JobCommandName } from './job-commands.ts'
import { noDeliveries, OPERATOR, observation, SUPERVISOR, T0, team, WORKER } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
let store: MemoryStore
let clock: ManualClock
let desk: Dispatch

function open(policy: Parameters<typeof memoryStore>[0] = {}): void {
  store = memoryStore({ mode: 'auto', selfCleared: 'keep', ...policy }, [team('chengguan-1')])
  clock = new ManualClock(T0)
  desk = another()
}
/** A desk of another process on the same database. */
const another = () =>
  createDispatch({ store, deliveries: noDeliveries, notifiers: [], looks: true, clock, log: silentLog })
beforeEach(() => open())

const job = (index = 0) => [...store.now.jobs.values()][index]
const jobId = () => job()?.id ?? ('none' as JobId)
const looks = () => [...store.now.looks.values()]
const lines = () => store.now.jobEvents.map(({ event, actor }) => `${event} ${actor}`)
const told = (event: string) => [...store.now.outbox.keys()].filter(row => row.startsWith(`notify.${event}.`))
const seen = (subject: string, afterMs: number, camera = 'cam-1', phase: 'holds' | 'ended' = 'holds') =>
  desk.takeIn(observation({ subject, at: T0 + afterMs, cameraId: camera as CameraId, phase }))
let keys = 0
const ask = (name: JobCommandName, actor = WORKER) =>
  desk.ask(name, jobId(), { actor, key: `k${keys++}`, reason: 'because' })

async function later(ms: number): Promise<void> {
  clock.advanceBy(ms)
  await desk.drain(clock.now())
}

/** Accepted, reported done, and the cameras asked. */
async function handle(): Promise<void> {
  await desk.drain(clock.now())
  await ask('accept')
  await ask('handled')
  await desk.drain(clock.now())
}

function answer(verdict: LookVerdict, index = 0, change: Partial<LookAnswer> = {}): Promise<boolean> {
  const look = looks()[index]
  return desk.takeLook({
    lookId: look?.id ?? 'none',
    cameraId: look?.cameraId ?? ('none' as CameraId),
    verdict,
    samples: { clear: 3, there: 1, blind: 2 },
    at: clock.now(),
    pictured: true,
    ...change,
  })
}

describe('one camera', () => {
  beforeEach(async () => {
    await seen('car-1', 0)
    await handle()
  })

  test('is asked once the work was reported done, with what the policy wants to see', () => {
    expect(job()).toMatchObject({ state: 'verifying', handledAt: T0 })
    expect(looks()).toMatchObject([
      {
        jobId: jobId(),
        incidentId: job()?.incidentIds[0],
        cameraId: 'cam-1',
        zoneId: 'kerb',
        askedAt: T0,
        verdict: null,
      },
    ])
    expect(looks()[0]).toMatchObject({ clear: { forMs: 30_000 }, withinMs: 10 * MINUTE })
    expect(lines().slice(-2)).toEqual(['handled wang', 'verifying policy'])
  })

  test('sees it clear: the job is closed, by the camera', async () => {
    await later(40 * SECOND)
    expect(await answer('clear')).toBe(true)
    expect(job()).toMatchObject({ state: 'closed', closedAt: T0 + 40 * SECOND, handledBy: WORKER.name })
    expect(lines().at(-1)).toBe('closed camera:cam-1')
    expect(looks()).toMatchObject([{ verdict: 'clear', samples: { clear: 3, there: 1, blind: 2 }, pictured: true }])
  })

  test('sees it still there: the job is given back, and its worker told', async () => {
    await answer('there')
    expect(job()).toMatchObject({ state: 'returned', returns: 1, handledAt: null, teamId: 'chengguan-1' })
    expect(store.now.jobEvents.at(-1)).toMatchObject({
      event: 'returned',
      actor: 'camera:cam-1',
      reason: 'still-there',
    })
    expect(told('job.returned')).toHaveLength(1)
  })

  test('cannot tell: a supervisor is told, and decides', async () => {
    await answer('blind')
    expect(job()).toMatchObject({ state: 'verifying' })
    expect(lines().at(-1)).toBe('unseen camera:cam-1')
    expect(told('job.verify-by-person')).toHaveLength(1)
    await ask('close', SUPERVISOR)
    expect(job()).toMatchObject({ state: 'closed' })
  })

  test('whoever handled it cannot decide in the camera’s place', async () => {
    await answer('blind')
    await expect(ask('close', { ...SUPERVISOR, name: WORKER.name })).rejects.toMatchObject({
      code: 'handler-cannot-close',
    })
  })

  test('never answers: after its time and a little more a supervisor is told', async () => {
    await later(10 * MINUTE + 29 * SECOND)
    expect(told('job.verify-by-person')).toHaveLength(0)
    await later(SECOND)
    expect(told('job.verify-by-person')).toHaveLength(1)
    expect(looks()).toMatchObject([{ verdict: 'blind', samples: null }])
    expect(await answer('clear')).toBe(false)
  })

  test('could not tell, and its rule says later that it is over: it looks again', async () => {
    await answer('blind')
    await seen('car-1', 5 * MINUTE, 'cam-1', 'ended')
    expect(looks()).toHaveLength(2)
    expect(await answer('clear', 0)).toBe(false)
    await answer('clear', 1)
    expect(job()).toMatchObject({ state: 'closed' })
  })

  test('is not needed any more once the incident was rejected', async () => {
    await desk.reject(looks()[0]?.incidentId ?? ('none' as IncidentId), 'not-there', null, OPERATOR)
    expect(job()).toMatchObject({ state: 'cancelled' })
    expect(await answer('clear')).toBe(false)
  })

  test('gives the same answer twice: it counts once', async () => {
    await answer('there')
    const before = structuredClone(store.now)
    expect(await answer('there')).toBe(false)
    expect(store.now).toEqual(before)
  })

  test.each<[string, JobCommandName, string]>([
    ['a supervisor has closed the job', 'close', 'closed'],
    ['a supervisor has given it back', 'return', 'returned'],
    ['it was cancelled', 'cancel', 'cancelled'],
  ])('answers too late, when %s', async (_, name, state) => {
    await ask(name, SUPERVISOR)
    const before = structuredClone(store.now)
    for (const verdict of ['clear', 'there', 'blind'] as const) expect(await answer(verdict)).toBe(false)
    expect(store.now).toEqual(before)
    await later(20 * MINUTE)
    expect(job()).toMatchObject({ state })
    expect(told('job.verify-by-person')).toHaveLength(0)
  })

  test('is asked anew when a job that was given back is done again, and the old answer says nothing', async () => {
    await answer('there')
    await later(MINUTE)
    await ask('handled')
    await desk.drain(clock.now())
    expect(looks()).toHaveLength(2)
    expect(job()).toMatchObject({ state: 'verifying' })
    expect(await answer('clear', 0)).toBe(false)
    expect(job()).toMatchObject({ state: 'verifying' })
    await answer('clear', 1)
    expect(job()).toMatchObject({ state: 'closed', returns: 1 })
  })

  test('saw it clear, and its rule sees it stand there afterwards: it is work again, and not forgotten', async () => {
    await answer('clear')
    await seen('car-1', 2 * MINUTE)
    await later(11 * MINUTE)
    expect([...store.now.jobs.values()].map(({ state }) => state)).toEqual(['closed', 'assigned'])
    expect(job(1)?.incidentIds).toEqual(job(0)?.incidentIds)
  })

  test('saw it clear, and so does its rule: nothing follows', async () => {
    await answer('clear')
    await seen('car-1', 2 * MINUTE, 'cam-1', 'ended')
    await later(20 * MINUTE)
    expect(store.now.jobs.size).toBe(1)
  })
})

describe('several cameras', () => {
  beforeEach(async () => {
    await seen('car-1', 0)
    await seen('car-2', 1, 'cam-2')
    await handle()
  })

  test('all must see it clear', async () => {
    expect(looks().map(look => look.cameraId)).toEqual(['cam-1', 'cam-2'])
    await answer('clear', 0)
    expect(job()).toMatchObject({ state: 'verifying' })
    await answer('clear', 1)
    expect(job()).toMatchObject({ state: 'closed' })
    expect(lines().at(-1)).toBe('closed camera:cam-2')
  })

  test('one that still sees it is enough to give the job back', async () => {
    await answer('there', 1)
    expect(job()).toMatchObject({ state: 'returned' })
    expect(lines().at(-1)).toBe('returned camera:cam-2')
    expect(await answer('clear', 0)).toBe(false)
  })

  test('one that cannot tell leaves it to a supervisor, once the other has seen it clear', async () => {
    await answer('blind', 0)
    expect(told('job.verify-by-person')).toHaveLength(0)
    await answer('clear', 1)
    expect(told('job.verify-by-person')).toHaveLength(1)
    expect(lines().at(-1)).toBe('unseen camera:cam-1')
  })

  test('the incident of one is rejected meanwhile: only the other counts', async () => {
    await answer('clear', 0)
    await desk.reject(looks()[1]?.incidentId ?? ('none' as IncidentId), 'not-there', null, OPERATOR)
    expect(job()).toMatchObject({ state: 'closed' })
  })
})

test('what only residents have reported is for a supervisor at once; beside what cameras saw, these decide', async () => {
  await seen('flat-1', 0, NO_CAMERA)
  await handle()
  expect([looks(), lines().slice(-2)]).toEqual([[], ['verifying policy', 'unseen policy']])
  expect(told('job.verify-by-person')).toHaveLength(1)

  open()
  await seen('flat-1', 0, NO_CAMERA)
  await seen('car-1', 1)
  await handle()
  expect(looks().map(({ cameraId }) => cameraId)).toEqual(['cam-1'])
  await answer('clear')
  expect(job()).toMatchObject({ state: 'closed' })
})

test('a look is taken also where the rule has seen it clear before the work was reported done', async () => {
  await seen('car-1', 0)
  await desk.drain(T0)
  await ask('accept')
  await seen('car-1', MINUTE, 'cam-1', 'ended')
  await ask('handled')
  await desk.drain(clock.now())
  expect(job()).toMatchObject({ state: 'verifying' })
  await answer('clear')
  expect(job()).toMatchObject({ state: 'closed' })
})

test('the rule’s own word closes nothing while the camera looks', async () => {
  await seen('car-1', 0)
  await handle()
  await seen('car-1', MINUTE, 'cam-1', 'ended')
  expect(job()).toMatchObject({ state: 'verifying' })
  expect(looks()).toHaveLength(1)
})

test.each([
  ['illegal-parking', { forMs: 30_000 }],
  ['crowding', { forMs: 60_000 }],
  ['overflowing-bin', { k: 3, n: 4 }],
  ['dirty-road', { k: 3, n: 4 }],
  ['camera-health', { forMs: 60_000 }],
] as const)('%s is clear after %j, unless the policy wants more', async (kind, clear) => {
  store = memoryStore({ mode: 'auto', selfCleared: 'keep' }, [team('all', { skills: [kind] })])
  desk = another()
  await desk.takeIn(observation({ kind }))
  await handle()
  expect(looks()).toMatchObject([{ clear }])
})

test('another process takes the work up where the first died: before the question, and before the answer', async () => {
  await seen('car-1', 0)
  await desk.drain(T0)
  await ask('accept')
  await ask('handled')
  desk = another()
  await desk.drain(T0)
  expect(job()).toMatchObject({ state: 'verifying' })
  desk = another()
  await answer('clear')
  expect(job()).toMatchObject({ state: 'closed' })
})
