// Who gets a job: tables of teams, loads and hours with the team that goes and how far the search had to reach.
import { expect, test } from 'vitest'
import type { GridId, TeamId, WorkerId } from '../core/ids.ts'
import type { Refusal } from '../core/job.ts'
import { silentLog } from '../core/log.ts'
import type { Team } from '../core/team.ts'
import { ManualClock } from '../core/time.ts'
import { jobRecord } from '../tests/support/records.ts'
import { assignDue } from './assign.ts'
import { transactor } from './commit.ts'
import { createDispatch } from './desk.ts'
import { takeIn } from './ledger.ts'
import { openOutbox } from './outbox.ts'
import { planAssignments } from './plan.ts'
import { noDeliveries, observation, SCOPE, T0, team, worker } from './testing/examples.ts'
import { memoryStore } from './testing/memory-store.ts'
import { assignRow } from './work-rows.ts'

const JOB = jobRecord({ kind: 'illegal-parking', gridId: SCOPE.gridId })
const ELSEWHERE = ['hubin-1' as GridId]
const HERE = [SCOPE.gridId]

interface Facts {
  readonly loads?: Record<string, number>
  readonly last?: Record<string, number>
  readonly declined?: string[]
  readonly silent?: string[]
  readonly at?: number
}

function choose(teams: readonly Team[], { loads = {}, last = {}, declined = [], silent = [], at = T0 }: Facts = {}) {
  const standings = teams.map(({ id }) => {
    return [id, { load: loads[id] ?? 0, lastAssignedAt: last[id] ?? null }] as const
  })
  const people = { workers: [], shifts: [], overrides: [], positions: [], ofWorkers: new Map() }
  const refusal = (why: Refusal['why']) => (teamId: string, index: number) =>
    ({ jobId: JOB.id, teamId: teamId as TeamId, workerId: null, why, sequence: index }) satisfies Refusal
  const wanting = {
    job: JOB,
    refusals: [...declined.map(refusal('declined')), ...silent.map(refusal('timed-out'))],
    wish: null,
  }
  const [planned] = planAssignments({ ...people, teams, ofTeams: new Map(standings) }, [wanting], at)
  if (!planned) throw new Error('nothing planned')
  return planned.reason
}

test.each<[string, Team[], Facts, string | null, string]>([
  ['the only team goes', [team('a')], {}, 'a', 'grid'],
  ['the least loaded goes', [team('a'), team('b')], { loads: { a: 2, b: 1 } }, 'b', 'grid'],
  ['of equals the longest idle goes', [team('a'), team('b')], { last: { a: 9, b: 8 } }, 'b', 'grid'],
  ['who never had a job was idle longest', [team('a'), team('b')], { last: { a: 1 } }, 'b', 'grid'],
  ['load counts before idleness', [team('a'), team('b')], { loads: { b: 1 }, last: { a: 9, b: 1 } }, 'a', 'grid'],
  ['of teams alike the first by id goes', [team('b'), team('a')], {}, 'a', 'grid'],
  ['a full team is passed over', [team('a', { loadCap: 1 }), team('b')], { loads: { a: 1, b: 5 } }, 'b', 'grid'],
  ['one without the skill is passed over', [team('a', { skills: ['crowding'] }), team('b')], {}, 'b', 'grid'],
  ['one that declined is passed over', [team('a'), team('b')], { declined: ['a'] }, 'b', 'grid'],
  ['one that did not answer is passed over', [team('a'), team('b')], { silent: ['a'] }, 'b', 'grid'],
  ['one that did not answer is asked again where nobody else is left', [team('a')], { silent: ['a'] }, 'a', 'grid'],
  ['silence is none, a refusal is', [team('a'), team('b')], { declined: ['a'], silent: ['b'] }, 'b', 'grid'],
  ['whoever refused is not asked again', [team('a')], { declined: ['a'] }, null, 'nobody'],
  ['one off shift is passed over', [team('a', { shift: { to: '08:00' } }), team('b')], {}, 'b', 'grid'],
  ['one on shift to the minute goes', [team('a', { shift: { from: '08:00', to: '08:01' } })], {}, 'a', 'grid'],
  ['own grid before a neighbour', [team('a', { grids: ELSEWHERE, neighbours: HERE }), team('b')], {}, 'b', 'grid'],
  [
    'a neighbour where the own team is full',
    [team('a', { loadCap: 1 }), team('b', { grids: ELSEWHERE, neighbours: HERE })],
    { loads: { a: 1, b: 3 } },
    'b',
    'neighbour',
  ],
  ['a foreign team does not go', [team('a', { grids: ELSEWHERE })], {}, null, 'nobody'],
  [
    'the duty officer, whatever the skill and load',
    [team('a', { grids: ELSEWHERE }), team('d', { grids: ELSEWHERE, skills: ['crowding'], loadCap: 1, onDuty: true })],
    { loads: { d: 7 } },
    'd',
    'duty',
  ],
  [
    'not even the duty officer off shift',
    [team('d', { grids: ELSEWHERE, onDuty: true, shift: { days: ['tue'] } })],
    {},
    null,
    'nobody',
  ],
  ['nobody where there are no teams', [], {}, null, 'nobody'],
])('%s', (_, teams, facts, chosen, reach) => {
  const reason = choose(teams, facts)
  expect([reason.chosen?.teamId ?? null, reason.reach]).toEqual([chosen, reach])
})

