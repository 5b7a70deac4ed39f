// Whose job it is: who may act on it, to whom it may be handed, and that what is refused changes nothing.
import { expect, test } from 'vitest'
import type { GridId, JobId, PlaceId, TeamId, WorkerId } from '../core/ids.ts'
import type { Job } from '../core/job.ts'
import { silentLog } from '../core/log.ts'
import type { Actor } from '../core/permission.ts'
import { ManualClock } from '../core/time.ts'
import { createDispatch } from './desk.ts'
import type { JobCommandName } from './job-commands.ts'
import type { DispatchStore, DispatchTransaction } from './store-port.ts'
import { noDeliveries, OPERATOR, observation, SUPERVISOR, T0, team, worker } from './testing/examples.ts'
import { memoryStore } from './testing/memory-store.ts'

const LI: Actor = { name: 'li', role: 'worker', scope: 'district', workerId: 'li' }
const ZHU: Actor = { name: 'zhu', role: 'worker', scope: 'district', workerId: 'zhu' }
const LEADER: Actor = { name: 'zhao', role: 'team-leader', scope: 'district' }
const NIGHT = { shift: { from: '22:00', to: '06:00' } }
const WORKERS = [
  worker('li', 'a'),
  worker('zhu', 'a'),
  worker('gone', 'a', { active: false }),
  worker('west', 'a', { grids: ['hubin-1' as GridId] }),
  worker('owl', 'a'),
  worker('bins', 'a', { skills: ['overflowing-bin'] }),
  worker('other', 'b'),
]
const OFF = { fromAt: T0 - 1, toAt: T0 + 1e9, why: 'leave', note: null, createdAt: 0, createdBy: 'lin' } as const

/** Li has the job. */
async function played(workers = WORKERS, seen = (tx: DispatchTransaction) => tx) {
  const teams = [team('a'), team('b', NIGHT)]
  const overrides = [{ ...OFF, id: 'owl', teamId: null, workerId: 'owl' as WorkerId, working: false }]
  const kept = memoryStore({ mode: 'auto' }, teams, {}, { workers, overrides })
  const store: DispatchStore = { ...kept, transact: work => kept.transact(tx => work(seen(tx))) }
  const clock = new ManualClock(T0)
  const desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
  await desk.takeIn(observation())
  await desk.drain(T0)
  const job = (index = 0): Job => {
    const found = [...kept.now.jobs.values()][index]
    if (!found) throw new Error('no job')
    return found
  }
  const ask = (name: JobCommandName, actor: Actor, to?: string, force = false) => {
    const key = `${name}-${actor.name}-${to}`
    const [, team] = to?.split('team ') ?? []
    const whom = team ? { teamId: team as TeamId } : to ? { workerId: to as WorkerId } : {}
    return desk.ask(name, job().id, { actor, key, reason: 'because', force, ...whom })
  }
  const lastReason = () => kept.now.jobEvents.at(-1)?.reason
  return { desk, job, ask, lastReason }
}

test.each<[string, JobCommandName, Actor, string | undefined, string]>([
  ['another worker does not accept it', 'accept', ZHU, undefined, 'worker-foreign-job'],
  ['nor decline it', 'decline', ZHU, undefined, 'worker-foreign-job'],
  ['nor hand it on', 'hand-over', ZHU, 'zhu', 'worker-foreign-job'],
  [
    'nor does a worker of whom nobody said who they are',
    'accept',
    { ...LI, name: 'x', workerId: 'x' },
    undefined,
    'worker-foreign-job',
  ],
  ['not to somebody unknown', 'hand-over', LI, 'nobody', 'worker-unknown'],
  ['nor to one who left', 'hand-over', LI, 'gone', 'worker-unknown'],
  ['nor to another team', 'hand-over', LEADER, 'other', 'worker-unknown'],
  ['nor to one off shift', 'hand-over', LI, 'owl', 'worker-off-shift'],
  ['nor to one of other grids', 'hand-over', LI, 'west', 'worker-foreign-grid'],
  ['nor to one without the skill', 'hand-over', LI, 'bins', 'worker-unskilled'],
  ['nor to whoever has it', 'hand-over', LEADER, 'li', 'request-invalid'],
  ['nor to nobody', 'hand-over', LI, undefined, 'request-invalid'],
  ['one cannot name somebody unknown', 'reassign', OPERATOR, 'nobody', 'worker-unknown'],
  ['nor whoever has it', 'reassign', OPERATOR, 'li', 'request-invalid'],
  ['nor one off shift', 'reassign', OPERATOR, 'owl', 'worker-off-shift'],
  ['nor one without the skill', 'reassign', OPERATOR, 'bins', 'worker-unskilled'],
  ['nor a team that is unknown', 'reassign', OPERATOR, 'team none', 'not-found'],
  ['nor a team of which nobody is on shift', 'reassign', OPERATOR, 'team b', 'team-unable'],
])('%s, and nothing changes', async (_, name, actor, to, code) => {
  const { job, ask } = await played()
  const before = job()
  expect(before.workerId).toBe('li')
  await expect(ask(name, actor, to)).rejects.toMatchObject({ code })
  expect(job()).toEqual(before)
})

