// What is offered to whom, and what dropping a card on a column asks for.
import { expect, test } from 'vitest'
import { ALLOWED } from '../../../api/authorize.ts'
import type { JobState } from '../../../core/job.ts'
import type { Role } from '../../../core/permission.ts'
import { type ColumnName, type Doer, dropOn, pressOf, type Stepped, stepsOf } from './steps.ts'

const doer = (role: Role, name = 'chen'): Doer => ({
  name,
  may: action => (ALLOWED[action] as readonly Role[]).includes(role),
})
const job = (state: JobState, over: Partial<Stepped> = {}): Stepped => ({
  ...{ state, handledBy: null, supervision: null, escalation: 0, acknowledged: 0 },
  ...over,
})

test.each<[Role, JobState, string]>([
  ['operator', 'assigned', 'reassign urge merge cancel'],
  ['supervisor', 'assigned', 'reassign urge supervise defer merge cancel'],
  ['supervisor', 'verifying', 'urge supervise close return cancel'],
  ['supervisor', 'deferred', 'urge supervise resume merge cancel'],
  ['team-leader', 'accepted', 'reassign merge'],
  ['viewer', 'assigned', ''],
  ['supervisor', 'closed', ''],
])('as %s one is offered, for a job that is %s: %s', (role, state, steps) => {
  expect(stepsOf(job(state), doer(role)).join(' ')).toBe(steps)
})

test('ending a supervision and acknowledging are offered while there is something to end or to acknowledge', () => {
  const pressed = job('accepted', { supervision: {}, escalation: 2, acknowledged: 1 })
  expect(stepsOf(pressed, doer('supervisor'))).toEqual(expect.arrayContaining(['unsupervise', 'acknowledge']))
})

test('whoever reported it handled is not offered to check it', () => {
  expect(stepsOf(job('handled', { handledBy: 'chen' }), doer('admin'))).not.toContain('close')
})

test.each<[JobState, ColumnName, object | undefined]>([
  ['assigned', 'assigned', undefined],
  ['on-site', 'working', undefined],
  ['assigned', 'queued', { step: 'reassign' }],
  ['queued', 'assigned', { step: 'reassign' }],
  ['deferred', 'queued', { step: 'resume' }],
  ['verifying', 'returned', { step: 'return' }],
  ['handled', 'closed', { step: 'close' }],
  ['accepted', 'closed', { why: 'state' }],
  ['assigned', 'working', { why: 'column' }],
  ['closed', 'assigned', { why: 'state' }],
])('a job that is %s, dropped on %s, asks for %o', (state, column, asked) => {
  expect(dropOn(column, job(state), doer('supervisor'))).toEqual(asked)
})

test('a role that may not do it is told so', () => {
  expect(dropOn('deferred', job('assigned'), doer('operator'))).toEqual({ why: 'right' })
})

test.each([
  [0, 1, undefined, 'late'],
  [60_000, 0, undefined, 'soon'],
  [3_600_000, 0, undefined, 'far'],
  [60_000, 0, 0, 'far'],
  [60_000, 50_000, 0, 'soon'],
] as const)('due at %d, it is %d, begun at %s: %s', (dueAt, now, startedAt, press) => {
  expect(pressOf(dueAt, now, startedAt)).toBe(press)
})
