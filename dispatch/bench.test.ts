// Which worker gets a job: tables of positions, loads and wishes, and what holds for any crowd of them.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GridId, JobId, TeamId, WorkerId } from '../core/ids.ts'
import type { Refusal } from '../core/job.ts'
import { SEVERITIES } from '../core/observation.ts'
import type { Team } from '../core/team.ts'
import { isOnShift, type ShiftOverride, type Worker, type WorkerPosition } from '../core/worker.ts'
import { jobRecord } from '../tests/support/records.ts'
import type { Roster, Wanting } from './bench.ts'
import { planAssignments } from './plan.ts'
import { SCOPE, T0, team, worker } from './testing/examples.ts'

const PLACE = { lat: 30.25, lon: 120.16 }
const MINUTE = 60_000
/** One thousandth of a degree of latitude is 111 m. */
const north = (metres: number) => PLACE.lat + metres / 111_195
const ELSEWHERE = 'hubin-1' as GridId

interface Facts {
  readonly loads?: Record<string, number>
  /** Minutes since each got a job. */
  readonly idle?: Record<string, number>
  /** Metres north of the place. */
  readonly away?: Record<string, number>
  /** Minutes that a position is old, instead of none. */
  readonly old?: Record<string, number>
  readonly refused?: Record<string, Refusal['why']>
  readonly off?: readonly string[]
  readonly wish?: string
}

function rosterOf(teams: readonly Team[], workers: readonly Worker[], facts: Facts): Roster {
  const { loads = {}, idle = {}, away = {}, old = {}, off = [] } = facts
  const positions = Object.entries(away).map(([id, metres]): WorkerPosition => {
    const at = T0 - (old[id] ?? 0) * MINUTE
    return { workerId: id as WorkerId, lat: north(metres), lon: PLACE.lon, at, accuracyM: 10 }
  })
  const overrides = off.map(
    (id): ShiftOverride => ({
      ...{ id, teamId: null, workerId: id as WorkerId, working: false, fromAt: T0 - 1, toAt: T0 + 1 },
      ...{ why: 'leave', note: null, createdAt: 0, createdBy: 'lin' },
    }),
  )
  const ofWorkers = new Map(
    workers.map(({ id }) => {
      const minutes = idle[id]
      return [id, { load: loads[id] ?? 0, lastAssignedAt: minutes === undefined ? null : T0 - minutes * MINUTE }]
    }),
  )
  return { teams, workers, shifts: [], overrides, positions, ofTeams: new Map(), ofWorkers }
}

function wanting(id: string, facts: Facts = {}, over: Parameters<typeof jobRecord>[0] = {}): Wanting {
  const refusals = Object.entries(facts.refused ?? {}).map(([workerId, why], sequence) => {
    return { jobId: id as JobId, teamId: 'a' as TeamId, workerId: workerId as WorkerId, why, sequence }
  })
  const job = jobRecord({ id: id as JobId, kind: 'illegal-parking', gridId: SCOPE.gridId, ...PLACE, ...over })
  return { job, refusals, wish: (facts.wish ?? null) as WorkerId | null }
}

const A = team('a', { neighbours: [] })
const [LI, WANG] = [worker('li', 'a'), worker('wang', 'a')]
const LEADER = worker('zhao', 'a', { leader: true, loadCap: 1 })