test('whoever has it accepts and hands over, and what was done counts', async () => {
  const { job, ask } = await played()
  await ask('accept', LI)
  await ask('hand-over', LI, 'zhu')
  expect(job()).toMatchObject({ state: 'accepted', workerId: 'zhu', acceptedAt: T0 })
  await expect(ask('arrive', LI)).rejects.toMatchObject({ code: 'worker-foreign-job' })
  await ask('arrive', ZHU)
  expect(job().state).toBe('on-site')
})

test('a job is handed to nobody beyond their cap, and the record says how they stood', async () => {
  const { desk, job } = await played([...WORKERS, worker('zeng', 'a', { loadCap: 1 })])
  await desk.takeIn(observation({ subject: 'car-2', placeId: 'elsewhere' as PlaceId }))
  await desk.drain(T0)
  const second = job(1)
  const hand = (id: Job['id'], key: string) =>
    desk.ask('hand-over', id, { actor: LEADER, key, reason: 'because', workerId: 'zeng' as WorkerId })
  expect([job().workerId, second.workerId]).toEqual(['li', 'zeng'])
  await expect(hand(job().id, 'a')).rejects.toMatchObject({ code: 'worker-full' })
  await desk.ask('decline', second.id, { actor: LEADER, key: 'b', reason: 'far' })
  await hand(job().id, 'c')
  expect(job()).toMatchObject({
    workerId: 'zeng',
    assignment: { chosen: { teamId: 'a', workerId: 'zeng' }, reach: 'grid' },
  })
  expect(job().assignment?.candidates.find(({ workerId }) => workerId === 'li')).toMatchObject({
    load: 1,
    excluded: 'not-wished',
  })
})

test('what is counted of people at a hand-over is counted in a turn of its own', async () => {
  const asked: string[] = []
  const { job, ask } = await played(WORKERS, tx => ({
    ...tx,
    takeTurn: async () => void asked.push('turn'),
    roster: at => {
      asked.push('roster')
      return tx.roster(at)
    },
  }))
  expect(job().workerId).toBe('li')
  asked.length = 0
  await ask('hand-over', LI, 'zhu')
  expect(asked).toEqual(['turn', 'roster'])
})

test('a full leader takes a job over all the same', async () => {
  const { desk, job, ask } = await played([worker('li', 'a'), worker('zhu', 'a', { leader: true, loadCap: 1 })])
  await desk.takeIn(observation({ subject: 'car-2', placeId: 'elsewhere' as PlaceId }))
  await desk.drain(T0)
  expect(job(1).workerId).toBe('zhu')
  await ask('hand-over', LI, 'zhu')
  expect(job()).toMatchObject({ workerId: 'zhu', assignment: { reach: 'team-leader' } })
})

test('one who declined a job may still have it handed over', async () => {
  const { desk, job, ask } = await played()
  await ask('decline', LI)
  await desk.drain(T0)
  await ask('hand-over', ZHU, 'li')
  expect(job().workerId).toBe('li')
})

test('the team’s leader acts for whoever has it', async () => {
  const { job, ask } = await played()
  await ask('accept', LEADER)
  expect(job()).toMatchObject({ state: 'accepted', workerId: 'li' })
})

test('a job that is the team’s as a whole is anybody’s of it', async () => {
  const { job, ask } = await played([])
  expect(job()).toMatchObject({ teamId: 'a', workerId: null })
  await ask('accept', ZHU)
  expect(job()).toMatchObject({ state: 'accepted', workerId: null })
})

test('a declined job goes to the next, and one that is taken away to whom one wishes', async () => {
  const { desk, job, ask } = await played()
  await ask('decline', LI)
  await desk.drain(T0)
  expect(job()).toMatchObject({ state: 'assigned', workerId: 'zhu', assignments: 2 })
  expect(job().assignment?.candidates.find(({ workerId }) => workerId === 'li')?.excluded).toBe('declined')
  await ask('reassign', OPERATOR, 'li')
  await desk.drain(T0)
  expect(job()).toMatchObject({ state: 'assigned', workerId: 'li', assignments: 3 })
})

