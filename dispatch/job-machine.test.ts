// The machine, spelt out: every event in every state and for every party, so that no arrow is added or lost unnoticed.
import { expect, test } from 'vitest'
import { DEADLINES } from '../core/deadline.ts'
import type { JobId } from '../core/ids.ts'
import { JOB_EVENTS, JOB_STATES, type JobEventName, type JobState, PARTIES, type Party } from '../core/job.ts'
import { checkStep, nextState, TRANSITIONS } from './job-machine.ts'

const job = (state: JobState | null) => ({ id: 'job-1' as JobId, state, handledBy: 'wang' })

test.each([
  [null, 'created'],
  [
    'queued',
    'joined parted reassigned unassignable assigned deferred escalated acknowledged urged ' +
      'supervised unsupervised supervision-overdue noted downgraded cancelled undone merged',
  ],
  [
    'assigned',
    'joined parted accepted declined timed-out reassigned handed-over deferred escalated ' +
      'acknowledged urged supervised unsupervised supervision-overdue noted downgraded ' +
      'cancelled undone merged',
  ],
  [
    'accepted',
    'joined parted reassigned handed-over arrived handled deferred escalated acknowledged urged ' +
      'supervised unsupervised supervision-overdue noted downgraded cancelled ' +
      'undone merged',
  ],
  [
    'on-site',
    'joined parted reassigned handed-over handled deferred escalated acknowledged urged supervised ' +
      'unsupervised supervision-overdue noted downgraded cancelled undone merged',
  ],
  [
    'handled',
    'verifying closed returned escalated acknowledged urged supervised unsupervised supervision-overdue noted cancelled',
  ],
  [
    'verifying',
    'unseen closed returned escalated acknowledged urged supervised unsupervised supervision-overdue noted cancelled',
  ],
  [
    'returned',
    'joined parted reassigned handed-over arrived handled deferred escalated acknowledged urged ' +
      'supervised unsupervised supervision-overdue noted downgraded cancelled ' +
      'undone merged',
  ],
  [
    'deferred',
    'joined parted resumed escalated acknowledged urged supervised unsupervised supervision-overdue noted downgraded cancelled undone merged',
  ],
  ['closed', 'noted'],
  ['cancelled', 'noted'],
  ['joined', 'noted'],
] as const)('a job that is %s can only be: %s', (state, legal) => {
  const possible = JOB_EVENTS.filter(event => {
    try {
      nextState(job(state), event)
      return true
    } catch (error) {
      expect(error).toMatchObject({ code: 'transition-illegal', detail: { id: 'job-1', event } })
      return false
    }
  })
  expect(possible.toSorted()).toEqual(legal.split(' ').toSorted())
})

test('every event has exactly one row, and only known states, parties and deadlines stand in it', () => {
  expect(TRANSITIONS.map(({ event }) => event).toSorted()).toEqual([...JOB_EVENTS].toSorted())
  for (const { from, to, by, starts = [], meets = [], stops = [] } of TRANSITIONS) {
    for (const state of from) expect([null, ...JOB_STATES]).toContain(state)
    expect(['same', ...JOB_STATES]).toContain(to)
    for (const party of by) expect(PARTIES).toContain(party)
    for (const deadline of [...starts, ...meets, ...stops]) expect(DEADLINES).toContain(deadline)
  }
})

test('whatever is over has met or dropped its deadlines', () => {
  for (const { event, to, meets, stops = meets } of TRANSITIONS) {
    if (['closed', 'cancelled', 'joined', 'deferred', 'handled'].includes(to)) expect(stops, event).toEqual(DEADLINES)
  }
})

test.each([
  ['worker', 'accepted declined handed-over arrived handled noted'],
  ['team-leader', 'accepted declined reassigned handed-over arrived handled acknowledged noted'],
  ['operator', 'created joined reassigned handed-over acknowledged urged noted cancelled undone merged parted'],
  [
    'supervisor',
    'created joined reassigned handed-over closed returned deferred resumed acknowledged urged ' +
      'supervised unsupervised noted cancelled undone ' +
      'merged parted',
  ],
  ['camera', 'verifying unseen closed returned'],
  [
    'policy',
    'created joined timed-out verifying unseen resumed escalated supervision-overdue downgraded cancelled merged',
  ],
  ['dispatch', 'assigned unassignable'],
  ['resident', 'created joined'],
] as const)('as %s one may only make a job: %s', (party, legal) => {
  const allowed = JOB_EVENTS.filter(event => may(party, event))
  expect(allowed.toSorted()).toEqual(legal.split(' ').toSorted())
})

function may(party: Party, event: JobEventName): boolean {
  const from = TRANSITIONS.find(row => row.event === event)?.from[0] ?? null
  try {
    checkStep(job(from), event, { party, name: 'li' }, 'because')
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'transition-forbidden', detail: { party, event } })
    return false
  }
}

test.each(['closed', 'returned'] as const)('whoever handled a job, in whatever role, cannot make it %s', event => {
  const attempt = () => checkStep(job('verifying'), event, { party: 'supervisor', name: 'wang' }, 'seen')
  expect(attempt).toThrow(expect.objectContaining({ code: 'handler-cannot-close' }))
})

test('what takes work from somebody, or ends it unhandled, needs a reason', () => {
  const asking = TRANSITIONS.filter(row => row.needsReason).map(row => row.event)
  expect(asking).toEqual(['declined', 'reassigned', 'handed-over', 'deferred', 'supervised', 'cancelled'])
  const attempt = () => checkStep(job('assigned'), 'declined', { party: 'worker', name: 'li' }, '')
  expect(attempt).toThrow(expect.objectContaining({ code: 'reason-missing' }))
})
