// Whom a notice concerns, of those who subscribed to web push.
import { expect, test } from 'vitest'
import type { StreetId, TeamId } from '../core/ids.ts'
import type { PermissionScope, Role } from '../core/permission.ts'
import { NOTICE } from '../tests/support/loopback.ts'
import { concerns, type Subscriber } from './push-desk.ts'

const street = (id: string): PermissionScope => ({ streets: [id as StreetId] })
const who = (scope: PermissionScope, workerId: string | null = null, role: Role = 'operator'): Subscriber => ({
  ...{ login: 'zhou', role, scope, workerId },
})
const team = (id: string): PermissionScope => ({ team: id as TeamId })

test.each<readonly [string, PermissionScope, string | null, string | null, boolean]>([
  ['the district', 'district', null, null, true],
  ['its street', street('gulou'), null, null, true],
  ['another street', street('tianshui'), null, null, false],
  ['its team', team('chengguan-1'), null, 'li', true],
  ['another team', team('huanwei-1'), null, 'li', false],
  ['a worker of the team, while nobody has it', team('chengguan-1'), 'wang', null, true],
  ['the worker who has it', team('chengguan-1'), 'li', 'li', true],
  ['another worker of the team', team('chengguan-1'), 'wang', 'li', false],
])('a job concerns %s', (_, scope, workerId, has, expected) => {
  const notice = { ...NOTICE, details: { ...NOTICE.details, workerId: has } }
  expect(concerns(notice, who(scope, workerId))).toBe(expected)
})

test.each<readonly [string, string | null, PermissionScope, string | null, boolean]>([
  ['the worker who had it', 'huanwei-1', team('chengguan-1'), 'li', true],
  ['the leader of the team that had it', null, team('chengguan-1'), null, true],
  ['no colleague of theirs', 'huanwei-1', team('chengguan-1'), 'wang', false],
  ['no other team, although it has the job by now', 'huanwei-1', team('huanwei-1'), 'zhao', false],
  ['the colleague of the same team who has it by now', 'chengguan-1', team('chengguan-1'), 'zhao', true],
  ['its street', null, street('gulou'), null, true],
])('that a job was taken from somebody concerns %s', (_, teamId, scope, workerId, expected) => {
  const holder = { teamId, workerId: teamId && 'zhao', formerTeamId: 'chengguan-1', formerWorkerId: 'li' }
  const notice = { ...NOTICE, event: 'job.reassigned', details: { ...NOTICE.details, ...holder } } as const
  expect(concerns(notice, who(scope, workerId))).toBe(expected)
})

test.each<readonly [string, PermissionScope, string | null, boolean]>([
  ['the worker who is', team('duty-1'), 'wu', true],
  ['not a colleague who is off shift', team('duty-1'), 'he', false],
  ['the team as a whole', team('duty-1'), null, true],
  ['no other team', team('huanwei-1'), null, false],
])('an escalation to those on duty concerns %s', (_, scope, workerId, expected) => {
  const details = { ...NOTICE.details, onDuty: ['duty-1'], onDutyWorkers: ['wu'] }
  expect(concerns({ ...NOTICE, details }, who(scope, workerId))).toBe(expected)
})

test.each<readonly [string, PermissionScope, Role, boolean]>([
  ['a supervisor of its street', street('gulou'), 'supervisor', true],
  ['no supervisor of another street', street('tianshui'), 'supervisor', false],
  ['the leader of its team', team('chengguan-1'), 'team-leader', true],
  ['no worker of its team', team('chengguan-1'), 'worker', false],
  ['no operator of the district', 'district', 'operator', false],
])('an escalation to leaders and supervisors concerns %s', (_, scope, role, expected) => {
  const details = { ...NOTICE.details, roles: ['team-leader', 'supervisor'], onDuty: [], onDutyWorkers: [] }
  expect(concerns({ ...NOTICE, details }, who(scope, null, role))).toBe(expected)
})

test.each<readonly [string, PermissionScope, Role, string, boolean]>([
  ['the supervisor who ordered it', street('gulou'), 'supervisor', 'chen', true],
  ['no other supervisor', 'district', 'supervisor', 'qian', false],
  ['an operator of its street', street('gulou'), 'operator', 'zhou', true],
  ['no operator of another street', street('tianshui'), 'operator', 'zhou', false],
  ['no worker of its team', team('chengguan-1'), 'worker', 'li', false],
])('a supervision that passed its time concerns %s', (_, scope, role, login, expected) => {
  const details = { ...NOTICE.details, roles: ['operator'], logins: ['chen'] }
  const event = 'job.supervision-overdue'
  expect(concerns({ ...NOTICE, event, details }, { login, role, scope, workerId: null })).toBe(expected)
})

test('an escalation that names destinations only concerns all who may see it', () => {
  const details = { ...NOTICE.details, roles: [], onDuty: [], onDutyWorkers: [] }
  expect(concerns({ ...NOTICE, details }, who(street('gulou')))).toBe(true)
})

test('what the house says of itself concerns the district', () => {
  const notice = { ...NOTICE, event: 'system.canary-missing', details: {} }
  expect(concerns(notice, who('district'))).toBe(true)
  expect(concerns(notice, who(street('gulou')))).toBe(false)
  expect(concerns(notice, who(team('chengguan-1')))).toBe(false)
})
