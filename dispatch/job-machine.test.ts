// The machine, spelt out: every event in every state, so that no arrow is added or lost unnoticed.
import { expect, test } from 'vitest'
import type { JobId } from '../core/ids.ts'
import { JOB_EVENTS, JOB_STATES } from '../core/job.ts'
import { nextState } from './job-machine.ts'

test.each([
  ['queued', 'joined unassignable assigned cancelled'],
  ['assigned', 'joined accepted cancelled'],
  ['accepted', 'joined handled cancelled'],
  ['handled', 'closed cancelled'],
  ['closed', ''],
  ['cancelled', ''],
] as const)('a job that is %s can only be: %s', (state, legal) => {
  const possible = JOB_EVENTS.filter(event => {
    try {
      nextState({ id: 'job-1' as JobId, state }, event)
      return true
    } catch (error) {
      expect(error).toMatchObject({ code: 'transition-illegal', detail: { id: 'job-1', state, event } })
      return false
    }
  })
  expect(possible.toSorted()).toEqual(legal.split(' ').filter(Boolean).toSorted())
})

test('every state of the vocabulary is in the table above', () => {
  expect(JOB_STATES).toHaveLength(6)
})
