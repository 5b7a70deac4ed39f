// The life of a job: made, joined, accepted, handled and closed, by whom and by whom not.
import { beforeEach, describe, expect, test } from 'vitest'
import type { IncidentId, JobId, PlaceId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { Actor } from '../core/permission.ts'
import { ManualClock } from '../core/time.ts'
import { createDispatch, type Dispatch } from './desk.ts'
import type { JobCommandName } from './job-commands.ts'
import { noDeliveries, OPERATOR, observation, SUPERVISOR, T0, team, WORKER } from './testing/examples.ts'
import { type MemoryStore, memoryStore } from './testing/memory-store.ts'

const MINUTE = 60_000
let store: MemoryStore
let clock: ManualClock
let desk: Dispatch

function open(policy: Parameters<typeof memoryStore>[0] = { mode: 'auto' }): void {
  store = memoryStore(policy, [team('chengguan-1')])
  clock = new ManualClock(T0)
  desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
}
beforeEach(() => open())

const jobs = () => [...store.now.jobs.values()]
const incidents = () => [...store.now.incidents.values()]
const lines = () => store.now.jobEvents.map(({ event, actor }) => `${event} ${actor}`)
const firstJob = (): JobId => jobs()[0]?.id ?? ('none' as JobId)
const seen = (subject: string, at: number, place = 'kerb') =>
  desk.takeIn(observation({ subject, at, placeId: place as PlaceId }))
const ask = (name: JobCommandName, actor: Actor, key: string, id: JobId = firstJob()) =>
  desk.ask(name, id, { actor, key })
const gone = (subject: string, at: number) => desk.takeIn(observation({ subject, at, phase: 'ended' }))

/** Brings the first job as far as "handled" by WORKER. */
async function handleFirst(): Promise<void> {
  await desk.drain(clock.now())
  await ask('accept', WORKER, 'k1')
  await ask('handled', WORKER, 'k2')
}

describe('joining', () => {
  test.each([
    ['within the window', 10 * MINUTE, 10 * MINUTE, 'kerb', 1],
    ['after the window', 10 * MINUTE, 10 * MINUTE + 1, 'kerb', 2],
    ['at another place', 10 * MINUTE, 1_000, 'square', 2],
    ['with a window of nothing', 0, 0, 'kerb', 2],
  ])('a second incident %s', async (_, joinWindow, later, place, count) => {
    open({ mode: 'auto', joinWindow })
    await seen('car-1', T0)
    await seen('car-2', T0 + later, place)
    expect(jobs()).toHaveLength(count)
    expect(jobs().flatMap(job => job.incidentIds)).toHaveLength(2)
  })

  test('the window counts from the first incident, so that a job stays one visit', async () => {
    for (const [index, minute] of [0, 6, 12].entries()) await seen(`car-${index}`, T0 + minute * MINUTE)
    expect(jobs().map(job => job.incidentIds.length)).toEqual([2, 1])
  })

  test('a job takes the worst severity of its incidents', async () => {
    await desk.takeIn(observation({ subject: 'car-1', severity: 'orange' }))
    await desk.takeIn(observation({ subject: 'car-2', severity: 'blue', at: T0 + 1 }))
    expect(jobs()).toMatchObject([{ severity: 'orange' }])
  })

  test('what comes after the work was reported done is a job of its own', async () => {
    await seen('car-1', T0)
    await handleFirst()
    await seen('car-2', T0 + MINUTE)
    expect(jobs().map(job => job.state)).toEqual(['handled', 'queued'])
  })
})

describe('closing', () => {
  test('the camera closes it when the place clears after the work', async () => {
    await seen('car-1', T0)
    await handleFirst()
    await gone('car-1', T0 + 5 * MINUTE)
    expect(jobs()).toMatchObject([{ state: 'closed', closedAt: T0 + 5 * MINUTE, handledBy: WORKER.name }])
    expect(lines().at(-1)).toBe('closed camera:cam-1')
  })

  test('where the place is clear already, reporting the work closes it', async () => {
    open({ mode: 'auto', selfCleared: 'keep' })
    await seen('car-1', T0)
    await gone('car-1', T0 + MINUTE)
    clock.advanceTo(T0 + 2 * MINUTE)
    await handleFirst()
    expect(jobs()).toMatchObject([{ state: 'closed', closedAt: T0 + 2 * MINUTE }])
    expect(lines()).toEqual([
      'created policy',
      'assigned dispatch',
      'accepted wang',
      'handled wang',
      'closed camera:cam-1',
    ])
  })

  test('one of two cars left: the job stays open until the other has left too', async () => {
    await seen('car-1', T0)
    await seen('car-2', T0 + 1)
    await handleFirst()
    await gone('car-1', T0 + MINUTE)
    expect(jobs()).toMatchObject([{ state: 'handled' }])
    await gone('car-2', T0 + 2 * MINUTE)
    expect(jobs()).toMatchObject([{ state: 'closed' }])
  })

  test('clearing before anybody has been there closes nothing', async () => {
    open({ mode: 'auto', selfCleared: 'keep' })
    await seen('car-1', T0)
    await gone('car-1', T0 + MINUTE)
    expect(jobs()).toMatchObject([{ state: 'queued' }])
  })

  test('a supervisor closes it in the camera’s place, the handler never', async () => {
    await seen('car-1', T0)
    await handleFirst()
    await expect(ask('close', { ...SUPERVISOR, name: WORKER.name }, 'k3')).rejects.toMatchObject({
      code: 'handler-cannot-close',
    })
    expect(jobs()).toMatchObject([{ state: 'handled' }])
    await desk.ask('close', firstJob(), { actor: SUPERVISOR, key: 'k3', reason: 'seen by eye' })
    expect(jobs()).toMatchObject([{ state: 'closed' }])
  })
})

describe('commands', () => {
  const steps = [
    ['accept', 'accepted'],
    ['handled', 'handled'],
    ['close', 'closed'],
  ] as const

  test.each([
    ['queued', ['handled', 'close', 'accept']],
    ['assigned', ['handled', 'close']],
    ['accepted', ['accept', 'close']],
    ['handled', ['accept', 'handled']],
    ['closed', ['accept', 'handled', 'close']],
  ] as const)('a job that is %s refuses %j and is left unchanged', async (state, refused) => {
    await seen('car-1', T0)
    if (state !== 'queued') await desk.drain(T0)
    const order = ['queued', 'assigned', 'accepted', 'handled', 'closed']
    for (const [step] of steps.slice(0, Math.max(0, order.indexOf(state) - 1))) {
      await ask(step, step === 'close' ? SUPERVISOR : WORKER, `to-${step}`)
    }
    const before = structuredClone(store.now)
    for (const step of refused) {
      const attempt = ask(step, step === 'close' ? SUPERVISOR : WORKER, 'wrong')
      await expect(attempt).rejects.toMatchObject({ code: 'transition-illegal', detail: { state } })
    }
    expect(store.now).toEqual(before)
  })

  test('whoever loses a job is named in the notice of it', async () => {
    await seen('car-1', T0)
    await desk.drain(T0)
    await ask('accept', WORKER, 'k1')
    const held = jobs()[0]?.workerId
    await desk.ask('defer', firstJob(), { actor: SUPERVISOR, key: 'k2', reason: 'rain', until: T0 + 60 * MINUTE })
    const notice = [...store.now.outbox.values()].find(row => row.id.startsWith('notify.job.deferred'))
    expect(jobs()).toMatchObject([{ teamId: null, workerId: null }])
    expect(notice?.payload).toMatchObject({ formerTeamId: 'chengguan-1', formerWorkerId: held })
  })

  test('a job that takes in a more severe one becomes as severe', async () => {
    await seen('car-1', T0, 'kerb')
    await desk.takeIn(observation({ subject: 'car-2', at: T0 + 1, placeId: 'square' as PlaceId, severity: 'red' }))
    const [target, duplicate] = jobs()
    expect([target?.severity, duplicate?.severity]).not.toEqual(['red', 'red'])
    if (!target || !duplicate) throw new Error('two jobs were expected')
    await desk.ask('merge', duplicate.id, { actor: OPERATOR, key: 'k1', into: target.id, reason: 'same car' })
    expect(jobs().find(({ id }) => id === target.id)).toMatchObject({ severity: 'red' })
  })

  test('the same key twice does it once, also after the job has moved on', async () => {
    await seen('car-1', T0)
    await handleFirst()
    const before = structuredClone(store.now)
    expect(await ask('accept', WORKER, 'k1')).toMatchObject({ state: 'handled' })
    await ask('handled', WORKER, 'k2')
    expect(store.now).toEqual(before)
  })

  test('one key for two different steps does both', async () => {
    await seen('car-1', T0)
    await desk.drain(T0)
    await ask('accept', WORKER, 'same')
    await desk.ask('handled', firstJob(), { actor: WORKER, key: 'same', reason: 'towed' })
    expect(jobs()).toMatchObject([{ state: 'handled' }])
    expect(store.now.jobEvents.at(-1)).toMatchObject({ actor: 'wang', reason: 'towed', from: 'accepted' })
  })

  test('a version that the job does not have any more, or not yet, is refused and changes nothing', async () => {
    await seen('car-1', T0)
    await desk.drain(T0)
    const { version } = jobs()[0] ?? { version: 0 }
    const against = (of: number) => desk.ask('accept', firstJob(), { actor: WORKER, key: `of-${of}`, version: of })
    for (const wrong of [version - 1, version + 1]) {
      const before = structuredClone(store.now)
      await expect(against(wrong)).rejects.toMatchObject({ code: 'version-stale' })
      expect(store.now).toEqual(before)
    }
    expect(await against(version)).toMatchObject({ state: 'accepted', version: version + 1 })
    // What was done is not refused for what it did itself.
    expect(await against(version)).toMatchObject({ state: 'accepted', version: version + 1 })
  })

  test('a job that does not exist is not found', async () => {
    await expect(ask('accept', WORKER, 'k', 'job-x' as JobId)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('review', () => {
  const alert = async (): Promise<IncidentId> => {
    open({ mode: 'confirm' })
    await seen('car-1', T0)
    return incidents()[0]?.id ?? ('none' as IncidentId)
  }

  test('confirming makes the job and names who did; confirming again changes nothing', async () => {
    const id = await alert()
    expect(jobs()).toEqual([])
    clock.advanceTo(T0 + 3_000)
    await desk.confirm(id, OPERATOR)
    const before = structuredClone(store.now)
    await desk.confirm(id, { ...OPERATOR, name: 'somebody else' } satisfies Actor)
    expect(store.now).toEqual(before)
    expect(jobs()).toMatchObject([{ incidentIds: [id], createdAt: T0 + 3_000 }])
    expect(lines()).toEqual(['created lin'])
    expect(store.now.incidentEvents.at(-1)).toMatchObject({ event: 'confirmed', actor: 'lin' })
  })

  test('rejecting keeps the first reason and makes no job', async () => {
    const id = await alert()
    await desk.reject(id, 'loading', 'removal van', OPERATOR)
    await desk.reject(id, 'other', null, SUPERVISOR)
    expect(incidents()).toMatchObject([{ review: 'rejected', rejectReason: 'loading', rejectNote: 'removal van' }])
    expect(jobs()).toEqual([])
  })

  test('taking a confirmation back cancels the job, unless it lists another incident', async () => {
    await seen('car-1', T0)
    await seen('car-2', T0 + 1)
    const [one, two] = incidents()
    if (!one || !two) throw new Error('nothing opened')
    await desk.reject(one.id, 'not-there', null, OPERATOR)
    expect(jobs()).toMatchObject([{ state: 'queued' }])
    await desk.reject(two.id, 'not-there', null, OPERATOR)
    expect(jobs()).toMatchObject([{ state: 'cancelled', closedAt: null }])
    await desk.drain(T0 + MINUTE)
    expect(jobs()).toMatchObject([{ state: 'cancelled', teamId: null }])
  })

  test('rejecting the last car still there closes a job whose work is done', async () => {
    await seen('car-1', T0)
    await seen('car-2', T0 + 1)
    await handleFirst()
    await gone('car-1', T0 + MINUTE)
    await desk.reject(incidents()[1]?.id ?? ('none' as IncidentId), 'not-there', null, OPERATOR)
    expect(jobs()).toMatchObject([{ state: 'closed' }])
  })

  test('an alert that nobody answers escalates at doubling distances until it is over, then expires', async () => {
    const id = await alert()
    await desk.drain(T0 + 14 * MINUTE)
    await gone('car-1', T0 + 15 * MINUTE)
    await desk.drain(T0 + 60 * MINUTE)
    expect(store.now.incidentEvents.map(({ event, at }) => `${event} ${(at - T0) / MINUTE}`)).toEqual([
      'opened 0',
      'escalated 2',
      'escalated 6',
      'escalated 14',
      'cleared 15',
      'expired 30',
    ])
    await desk.confirm(id, OPERATOR)
    expect(jobs()).toMatchObject([{ state: 'queued' }])
  })

  test('an alert that nobody answers is confirmed by the policy where it says so', async () => {
    open({ mode: 'confirm', unanswered: 'auto-confirm' })
    await seen('car-1', T0)
    await desk.drain(T0 + 2 * MINUTE)
    expect(incidents()).toMatchObject([{ review: 'auto-confirmed' }])
    expect(jobs()).toMatchObject([{ state: 'assigned', createdAt: T0 + 2 * MINUTE }])
  })

  test('an answer in time leaves nothing to escalate', async () => {
    const id = await alert()
    await desk.confirm(id, OPERATOR)
    await desk.drain(T0 + 60 * MINUTE)
    expect(store.now.incidentEvents.map(each => each.event)).toEqual(['opened', 'confirmed'])
  })
})
