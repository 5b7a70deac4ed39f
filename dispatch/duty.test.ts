// Who is on duty when a level of escalation means them: by the rota with its exceptions, else by the team's own hours.
import { expect, test } from 'vitest'
import { calendarSchema } from '../core/calendar.ts'
import { type EscalationLevel, escalationLevelSchema } from '../core/escalation.ts'
import type { TeamId, WorkerId } from '../core/ids.ts'
import { silentLog } from '../core/log.ts'
import { policySchema, type Team } from '../core/team.ts'
import { ManualClock } from '../core/time.ts'
import type { Shift, ShiftOverride } from '../core/worker.ts'
import { createDispatch } from './desk.ts'
import { noDeliveries, observation, T0, team, worker } from './testing/examples.ts'
import { type MemorySettings, memoryStore } from './testing/memory-store.ts'

const HOUR = 3_600_000
const DUTY = team('duty-1', { onDuty: true })
const NIGHT_DUTY = team('duty-1', { onDuty: true, shift: { from: '22:00', to: '06:00' } })
const [LI, WANG] = [worker('li', 'duty-1'), worker('wang', 'duty-1')]

const shift = (id: string, whose: { team?: string; worker?: string }, hours: object): Shift => ({
  ...{ id, teamId: (whose.team ?? null) as TeamId | null, workerId: (whose.worker ?? null) as WorkerId | null },
  calendar: calendarSchema.parse(hours),
})
const exception = (workerId: string, working: boolean, fromAt = T0, toAt = T0 + 3 * HOUR): ShiftOverride => ({
  ...{ id: workerId, teamId: null, workerId: workerId as WorkerId, working, fromAt, toAt },
  ...{ why: 'swap', note: null, createdAt: T0, createdBy: 'lin' },
})
const MORNING = shift('early', { team: 'duty-1' }, { from: '06:00', to: '14:00' })
const NIGHT = shift('late', { worker: 'wang' }, { from: '22:00', to: '06:00' })

/** What a notice says of who is on duty at nine on a Monday, an hour after the job began. */
async function meant(duty: Team, settings: MemorySettings, level: Partial<EscalationLevel> = {}) {
  const deadlines = { acknowledge: 'none', arrive: 'none', handle: '60m' }
  const policy = policySchema.parse({ kind: 'illegal-parking', mode: 'auto', deadlines })
  const levels = [{ ...escalationLevelSchema.parse({ name: '值班长', tell: ['on-duty'] }), ...level }]
  const store = memoryStore(policy, [team('chengguan-1'), duty], {}, { ...settings, levels })
  const clock = new ManualClock(T0)
  const desk = createDispatch({ store, deliveries: noDeliveries, notifiers: [], clock, log: silentLog })
  await desk.takeIn(observation())
  await desk.drain(T0)
  clock.advanceBy(HOUR)
  await desk.drain(T0 + HOUR)
  const notice = [...store.now.outbox.values()].find(({ payload }) => payload.event === 'job.escalated')
  return [notice?.payload.onDuty, notice?.payload.onDutyWorkers]
}

test.each<[string, Team, MemorySettings, string, string]>([
  ['without workers the team that is on duty in its own hours', DUTY, {}, 'duty-1', ''],
  ['without workers no team outside its own hours', NIGHT_DUTY, {}, '', ''],
  ['without workers the rota of the team before its own hours', NIGHT_DUTY, { shifts: [MORNING] }, 'duty-1', ''],
  ['without a rota all of its workers, in its own hours', DUTY, { workers: [LI, WANG] }, 'duty-1', 'li wang'],
  ['without a rota none of them outside its own hours', NIGHT_DUTY, { workers: [LI, WANG] }, '', ''],
  [
    'with a rota those who are on shift by it',
    NIGHT_DUTY,
    { workers: [LI, WANG], shifts: [MORNING, NIGHT] },
    'duty-1',
    'li',
  ],
  [
    'nobody who is on leave, and whoever stands in',
    DUTY,
    { workers: [LI, WANG], shifts: [MORNING, NIGHT], overrides: [exception('li', false), exception('wang', true)] },
    'duty-1',
    'wang',
  ],
  [
    'nobody whose leave was over before',
    DUTY,
    { workers: [LI], shifts: [MORNING], overrides: [exception('li', false, T0, T0 + HOUR)] },
    'duty-1',
    'li',
  ],
  ['nobody who left', DUTY, { workers: [{ ...LI, active: false }] }, '', ''],
  ['nobody of a team that is not on duty', team('duty-1'), { workers: [LI] }, '', ''],
])('means %s', async (_, duty, settings, teams, workers) => {
  expect(await meant(duty, settings)).toEqual([teams, workers])
})

test('on duty is who is then, where a level is told only in the morning', async () => {
  const quiet = calendarSchema.parse({ from: '08:30', to: '14:30' })
  const later = shift('afternoon', { worker: 'wang' }, { from: '14:00', to: '22:00' })
  expect(await meant(DUTY, { workers: [LI, WANG], shifts: [MORNING, later] }, { quiet })).toEqual(['duty-1', 'wang'])
})
