// A week of the rota as a table: which hours hold on a day, and what is excepted.
import { expect, test } from 'vitest'
import { dayOf, type Override, partOf, type Shift, startOf, type Team, type Worker, weekOf } from './week.ts'

const calendar = (over: Partial<Shift['calendar']> = {}): Shift['calendar'] => ({
  ...{ timeZone: 'Asia/Shanghai', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '17:00', holidays: [] },
  ...over,
})
const team: Team = {
  ...{ id: 'a', name: 'A', skills: [], grids: [], neighbours: [], loadCap: 8, onDuty: false },
  shift: calendar({ from: '00:00', to: '24:00' }),
}
const worker = { id: 'li', name: '李', teamId: 'a' } as unknown as Worker
const shift = (id: string, over: Partial<Shift>): Shift => ({
  id,
  teamId: null,
  workerId: null,
  calendar: calendar(),
  ...over,
})
const exception = (over: Partial<Override>): Override => ({
  ...{ id: 'o', teamId: null, workerId: 'li', working: false, why: 'leave', note: null, createdAt: 0, createdBy: 'x' },
  ...{ fromAt: startOf('2026-03-11'), toAt: startOf('2026-03-13') },
  ...over,
})
const WEDNESDAY = '2026-03-11'
const hours = (shifts: readonly Shift[], date = WEDNESDAY) => {
  const day = dayOf({ team, worker }, date, shifts, [])
  return [day.source, ...day.hours]
}

test('a week begins on Monday, in the street’s time', () => {
  expect(weekOf(Date.parse('2026-03-15T23:59:00+08:00'))).toEqual(
    ['09', '10', '11', '12', '13', '14', '15'].map(day => `2026-03-${day}`),
  )
  expect(weekOf(Date.parse('2026-03-15T16:01:00Z'))[0]).toBe('2026-03-16')
  expect(weekOf(Date.parse('2026-03-15T12:00:00+08:00'), -1)[0]).toBe('2026-03-02')
})

test('the person’s own rows count before the team’s, and those before the hours that the team names', () => {
  expect(hours([])).toEqual(['named', '00:00–24:00'])
  expect(hours([shift('t', { teamId: 'a' })])).toEqual(['team', '08:00–17:00'])
  const own = shift('o', { workerId: 'li', calendar: calendar({ from: '22:00', to: '06:00' }) })
  expect(hours([shift('t', { teamId: 'a' }), own])).toEqual(['own', '22:00–06:00'])
  expect(hours([shift('t', { teamId: 'a' }), own], '2026-03-14')).toEqual(['own'])
})

test('public holidays are free, and the days that make up for them are worked', () => {
  const official = [shift('t', { teamId: 'a', calendar: calendar({ holidays: ['CN'] }) })]
  expect(hours(official, '2026-10-01')).toEqual(['team'])
  expect(hours(official, '2026-10-10')).toEqual(['team', '08:00–17:00'])
})

test('an exception shows on each day that it touches; the person’s own before the team’s', () => {
  const days = ['2026-03-10', '2026-03-11', '2026-03-12', '2026-03-13']
  const all = [exception({}), exception({ id: 't', workerId: null, teamId: 'a', toAt: startOf('2026-03-14') })]
  const seen = days.map(date => dayOf({ team, worker }, date, [], all).exceptions.map(({ id }) => id))
  expect(seen).toEqual([[], ['o'], ['o'], ['t']])
})

test.each([
  [0, 48, 'all'],
  [-5, 9, '00:00–09:00'],
  [18, 24, '18:00–24:00'],
  [18, 22, '18:00–22:00'],
])('from hour %d to hour %d is %s of the day', (from, to, part) => {
  const at = (hour: number) => startOf(WEDNESDAY) + hour * 3_600_000
  expect(partOf({ fromAt: at(from), toAt: at(to) }, WEDNESDAY)).toBe(part)
})