test.each<[string, Worker[], Facts, string | null, string]>([
  ['the least loaded, however far', [LI, WANG], { loads: { li: 1 }, away: { li: 0, wang: 5_000 } }, 'wang', 'grid'],
  ['of equals the nearest', [LI, WANG], { away: { li: 900, wang: 300 } }, 'wang', 'grid'],
  ['one whose position is known before one whose is not', [LI, WANG], { away: { wang: 9_000 } }, 'wang', 'grid'],
  [
    'a position of a quarter of an hour ago counts',
    [LI, WANG],
    { away: { li: 900, wang: 300 }, old: { wang: 15 } },
    'wang',
    'grid',
  ],
  ['an older one is none', [LI, WANG], { away: { li: 900, wang: 300 }, old: { wang: 15.1 } }, 'li', 'grid'],
  [
    'of those about as far the longest idle',
    [LI, WANG],
    { away: { li: 310, wang: 390 }, idle: { li: 5, wang: 6 } },
    'wang',
    'grid',
  ],
  ['who never had a job was idle longest', [LI, WANG], { idle: { li: 500 } }, 'wang', 'grid'],
  ['then the first by id', [WANG, LI], {}, 'li', 'grid'],
  ['one off shift does not go', [LI, WANG], { off: ['li'] }, 'wang', 'grid'],
  ['one without the skill does not go', [worker('li', 'a', { skills: ['crowding'] }), WANG], {}, 'wang', 'grid'],
  ['one who left does not go', [worker('li', 'a', { active: false }), WANG], {}, 'wang', 'grid'],
  ['a team whose workers have all left is nobody', [worker('li', 'a', { active: false })], {}, null, 'nobody'],
  [
    'one with other grids goes where their colleagues cannot',
    [worker('li', 'a', { grids: [ELSEWHERE] })],
    {},
    'li',
    'neighbour',
  ],
  ['one who is full does not go', [LI, WANG], { loads: { li: 3, wang: 2 } }, 'wang', 'grid'],
  ['one who refused does not go', [LI, WANG], { refused: { li: 'declined' } }, 'wang', 'grid'],
  ['nor one from whom it was taken', [LI, WANG], { refused: { li: 'reassigned' } }, 'wang', 'grid'],
  ['unless nobody else is left', [LI, WANG], { refused: { li: 'reassigned', wang: 'declined' } }, 'li', 'grid'],
  ['the leader is one of them', [LEADER, WANG], { loads: { wang: 1 } }, 'zhao', 'grid'],
  ['the leader even when full', [LEADER, WANG], { loads: { zhao: 4, wang: 3 } }, 'zhao', 'team-leader'],
  ['not a leader off shift', [LEADER, WANG], { loads: { wang: 3 }, off: ['zhao'] }, null, 'nobody'],
  ['whoever is wished for', [LI, WANG], { loads: { wang: 2 }, wish: 'wang' }, 'wang', 'grid'],
  ['even where they refused before', [LI, WANG], { refused: { wang: 'declined' }, wish: 'wang' }, 'wang', 'grid'],
  ['not where they are full', [LI, WANG], { loads: { wang: 3 }, wish: 'wang' }, 'li', 'grid'],
  ['nor off shift', [LI, WANG], { off: ['wang'], wish: 'wang' }, 'li', 'grid'],
])('%s', (_, workers, facts, chosen, reach) => {
  const [planned] = planAssignments(rosterOf([A], workers, facts), [wanting('job-1', facts)], T0)
  expect([planned?.reason.chosen?.workerId ?? null, planned?.reason.reach]).toEqual([chosen, reach])
})

test('a position that is older than the setting says is none', () => {
  const facts = { away: { li: 900, wang: 300 }, old: { wang: 4 } }
  const chosen = (minutes: number) => {
    const settings = { positionMaxAge: minutes * MINUTE }
    const [planned] = planAssignments(rosterOf([A], [LI, WANG], facts), [wanting('job-1')], T0, settings)
    return planned?.reason.chosen?.workerId
  }
  expect([chosen(4), chosen(3)]).toEqual(['wang', 'li'])
})

test('says who was passed over for what, with loads and distances, best first', () => {
  const workers = [LI, WANG, worker('zhu', 'a'), worker('he', 'a', { loadCap: 2 })]
  const facts = { loads: { he: 2 }, away: { li: 250, wang: 120 }, old: { wang: 3 }, idle: { li: 7 }, off: ['zhu'] }
  const [planned] = planAssignments(rosterOf([A], workers, facts), [wanting('job-1')], T0)
  const unknown = { teamId: 'a', load: 0, distanceM: null, positionAgeMs: null, idleMs: null, excluded: null }
  expect(planned?.reason).toEqual({
    chosen: { teamId: 'a', workerId: 'wang' },
    reach: 'grid',
    candidates: [
      { ...unknown, workerId: 'wang', distanceM: 100, positionAgeMs: 3 * MINUTE },
      { ...unknown, workerId: 'li', distanceM: 250, positionAgeMs: 0, idleMs: 7 * MINUTE },
      { ...unknown, workerId: 'he', load: 2, excluded: 'full' },
      { ...unknown, workerId: 'zhu', excluded: 'off-shift' },
    ],
  })
})

test.each<[string, Worker, string]>([
  ['off shift', WANG, 'off-shift'],
  ['off shift, and passed over for a more lasting reason', worker('wang', 'a', { grids: [ELSEWHERE] }), 'other-grid'],
])('records no distance and no age of a position of one who is %s', (_, other, excluded) => {
  const facts = { away: { li: 300, wang: 120 }, off: ['wang'] }
  const [planned] = planAssignments(rosterOf([A], [LI, other], facts), [wanting('job-1')], T0)
  expect(planned?.reason.candidates.map(({ workerId, ...known }) => [workerId, known])).toMatchObject([
    ['li', { distanceM: 300, positionAgeMs: 0, excluded: null }],
    ['wang', { distanceM: null, positionAgeMs: null, excluded }],
  ])
})

test('records distances in steps of 50 m, and chooses by the exact ones', () => {
  const facts = { away: { li: 201, wang: 199 } }
  const [planned] = planAssignments(rosterOf([A], [LI, WANG], facts), [wanting('job-1')], T0)
  expect(planned?.reason.candidates.map(({ workerId, distanceM }) => [workerId, distanceM])).toEqual([
    ['wang', 200],
    ['li', 200],
  ])
})

test('says of a wish that the others were not wished for, and of a vain one why', () => {
  const why = (facts: Facts) => {
    const [planned] = planAssignments(rosterOf([A], [LI, WANG], facts), [wanting('job-1', { wish: 'wang' })], T0)
    return planned?.reason.candidates.map(({ workerId, excluded }) => `${workerId} ${excluded}`)
  }
  expect(why({})).toEqual(['wang null', 'li not-wished'])
  expect(why({ loads: { wang: 3 } })).toEqual(['li null', 'wang full'])
})

