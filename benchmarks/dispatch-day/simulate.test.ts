// A simulated day: one job by the second, what becomes of those that nobody takes, and what holds for any day.
import { expect, test } from 'vitest'
import type { GridId, JobId } from '../../core/ids.ts'
import { SCOPE, team, worker } from '../../dispatch/testing/examples.ts'
import { TEMPER, type Temper } from './answer.ts'
import { type PlannedIncident, planDay } from './day.ts'
import { type District, openDistrict } from './district.ts'
import { figuresOf, OUTCOMES, outcomeOf } from './figures.ts'
import { simulateDay } from './simulate.ts'
import { WAYS, type Way } from './ways.ts'

const DAY = Date.parse('2026-01-05T00:00:00+08:00')
const AT = DAY + 9 * 3_600_000
const MINUTE = 60_000
const HOME = { lat: 30.25, lon: 120.16 }
const north = (metres: number) => HOME.lat + metres / 111_195.08

const ALONE: District = {
  teams: [team('a')],
  people: [{ worker: worker('li', 'a'), mode: 'e-bike', home: HOME, sharesPosition: true }],
  overrides: [],
}
const PROMPT: Temper = { declineShare: 0, silentShare: 0, freeMs: 0, busyMs: 0 }

function incident(index: number, afterS: number, metres: number): PlannedIncident {
  const place = { lat: north(metres), lon: HOME.lon, gridId: SCOPE.gridId as GridId }
  const at = AT + afterS * 1_000
  return { id: `job-${index}` as JobId, kind: 'illegal-parking', severity: 'blue', workMs: 300_000, at, ...place }
}

function alone(incidents: readonly PlannedIncident[], temper: Temper, minutes: number) {
  const end = { startAt: DAY, endAt: AT + minutes * MINUTE }
  return simulateDay({ seed: 1, district: ALONE, incidents, temper, choose: WAYS.product, ...end })
}
const secondsOf = (at: number | null | undefined) => (at ? Math.round((at - AT) / 1_000) : null)

test('goes there along the streets, works, and goes on to the next from where it stands', () => {
  // 1,000 m are 1,300 m of street: 260 s by e-bike. Back home is as far.
  const { ended } = alone([incident(1, 0, 1_000), incident(2, 60, 0)], PROMPT, 60)
  expect(
    ended.map(({ acceptedAt, arrivedAt, handledAt }) => [acceptedAt, arrivedAt, handledAt].map(secondsOf)),
  ).toEqual([
    [3, 263, 563],
    [63, 823, 1_123],
  ])
  expect(ended.map(({ travel }) => Math.round(travel?.metres ?? 0))).toEqual([1_300, 1_300])
  expect(ended.map(outcomeOf)).toEqual(['handled-in-time', 'handled-in-time'])
})

test('who never answers has it taken back at each deadline, and is asked again since nobody else is there', () => {
  const { ended } = alone([incident(1, 0, 1_000)], { ...PROMPT, silentShare: 1 }, 62)
  // Assigned at 0, 5, 10, …, 60 minutes; an hour is what handling may take.
  expect(ended[0]).toMatchObject({ state: 'assigned', assignments: 13, missed: new Set(['acknowledge', 'handle']) })
  expect(ended.map(outcomeOf)).toEqual(['unfinished'])
})

test('who declines is not asked again, and the job stays nobody’s', () => {
  const { ended } = alone([incident(1, 0, 1_000)], { ...PROMPT, declineShare: 1 }, 62)
  expect(ended[0]).toMatchObject({ state: 'queued', assignments: 1, workerId: null, missed: new Set(['handle']) })
  expect(ended.map(outcomeOf)).toEqual(['unassigned'])
})

test('a fourth job waits until one of three is done', () => {
  const four = [0, 1, 2, 3].map(index => incident(index, index, 0))
  const { ended, mostAtOnce } = alone(four, PROMPT, 60)
  // At work from 3 s to 303 s; asked for every 30 s from 3 s on.
  expect(secondsOf(ended[3]?.acceptedAt)).toBe(306)
  expect([...mostAtOnce]).toEqual([['li', 3]])
})

/** Ten minutes of rush for those on the early shift, gone through by each way with the same incidents and people. */
const RUSH = DAY + 8 * 3_600_000
const all = openDistrict(3, DAY)
const early = (team: string) => team.endsWith('-early')
const district: District = {
  teams: all.teams.filter(({ id }) => early(id)),
  people: all.people.filter(({ worker }) => early(worker.teamId)),
  overrides: all.overrides,
}
const rush = planDay(3, 6_000, DAY).filter(({ at }) => at >= RUSH && at < RUSH + 10 * MINUTE)
const simulated = (way: Way) => {
  const times = { startAt: DAY, endAt: RUSH + 20 * MINUTE }
  return simulateDay({ seed: 3, district, incidents: rush, temper: TEMPER, choose: WAYS[way], ...times })
}
const WAY_NAMES = Object.keys(WAYS) as Way[]
const days = new Map(WAY_NAMES.map(way => [way, simulated(way)]))

test.each([...days])(
  '%s: every incident ends in one outcome, nobody does two things at once or goes beyond their cap',
  (_, day) => {
    const { ended, mostAtOnce } = day
    expect(rush.length).toBeGreaterThan(60)
    expect(ended.map(({ incident: { id } }) => id)).toEqual(rush.map(({ id }) => id))
    const counts = OUTCOMES.map(outcome => ended.filter(each => outcomeOf(each) === outcome).length)
    expect(counts.reduce((sum, count) => sum + count)).toBe(rush.length)
    const figures = figuresOf({ ended }, [district.people.map(({ worker: { id } }) => id)])
    expect(OUTCOMES.map(outcome => figures[`outcomes.${outcome}`])).toEqual(counts)

    // Leaders and the duty officers take what nobody else can, however full they are.
    const capped = district.people.filter(({ worker: { leader, teamId } }) => !leader && !teamId.startsWith('duty'))
    const over = capped.filter(({ worker: { id, loadCap } }) => (mostAtOnce.get(id) ?? 0) > loadCap)
    expect(over).toEqual([])
    expect(capped.some(({ worker: { id, loadCap } }) => mostAtOnce.get(id) === loadCap)).toBe(true)

    let done = 0
    for (const { worker } of district.people) {
      const times = ended
        .filter(({ workerId }) => workerId === worker.id)
        .flatMap(({ arrivedAt, handledAt, travel }) =>
          arrivedAt !== null && handledAt !== null && travel ? [[arrivedAt - travel.ms, handledAt] as const] : [],
        )
        .sort(([one], [other]) => one - other)
      for (const [index, [from]] of times.entries()) expect(from).toBeGreaterThanOrEqual(times[index - 1]?.[1] ?? 0)
      done += times.length
    }
    expect(done).toBeGreaterThan(20)
  },
)

test('the same seed is the same day to the millisecond, and another way another day', () => {
  expect(simulated('product')).toEqual(days.get('product'))
  expect(days.get('first-free')?.ended).not.toEqual(days.get('product')?.ended)
})