test('says of each team why it did not go', () => {
  const teams = [
    team('declined'),
    team('foreign', { grids: ELSEWHERE }),
    team('full', { loadCap: 2 }),
    team('goes'),
    team('night', { shift: { from: '22:00', to: '06:00' } }),
    team('unskilled', { skills: ['crowding'] }),
  ]
  const { candidates } = choose(teams, { loads: { full: 2, goes: 1 }, declined: ['declined'] })
  expect(Object.fromEntries(candidates.map(({ teamId, excluded }) => [teamId, excluded]))).toEqual({
    declined: 'declined',
    foreign: 'other-grid',
    full: 'full',
    goes: null,
    night: 'off-shift',
    unskilled: 'no-skill',
  })
})

test('the order in which the teams are listed does not matter', () => {
  const teams = [team('c'), team('a'), team('b')]
  expect(choose(teams.toReversed(), { loads: { a: 1 } })).toEqual(choose(teams, { loads: { a: 1 } }))
})

test('a job that nobody can take stays queued, says so, and goes as soon as somebody can', async () => {
  const teams = [team('day', { shift: { from: '08:02' } })]
  const store = memoryStore({ mode: 'auto' }, teams)
  const transact = transactor(store, () => {})
  const outbox = openOutbox({
    ...{ store, transact, notifiers: [], deliveries: noDeliveries, log: silentLog },
    clock: new ManualClock(T0),
  })
  await takeIn(transact, observation())

  await outbox.drain(T0 + 119_000)
  expect([...store.now.jobs.values()]).toMatchObject([{ state: 'queued', assignment: { reach: 'nobody' } }])
  await outbox.drain(T0 + 120_000)
  expect([...store.now.jobs.values()]).toMatchObject([{ state: 'assigned', teamId: 'day', assignedAt: T0 + 120_000 }])
  // Tries at 0, 30, 60 and 90 s; the third is not told.
  expect(store.now.jobEvents.map(({ event, at }) => [event, (at - T0) / 1_000])).toEqual([
    ['created', 0],
    ['unassignable', 0],
    ['unassignable', 30],
    ['unassignable', 60],
    ['assigned', 120],
  ])
})

test('a job that is assigned already is left alone', async () => {
  const store = memoryStore({ mode: 'auto' }, [team('a'), team('b')])
  const transact = transactor(store, () => {})
  await takeIn(transact, observation())
  const [job] = store.now.jobs.values()
  if (!job) throw new Error('no job')
  await transact('perform', async work => work.enqueue(assignRow(job, 7, T0, T0)))
  for (const at of [T0, T0 + 1]) await transact('perform', work => assignDue(work, at, 10))
  expect(store.now.jobEvents.map(each => each.event)).toEqual(['created', 'assigned'])
})

test('how old a position may be is a setting of the desk', async () => {
  const near = { workerId: 'wang' as WorkerId, lat: 30.25, lon: 120.16, accuracyM: 9, at: T0 - 180_000 }
  const chosen = async (positionMaxAge: number) => {
    const settings = { workers: [worker('li', 'a'), worker('wang', 'a')], positions: [near] }
    const store = memoryStore({ mode: 'auto' }, [team('a')], { 'cam-1': near }, settings)
    const clock = new ManualClock(T0)
    const assignment = { positionMaxAge }
    const desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog, assignment })
    await desk.takeIn(observation())
    await desk.drain(T0)
    return [...store.now.jobs.values()].map(({ workerId }) => workerId)
  }
  expect([await chosen(180_000), await chosen(179_999)]).toEqual([['wang'], ['li']])
})
