// Who works when: rota tables over midnight and weekends, with the exceptions that people enter.
import { expect, test } from 'vitest'
import { calendarSchema } from './calendar.ts'
import type { TeamId, WorkerId } from './ids.ts'
import { teamSchema } from './team.ts'
import { isOnShift, type Shift, type ShiftOverride } from './worker.ts'

const TEAM = teamSchema.parse({
  ...{ id: 'patrol', name: 'Patrol', skills: ['crowding'], grids: ['g1'] },
  shift: { from: '09:00', to: '17:00' },
})
const WANG = { id: 'wang' as WorkerId }
/** 2026-01-05 is a Monday. */
const on = (day: number, time: string): number => Date.parse(`2026-01-0${day}T${time}:00+08:00`)

const shift = (who: 'patrol' | 'wang', calendar: object): Shift => ({
  id: `${who}-${JSON.stringify(calendar)}`,
  teamId: who === 'patrol' ? (who as TeamId) : null,
  workerId: who === 'wang' ? (who as WorkerId) : null,
  calendar: calendarSchema.parse(calendar),
})
const NIGHT = shift('wang', { days: ['mon'], from: '22:00', to: '06:00' })
const EARLY = shift('patrol', { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '06:00', to: '14:00' })
const LATE = shift('patrol', { days: ['mon'], from: '14:00', to: '22:00' })

const exception = (
  who: 'patrol' | 'wang',
  working: boolean,
  from: string,
  to: string,
  createdAt = 1,
): ShiftOverride => ({
  id: `${who}-${createdAt}`,
  teamId: who === 'patrol' ? (who as TeamId) : null,
  workerId: who === 'wang' ? (who as WorkerId) : null,
  ...{ working, fromAt: on(5, from), toAt: on(5, to), why: 'swap', note: null, createdAt, createdBy: 'lin' },
})

test.each<[string, Shift[], ShiftOverride[], number, boolean]>([
  ['without a rota the team’s own hours hold', [], [], on(5, '09:00'), true],
  ['and end', [], [], on(5, '17:00'), false],
  ['the team’s rota counts instead of its hours', [EARLY], [], on(5, '15:00'), false],
  ['from its first minute', [EARLY], [], on(5, '06:00'), true],
  ['until its last', [EARLY], [], on(5, '13:59'), true],
  ['of several rows any', [EARLY, LATE], [], on(5, '15:00'), true],
  ['on other days none', [EARLY, LATE], [], on(6, '15:00'), false],
  ['weekends are no weekdays', [EARLY], [], on(4, '07:00'), false],
  ['a worker’s own rota counts instead of the team’s', [EARLY, NIGHT], [], on(5, '07:00'), false],
  ['before midnight', [NIGHT], [], on(5, '22:00'), true],
  ['over midnight it is still Monday’s', [NIGHT], [], on(6, '05:59'), true],
  ['until morning', [NIGHT], [], on(6, '06:00'), false],
  ['Tuesday’s evening is nobody’s', [NIGHT], [], on(6, '23:00'), false],
  ['leave takes somebody off', [], [exception('wang', false, '10:00', '12:00')], on(5, '10:00'), false],
  ['until its end, exclusive', [], [exception('wang', false, '10:00', '12:00')], on(5, '12:00'), true],
  ['an extra shift brings somebody in', [NIGHT], [exception('wang', true, '10:00', '12:00')], on(5, '11:00'), true],
  [
    'a team’s exception holds for its workers',
    [],
    [exception('patrol', false, '10:00', '12:00')],
    on(5, '11:00'),
    false,
  ],
  [
    'a worker’s exception comes before the team’s',
    [],
    [exception('patrol', false, '10:00', '12:00', 9), exception('wang', true, '10:00', '12:00')],
    on(5, '11:00'),
    true,
  ],
  [
    'the later of two comes before the earlier',
    [],
    [exception('wang', false, '10:00', '12:00', 1), exception('wang', true, '11:00', '12:00', 2)],
    on(5, '11:30'),
    true,
  ],
])('%s', (_, shifts, overrides, at, expected) => {
  expect(isOnShift({ shifts, overrides }, TEAM, WANG, at)).toBe(expected)
})

test('a team as a whole is asked by its own rows only', () => {
  const rota = { shifts: [NIGHT, EARLY], overrides: [exception('wang', false, '06:00', '14:00')] }
  expect(isOnShift(rota, TEAM, null, on(5, '07:00'))).toBe(true)
  expect(isOnShift(rota, TEAM, null, on(5, '23:00'))).toBe(false)
})