test('one who is named by force gets the job off shift, and the record says so', async () => {
  const { desk, job, ask } = await played()
  await ask('reassign', OPERATOR, 'owl', true)
  await desk.drain(T0)
  expect(job()).toMatchObject({ state: 'assigned', workerId: 'owl', assignment: { reach: 'named' } })
  expect(job().assignment?.candidates.find(({ workerId }) => workerId === 'owl')?.excluded).toBe('off-shift')
})

test('of a team that is named assignment chooses who, those last who had the job, and the log says so', async () => {
  const { desk, job, ask, lastReason } = await played()
  await ask('reassign', OPERATOR, 'team a')
  await desk.drain(T0)
  // West helps out only, and li had it.
  expect(job()).toMatchObject({ state: 'assigned', teamId: 'a', workerId: 'zhu', assignment: { reach: 'grid' } })
  expect(lastReason()).toBe('zhu (grid, team a)')
})

test('a team of which nobody else is there gives it to the same again; by force, to one off shift', async () => {
  const alone = await played([worker('li', 'a'), worker('other', 'b')])
  await alone.ask('reassign', OPERATOR, 'team a')
  await alone.desk.drain(T0)
  expect(alone.job().workerId).toBe('li')
  await alone.ask('reassign', OPERATOR, 'team b', true)
  await alone.desk.drain(T0)
  expect(alone.job()).toMatchObject({ workerId: 'other', assignment: { reach: 'named' } })
})

test('a team that lists nobody can be named as a whole, though not while it has the job', async () => {
  const { desk, job, ask } = await played([worker('li', 'a')].map(each => ({ ...each, teamId: 'c' as TeamId })))
  expect(job()).toMatchObject({ teamId: 'a', workerId: null })
  await expect(ask('reassign', OPERATOR, 'team a')).rejects.toMatchObject({ code: 'request-invalid' })
  const { teams } = await desk.offers(job().id)
  expect(teams).toEqual([
    { teamId: 'a', teamName: 'a', chosen: { workerId: null, name: null }, excluded: null },
    { teamId: 'b', teamName: 'b', chosen: null, excluded: 'off-shift' },
  ])
})

test('teams that could be named are told with who of them would go', async () => {
  const { desk, job } = await played()
  const { teams } = await desk.offers(job().id)
  expect(teams).toEqual([
    { teamId: 'a', teamName: 'a', chosen: { workerId: 'zhu', name: expect.any(String) }, excluded: null },
    { teamId: 'b', teamName: 'b', chosen: null, excluded: 'off-shift' },
  ])
})

test('one who waits for a free hand can be given to somebody by force, and is no longer tried for others', async () => {
  const { desk, job, ask } = await played([worker('li', 'a', { skills: ['overflowing-bin'] })])
  expect(job()).toMatchObject({ state: 'queued', workerId: null })
  await ask('reassign', OPERATOR, 'li', true)
  await desk.drain(T0 + 60_000)
  expect(job()).toMatchObject({ state: 'assigned', workerId: 'li', assignments: 1 })
})

test('who could be named is told with the reason against it, and what became of it before', async () => {
  const { desk, job, ask } = await played()
  await ask('decline', LI)
  await desk.drain(T0)
  const { offers, next } = await desk.offers(job().id)
  expect(job().workerId).toBe('zhu')
  const told = offers.map(({ workerId, excluded, before }) => [workerId, excluded, before])
  expect(told).toEqual([
    ['li', null, 'declined'],
    ['west', null, null],
    ['zhu', null, null],
    ['other', 'off-shift', null],
    ['owl', 'off-shift', null],
    ['bins', 'no-skill', null],
  ])
  expect(next).toEqual({ teamId: 'a', workerId: 'zhu' })
  await expect(desk.offers('job-none' as JobId)).rejects.toMatchObject({ code: 'not-found' })
})

test('a job is under supervision until that is ended, or the job is over', async () => {
  const { desk, job } = await played()
  const ask = (name: JobCommandName, until?: number) =>
    desk.ask(name, job().id, {
      actor: SUPERVISOR,
      key: `${name}-${until}`,
      reason: 'complaints',
      ...(until && { until }),
    })
  await expect(ask('supervise')).rejects.toMatchObject({ code: 'request-invalid' })
  await expect(ask('supervise', T0)).rejects.toMatchObject({ code: 'request-invalid' })
  await ask('supervise', T0 + 60_000)
  expect(job().supervision).toEqual({ by: 'chen', at: T0, reason: 'complaints', dueAt: T0 + 60_000 })
  await ask('unsupervise')
  expect(job().supervision).toBeNull()
  await ask('supervise', T0 + 90_000)
  await ask('cancel')
  expect(job()).toMatchObject({ state: 'cancelled', supervision: null })
})
