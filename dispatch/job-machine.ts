// The states of a job and what leads from one to the next.
//
//   queued ─► assigned ─► accepted ─► handled ─► closed
//      └──────────┴───────────┴──────────┴─► cancelled
import { JiemuError } from '../core/errors.ts'
import type { Job, JobEventName, JobState } from '../core/job.ts'

/** Events that are not listed for a state are illegal in it. */
export const JOB_MACHINE: Readonly<Record<JobState, Readonly<Partial<Record<JobEventName, JobState>>>>> = {
  queued: { joined: 'queued', unassignable: 'queued', assigned: 'assigned', cancelled: 'cancelled' },
  assigned: { joined: 'assigned', accepted: 'accepted', cancelled: 'cancelled' },
  accepted: { joined: 'accepted', handled: 'handled', cancelled: 'cancelled' },
  handled: { closed: 'closed', cancelled: 'cancelled' },
  closed: {},
  cancelled: {},
}

export function isOver(state: JobState): boolean {
  return state === 'closed' || state === 'cancelled'
}

/** @throws JiemuError transition-illegal */
export function nextState(job: Pick<Job, 'id' | 'state'>, event: JobEventName): JobState {
  const next = JOB_MACHINE[job.state][event]
  if (next) return next
  throw new JiemuError('transition-illegal', { what: 'job', id: job.id, state: job.state, event })
}