test('ten at once: the nearest pair first, each worker one before anybody gets a second', () => {
  const workers = Array.from({ length: 5 }, (_, index) => worker(`w${index}`, 'a'))
  const away = Object.fromEntries(workers.map(({ id }, index) => [id, 1_000 * index]))
  // In the order in which they came, the first would take w0, and the second, which is at w0’s feet, would get w1.
  const jobs = Array.from({ length: 10 }, (_, index) => {
    return wanting(
      `job-${index}`,
      {},
      { lat: north(1_000 * (index % 5) + (index < 5 ? 400 : 0)), createdAt: T0 + index },
    )
  })
  const planned = planAssignments(rosterOf([A], workers, { away }), jobs, T0)
  const got = Object.fromEntries(planned.map(({ wanting: { job }, reason }) => [job.id, reason.chosen?.workerId]))
  expect(got).toMatchObject({ 'job-5': 'w0', 'job-6': 'w1', 'job-7': 'w2', 'job-8': 'w3', 'job-9': 'w4' })
  expect(got).toMatchObject({ 'job-0': 'w0', 'job-1': 'w1', 'job-2': 'w2', 'job-3': 'w3', 'job-4': 'w4' })
})

test('the urgent ones choose first, however late they came', () => {
  const jobs = [
    wanting('job-blue', {}, { severity: 'blue', createdAt: 1 }),
    wanting('job-red', {}, { severity: 'red', createdAt: 2 }),
  ]
  const planned = planAssignments(rosterOf([A], [worker('li', 'a', { loadCap: 1 })], {}), jobs, T0)
  expect(planned.map(({ wanting: { job }, reason }) => [job.id, reason.chosen?.workerId ?? null])).toEqual([
    ['job-red', 'li'],
    ['job-blue', null],
  ])
})

test('lists twenty, and says how many more there were', () => {
  const workers = Array.from({ length: 60 }, (_, index) => worker(`w${index}`, 'a'))
  const [planned] = planAssignments(rosterOf([A], workers, {}), [wanting('job-1')], T0)
  expect([planned?.reason.candidates.length, planned?.reason.unlisted]).toEqual([20, 40])
})

const crowd = fc.record({
  workers: fc.array(
    fc.record({
      team: fc.constantFrom('a', 'b', 'duty'),
      leader: fc.boolean(),
      loadCap: fc.integer({ min: 1, max: 3 }),
      load: fc.integer({ min: 0, max: 3 }),
      isOff: fc.boolean(),
      away: fc.option(fc.integer({ min: 0, max: 3_000 })),
    }),
    { maxLength: 12 },
  ),
  jobs: fc.array(fc.record({ away: fc.integer({ min: 0, max: 3_000 }), severity: fc.constantFrom(...SEVERITIES) }), {
    maxLength: 15,
  }),
})

test('whatever the crowd: nobody off shift goes, nobody above their cap but leaders and duty, and the order of rows is nothing', () => {
  const teams = [
    A,
    team('b', { grids: [ELSEWHERE], neighbours: [SCOPE.gridId] }),
    team('duty', { grids: [ELSEWHERE], onDuty: true }),
  ]
  fc.assert(
    fc.property(crowd, ({ workers: drawn, jobs }) => {
      const named = drawn.map((each, index) => ({ ...each, id: `w${index}` }))
      const workers = named.map(({ id, team: of, leader, loadCap }) => worker(id, of, { leader, loadCap }))
      const loads = Object.fromEntries(named.map(({ id, load }) => [id, load]))
      const away = Object.fromEntries(named.flatMap(({ id, away: metres }) => (metres === null ? [] : [[id, metres]])))
      const off = named.filter(({ isOff }) => isOff).map(({ id }) => id)
      const roster = rosterOf(teams, workers, { loads, away, off })
      const wanted = jobs.map(({ away: metres, severity }, index) => {
        return wanting(`job-${index}`, {}, { lat: north(metres), severity, createdAt: index % 4 })
      })
      const planned = planAssignments(roster, wanted, T0)
      expect(planned).toHaveLength(jobs.length)
      for (const { reason } of planned) {
        const who = workers.find(({ id }) => id === reason.chosen?.workerId)
        const of = teams.find(({ id }) => id === who?.teamId)
        if (!who || !of) continue
        expect(isOnShift(roster, of, who, T0)).toBe(true)
        const load = reason.candidates.find(({ workerId }) => workerId === who.id)?.load ?? Number.NaN
        const mayExceed = (reason.reach === 'team-leader' && who.leader) || (reason.reach === 'duty' && of.onDuty)
        expect(load < who.loadCap || mayExceed).toBe(true)
      }
      const turned = { ...roster, workers: workers.toReversed(), teams: teams.toReversed() }
      expect(planAssignments(turned, wanted.toReversed(), T0)).toEqual(planned)
    }),
    { numRuns: 200 },
  )
})
