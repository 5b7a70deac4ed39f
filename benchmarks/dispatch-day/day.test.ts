// The day and the district: the same for the same seed, with rush hours, bursts and everybody where they belong.
import { expect, test } from 'vitest'
import { distanceM } from '../../core/geo.ts'
import type { GridId } from '../../core/ids.ts'
import { seededRandom } from '../../fixtures/random.ts'
import { answerOf, TEMPER } from './answer.ts'
import { BURST, planDay } from './day.ts'
import { openDistrict, placeIn } from './district.ts'

const DAY = Date.parse('2026-01-05T00:00:00+08:00')
const incidents = planDay(7, 2_000, DAY)
const district = openDistrict(7, DAY)

test('one seed is one day and one district, another seed others', () => {
  expect(planDay(7, 2_000, DAY)).toEqual(incidents)
  expect(planDay(8, 2_000, DAY)).not.toEqual(incidents)
  expect(openDistrict(7, DAY)).toEqual(district)
  expect(openDistrict(8, DAY)).not.toEqual(district)
})

test('as many incidents as are asked for, in order, within the day, the rush hour far above the night', () => {
  expect(incidents).toHaveLength(2_000)
  expect(incidents.every(({ at }, index) => at >= (incidents[index - 1]?.at ?? DAY) && at < DAY + 86_400_000)).toBe(
    true,
  )
  const inHour = (hour: number) => incidents.filter(({ at }) => Math.floor((at - DAY) / 3_600_000) === hour).length
  expect(inHour(17) + inHour(18)).toBeGreaterThan(15 * (inHour(2) + inHour(3)))
})

test('one in twenty comes in a burst: ten at one instant within one grid', () => {
  const instants = [...new Set(incidents.map(({ at }) => at))]
  const bursts = instants
    .map(at => incidents.filter(incident => incident.at === at))
    .filter(({ length }) => length >= BURST)
  expect(bursts).toHaveLength(10)
  for (const burst of bursts) expect(new Set(burst.map(({ gridId }) => gridId)).size).toBe(1)
})

test('sixty workers in sixteen teams, each team with its leader', () => {
  expect(district.people).toHaveLength(60)
  expect(district.teams).toHaveLength(16)
  const leaders = district.people.filter(({ worker }) => worker.leader).map(({ worker }) => worker.teamId)
  expect(leaders.toSorted()).toEqual(district.teams.map(({ id }) => id).toSorted())
  expect(district.teams.find(({ id }) => id === 'patrol-1-early')).toMatchObject({
    grids: ['grid-01', 'grid-02', 'grid-03', 'grid-04'],
    neighbours: ['grid-05', 'grid-06', 'grid-07', 'grid-08'],
  })
})

test('a grid is 800 m wide and high', () => {
  const corner = (grid: string, share: number) => placeIn(grid as GridId, () => share)
  expect(distanceM(corner('grid-01', 0), { ...corner('grid-01', 0), lat: corner('grid-05', 0).lat })).toBeCloseTo(
    800,
    0,
  )
  expect(distanceM(corner('grid-01', 0), corner('grid-02', 0))).toBeCloseTo(800, 0)
  expect(distanceM(corner('grid-06', 0.5), placeIn('grid-06' as GridId, seededRandom(3)))).toBeLessThan(566)
})

test('who is asked answers the same whenever it is computed, and as often with no or nothing as their temper says', () => {
  const ask = (index: number, time = 0) =>
    answerOf(7, TEMPER, { job: incidents[index]?.id ?? ('' as never), worker: 'li' as never, time, busy: false })
  expect(ask(0)).toEqual(ask(0))
  expect(ask(0)).not.toEqual(ask(0, 1))
  const answers = incidents.map((_, index) => ask(index).says)
  const share = (says: string) => answers.filter(each => each === says).length / answers.length
  // Four standard deviations of a share of 2,000.
  expect(Math.abs(share('decline') - 0.06)).toBeLessThan(0.022)
  expect(Math.abs(share('nothing') - 0.04)).toBeLessThan(0.018)
})
