// Deadlines by a clock that is moved by hand: who is told when, how often, when not at night, and when no more.
import { beforeEach, describe, expect, test } from 'vitest'
import { businessCalendarSchema } from '../core/business-calendar.ts'
import { escalationLevelSchema } from '../core/escalation.ts'
import type { JobId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import type { Actor } from '../core/permission.ts'
import { policySchema } from '../core/team.ts'
import { ManualClock } from '../core/time.ts'
import type { Missed } from './commit.ts'
import { createDispatch, type Dispatch } from './desk.ts'
import type { JobCommandName } from './job-commands.ts'
import { noDeliveries, observation, SUPERVISOR, T0, team, WORKER } from './testing/examples.ts'
import { type MemorySettings, type MemoryStore, memoryStore } from './testing/memory-store.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const LEADER: Actor = { name: 'zhao', role: 'team-leader', scope: 'district' }

let store: MemoryStore
let clock: ManualClock
let desk: Dispatch
let missed: Missed[]
let policy: ReturnType<typeof terms>

const terms = (deadlines: object) =>
  policySchema.parse({ kind: 'illegal-parking', mode: 'auto', deadlines: { ...NONE, ...deadlines } })
const NONE = { acknowledge: 'none', arrive: 'none', handle: 'none' }
const levels = (...list: object[]) =>
  list.map((level, index) => escalationLevelSchema.parse({ name: `l${index + 1}`, tell: ['supervisor'], ...level }))

async function open(deadlines: object, settings: MemorySettings = {}, at = T0): Promise<void> {
  missed = []
  clock = new ManualClock(at)
  policy = terms(deadlines)
  store = memoryStore(policy, [team('chengguan-1'), team('duty-1', { onDuty: true })], {}, settings)
  desk = createDispatch({
    ...{ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog },
    onMissed: one => missed.push(one),
  })
  await desk.takeIn(observation({ at }))
  await desk.drain(at)
}

const job = () => {
  const [only] = store.now.jobs.values()
  if (!only) throw new Error('no job')
  return only
}
const ask = (name: JobCommandName, actor: Actor, key: string = name) =>
  desk.ask(name, job().id as JobId, { actor, key, reason: 'because', until: clock.now() + 2 * HOUR })
async function pass(durationMs: number): Promise<void> {
  clock.advanceBy(durationMs)
  await desk.drain(clock.now())
}
/** Steps after the assignment, with the minute of each. */
const steps = (from = T0) =>
  store.now.jobEvents.map(({ event, at, reason }) => `${(at - from) / MINUTE} ${event} ${reason ?? ''}`.trim())
/** Escalations as they are told: the minute, the level, and how often before. */
const told = (from = T0) =>
  [...store.now.outbox.values()]
    .filter(({ payload }) => payload.event === 'job.escalated')
    .toSorted((one, other) => one.dueAt - other.dueAt)
    .map(({ dueAt, payload }) => `${(dueAt - from) / MINUTE} level ${payload.level} again ${payload.again ?? 0}`)
const runs = () =>
  store.now.deadlines.map(({ deadline, missedAt, end }) => `${deadline} ${missedAt ? 'missed' : 'kept'} ${end}`)

describe('a job’s own terms', () => {
  test('are written with its steps, and met by them', async () => {
    await open({ acknowledge: '5m', arrive: '15m', handle: '60m' })
    expect(store.now.deadlines.map(({ deadline, dueAt, run }) => [deadline, (dueAt - T0) / MINUTE, run])).toEqual([
      ['handle', 60, 1],
      ['acknowledge', 5, 2],
      ['arrive', 15, 2],
    ])
    for (const name of ['accept', 'arrive', 'handled'] as const) await ask(name, WORKER)
    expect(runs()).toEqual(['handle kept met', 'acknowledge kept met', 'arrive kept met'])
    await pass(24 * HOUR)
    expect(missed).toEqual([])
  })

  test('may run in working time only', async () => {
    // Monday, 17:30: half an hour is left of it, and the other half comes on Tuesday.
    const evening = Date.parse('2026-01-05T17:30:00+08:00')
    await open({ handle: { working: '1h' } }, { calendar: businessCalendarSchema.parse({}) }, evening)
    expect(store.now.deadlines.map(({ dueAt }) => new Date(dueAt).toISOString())).toEqual(['2026-01-06T01:00:00.000Z'])
  })

  test('stay as they were promised where the policy changes', async () => {
    await open({ handle: '60m' })
    policy.deadlines = terms({ handle: '10m' }).deadlines
    await ask('defer', SUPERVISOR)
    await pass(2 * HOUR)
    expect(store.now.deadlines.map(({ startedAt, dueAt }) => dueAt - startedAt)).toEqual([HOUR, HOUR])
  })

  test.each([
    ['illegal-parking', '5 15 60'],
    ['crowding', '1 3 5'],
    ['overflowing-bin', '10 60 240'],
    ['dirty-road', '10 60 480'],
    ['camera-health', '120 480 1440 in working time'],
  ])('of %s are by default %s minutes', (kind, minutes) => {
    const { acknowledge, arrive, handle } = policySchema.parse({ kind }).deadlines
    const all = [acknowledge, arrive, handle]
    const text = all.map(term => (term?.durationMs ?? 0) / MINUTE).join(' ')
    expect(text + (all.every(term => term?.working) ? ' in working time' : '')).toBe(minutes)
  })
})

describe('nobody accepts', () => {
  beforeEach(() => open({ acknowledge: '5m' }, { levels: levels({ wait: '10m', repeat: '4m' }, { repeat: '10m' }) }))

  test('the job is taken back, a level is told, and it is assigned anew', async () => {
    await pass(5 * MINUTE)
    expect(steps().slice(2, 5)).toEqual([
      '5 timed-out chengguan-1',
      '5 escalated acknowledge: 1 l1',
      expect.stringMatching(/^5 assigned/),
    ])
    expect(missed).toEqual([{ kind: 'illegal-parking', deadline: 'acknowledge' }])
    expect(job()).toMatchObject({ state: 'assigned', escalation: 1, acknowledged: 0 })
  })

  test('whoever accepts the second time ends it, without a word of the supervisor', async () => {
    await pass(5 * MINUTE)
    await ask('accept', WORKER)
    await pass(24 * HOUR)
    expect(told()).toEqual(['5 level 1 again 0'])
  })
})

describe('a deadline passes', () => {
  const chain = levels({ wait: '10m', repeat: '4m' }, { wait: '10m', repeat: '10m' }, { repeat: '10m' })

  test('a level is told again until its wait is over, then the next, and the last at doubling distances', async () => {
    await open({ handle: '60m' }, { levels: chain })
    await pass(3 * HOUR)
    expect(told()).toEqual([
      '60 level 1 again 0',
      '64 level 1 again 1',
      '68 level 1 again 2',
      '70 level 2 again 0',
      '80 level 3 again 0',
      '90 level 3 again 1',
      '110 level 3 again 2',
      '150 level 3 again 3',
    ])
    expect(job()).toMatchObject({ escalation: 3, acknowledged: 0, state: 'assigned' })
    expect(missed).toHaveLength(1)
  })

  test('left for a day, the last level is told less than ten times', async () => {
    await open({ handle: '60m' }, { levels: levels({ repeat: '5m' }) })
    await pass(25 * HOUR)
    expect(told().length).toBeLessThan(10)
  })

  test('whoever acknowledges ends it, until another deadline passes', async () => {
    await open({ arrive: '15m', handle: '60m' }, { levels: chain })
    await pass(16 * MINUTE)
    await ask('acknowledge', LEADER)
    expect(job()).toMatchObject({ escalation: 1, acknowledged: 1 })
    await pass(48 * MINUTE)
    expect(told()).toEqual(['15 level 1 again 0', '60 level 2 again 0'])
    await ask('acknowledge', LEADER, 'again')
    await pass(24 * HOUR)
    expect(told()).toHaveLength(2)
  })

  test('what passes while the last level has acknowledged has it told anew', async () => {
    await open({ arrive: '15m', handle: '60m' }, { levels: levels({ repeat: '30m' }) })
    await pass(16 * MINUTE)
    await ask('acknowledge', SUPERVISOR)
    await pass(50 * MINUTE)
    expect(told()).toEqual(['15 level 1 again 0', '60 level 1 again 0'])
    expect(job()).toMatchObject({ escalation: 1, acknowledged: 0 })
  })

  test('whoever does it, late, ends it too', async () => {
    await open({ arrive: '15m', handle: '60m' }, { levels: chain })
    await ask('accept', WORKER)
    await pass(16 * MINUTE)
    await ask('arrive', WORKER)
    await pass(40 * MINUTE)
    expect(told()).toEqual(['15 level 1 again 0'])
    expect(runs()).toEqual(['handle kept null', 'arrive missed met'])
  })

  test('it says what passed, which level, and who is meant', async () => {
    await open({ handle: '60m' }, { levels: levels({ tell: ['team-leader', 'on-duty', 'webhook-1'] }) })
    await pass(60 * MINUTE)
    const notice = [...store.now.outbox.values()].find(({ payload }) => payload.event === 'job.escalated')
    expect(notice?.payload).toMatchObject({
      ...{ deadline: 'handle', level: 1, levelName: 'l1', roles: 'team-leader', onDuty: 'duty-1' },
      destinations: 'webhook-1',
    })
  })
})

describe('at night', () => {
  const quiet = { from: '22:00', to: '07:00' }
  const night = Date.parse('2026-01-05T22:30:00+08:00')
  const morning = 8.5 * 60

  test('a quiet level is told in the morning, and its wait begins then', async () => {
    const chain = levels({ quiet, wait: '10m', repeat: '4m' }, { repeat: '60m' })
    await open({ handle: '60m' }, { levels: chain }, night)
    await pass(9 * HOUR)
    expect(told(night)).toEqual([
      `${morning} level 1 again 0`,
      `${morning + 4} level 1 again 1`,
      `${morning + 8} level 1 again 2`,
      `${morning + 10} level 2 again 0`,
    ])
    // The log has it when it happened.
    expect(steps(night)).toContain('60 escalated handle: 1 l1')
  })

  test('from orange on nobody sleeps', async () => {
    clock = new ManualClock(night)
    store = memoryStore(terms({ handle: '60m' }), [team('a')], {}, { levels: levels({ quiet, repeat: '600m' }) })
    desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
    await desk.takeIn(observation({ at: night, severity: 'orange' }))
    await pass(90 * MINUTE)
    expect(told(night)).toEqual(['60 level 1 again 0'])
  })
})

describe('put off', () => {
  test('nothing passes meanwhile; the job goes on by itself, with all its time', async () => {
    await open({ handle: '60m' })
    await ask('defer', SUPERVISOR)
    await pass(119 * MINUTE)
    expect(job().state).toBe('deferred')
    await pass(MINUTE)
    expect(job()).toMatchObject({ state: 'assigned', deferredUntil: null })
    expect(steps().slice(2)).toEqual([
      '0 deferred because',
      '120 resumed until',
      expect.stringMatching(/^120 assigned/),
    ])
    expect(runs()).toEqual(['handle kept void', 'handle kept null'])
    expect(store.now.deadlines.at(-1)?.dueAt).toBe(T0 + 180 * MINUTE)
  })

  test('one that was taken up before and put off again waits for the later time', async () => {
    await open({ handle: '60m' })
    await ask('defer', SUPERVISOR)
    await pass(HOUR)
    await ask('resume', SUPERVISOR)
    await ask('defer', SUPERVISOR, 'again')
    await pass(HOUR)
    expect(job().state).toBe('deferred')
    await pass(HOUR)
    expect(job().state).toBe('assigned')
  })
})

describe('the clock is set back by five minutes', () => {
  const back = (at: number) => {
    clock = new ManualClock(at - 5 * MINUTE)
    desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
  }

  test('before a deadline: it passes once, when the clock has come there', async () => {
    await open({ handle: '60m' })
    await pass(59 * MINUTE)
    back(clock.now())
    await pass(5 * MINUTE)
    expect(job().escalation).toBe(0)
    await pass(MINUTE)
    expect(steps().filter(step => step.includes('escalated'))).toEqual(['60 escalated handle: 1 班组长'])
  })

  test('after it: it does not pass again', async () => {
    await open({ handle: '60m' })
    await pass(60 * MINUTE)
    back(clock.now())
    await pass(4 * MINUTE)
    await pass(2 * MINUTE)
    expect(steps().filter(step => step.includes('escalated'))).toEqual(['60 escalated handle: 1 班组长'])
  })
})

test('an alert that nobody decides on climbs the same chain, at doubling distances', async () => {
  clock = new ManualClock(T0)
  store = memoryStore({ mode: 'confirm' }, [team('duty-1', { onDuty: true })])
  desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
  await desk.takeIn(observation())
  await pass(HOUR)
  const notices = [...store.now.outbox.values()].filter(({ payload }) => payload.event === 'incident.escalated')
  expect(
    notices.map(({ dueAt, payload }) => [(dueAt - T0) / MINUTE, payload.level, payload.roles || payload.onDuty]),
  ).toEqual([
    [2, 1, 'team-leader'],
    [6, 2, 'supervisor'],
    [14, 3, 'duty-1'],
    [30, 4, 'admin'],
  ])
})
