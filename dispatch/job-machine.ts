// The machine of a job: one table says what may happen, by whom, what it leads to and which deadlines run. Nothing else decides.
//
//   queued ─► assigned ─► accepted ─► on-site ─► handled ─► verifying ─► closed
//      ▲         │ declined, timed-out │            ▲           │ still there
//      └─────────┴──── reassigned ◄────┘            └─ returned ◄┘       deferred · cancelled · joined
import { DEADLINES, type Deadline } from '../core/deadline.ts'
import { JiemuError } from '../core/errors.ts'
import { isOver, JOB_STATES, type Job, type JobEventName, type JobState, type Party } from '../core/job.ts'

export interface Transition {
  readonly event: JobEventName
  /** Null: the job does not exist before. */
  readonly from: readonly (JobState | null)[]
  /** `same`: it stays where it is. */
  readonly to: JobState | 'same'
  readonly by: readonly Party[]
  /** Deadlines that begin, anew if they ran already. */
  readonly starts?: readonly Deadline[]
  /** Deadlines that are met, if they ran. */
  readonly meets?: readonly Deadline[]
  /** Deadlines that do not count any more. */
  readonly stops?: readonly Deadline[]
  /** Whoever reported the job handled may not do this: 处置人不得自核. */
  readonly notByHandler?: true
  /** People must say why. */
  readonly needsReason?: true
}

const OPEN: readonly JobState[] = JOB_STATES.filter(state => !isOver(state))
const HELD = ['assigned', 'accepted', 'on-site', 'returned'] as const
/** Nobody has said yet that the work is done, so one visit can do more of it. */
const UNFINISHED = ['queued', ...HELD, 'deferred'] as const
const DISPATCHERS = ['operator', 'team-leader', 'supervisor', 'admin'] as const
const FIELD = ['worker', 'team-leader', 'admin'] as const

export const TRANSITIONS: readonly Transition[] = [
  {
    event: 'created',
    from: [null],
    to: 'queued',
    by: ['operator', 'supervisor', 'admin', 'policy', 'resident'],
    starts: ['handle'],
  },
  { event: 'joined', from: UNFINISHED, to: 'same', by: ['operator', 'supervisor', 'admin', 'policy', 'resident'] },
  { event: 'assigned', from: ['queued'], to: 'assigned', by: ['dispatch'], starts: ['acknowledge', 'arrive'] },
  { event: 'unassignable', from: ['queued'], to: 'same', by: ['dispatch'] },
  { event: 'accepted', from: ['assigned'], to: 'accepted', by: FIELD, meets: ['acknowledge'] },
  {
    event: 'declined',
    from: ['assigned'],
    to: 'queued',
    by: FIELD,
    stops: ['acknowledge', 'arrive'],
    needsReason: true,
  },
  { event: 'timed-out', from: ['assigned'], to: 'queued', by: ['policy'], stops: ['acknowledge', 'arrive'] },
  {
    // Of a queued job, too: somebody names who shall have what waits for its next try.
    event: 'reassigned',
    from: ['queued', ...HELD],
    to: 'queued',
    by: DISPATCHERS,
    stops: ['acknowledge', 'arrive'],
    needsReason: true,
  },
  { event: 'handed-over', from: HELD, to: 'same', by: ['worker', ...DISPATCHERS], needsReason: true },
  { event: 'arrived', from: ['accepted', 'returned'], to: 'on-site', by: FIELD, meets: ['arrive'] },
  {
    event: 'handled',
    from: ['accepted', 'on-site', 'returned'],
    to: 'handled',
    by: FIELD,
    meets: DEADLINES,
  },
  { event: 'verifying', from: ['handled'], to: 'verifying', by: ['camera', 'policy'] },
  { event: 'unseen', from: ['verifying'], to: 'same', by: ['camera', 'policy'] },
  {
    event: 'closed',
    from: ['handled', 'verifying'],
    to: 'closed',
    by: ['camera', 'supervisor', 'admin'],
    stops: DEADLINES,
    notByHandler: true,
  },
  {
    event: 'returned',
    from: ['handled', 'verifying'],
    to: 'returned',
    by: ['camera', 'supervisor', 'admin'],
    starts: ['handle'],
    notByHandler: true,
  },
  {
    event: 'deferred',
    from: ['queued', ...HELD],
    to: 'deferred',
    by: ['supervisor', 'admin'],
    stops: DEADLINES,
    needsReason: true,
  },
  // Whoever had it knows the case, but may be off shift by then: assignment decides anew.
  { event: 'resumed', from: ['deferred'], to: 'queued', by: ['policy', 'supervisor', 'admin'], starts: ['handle'] },
  { event: 'escalated', from: OPEN, to: 'same', by: ['policy'] },
  { event: 'acknowledged', from: OPEN, to: 'same', by: DISPATCHERS },
  { event: 'urged', from: OPEN, to: 'same', by: ['operator', 'supervisor', 'admin'] },
  { event: 'supervised', from: OPEN, to: 'same', by: ['supervisor', 'admin'], needsReason: true },
  { event: 'supervision-overdue', from: OPEN, to: 'same', by: ['policy'] },
  { event: 'unsupervised', from: OPEN, to: 'same', by: ['supervisor', 'admin'] },
  { event: 'noted', from: JOB_STATES, to: 'same', by: ['worker', ...DISPATCHERS] },
  { event: 'parted', from: UNFINISHED, to: 'same', by: ['operator', 'supervisor', 'admin'] },
  { event: 'downgraded', from: UNFINISHED, to: 'same', by: ['policy'] },
  {
    event: 'cancelled',
    from: OPEN,
    to: 'cancelled',
    by: ['operator', 'supervisor', 'admin', 'policy'],
    stops: DEADLINES,
    needsReason: true,
  },
  {
    event: 'undone',
    from: UNFINISHED,
    to: 'cancelled',
    by: ['operator', 'supervisor', 'admin'],
    stops: DEADLINES,
  },
  {
    event: 'merged',
    from: UNFINISHED,
    to: 'joined',
    by: ['operator', 'supervisor', 'admin', 'policy'],
    stops: DEADLINES,
  },
]

const BY_EVENT: ReadonlyMap<JobEventName, Transition> = new Map(TRANSITIONS.map(row => [row.event, row]))

/** The row of the table for an event; every event has exactly one, which a test holds. */
export function transitionOf(event: JobEventName): Transition {
  const row = BY_EVENT.get(event)
  if (row) return row
  throw new JiemuError('unexpected', { problem: `no transition "${event}"` })
}

export function isLegal(state: JobState | null, event: JobEventName): boolean {
  return transitionOf(event).from.includes(state)
}

/** A job before a step; one that is yet to be made has no state. */
export type Before = Pick<Job, 'id' | 'handledBy'> & { readonly state: JobState | null }

/** Where the event leads from here. @throws JiemuError transition-illegal */
export function nextState({ id, state }: Before, event: JobEventName): JobState {
  const { to } = transitionOf(event)
  if (to !== 'same' && isLegal(state, event)) return to
  if (state !== null && isLegal(state, event)) return state
  throw new JiemuError('transition-illegal', { what: 'job', id, state: state ?? 'not made yet', event })
}

/** Who wants to do it: `party` by role or part of the house, `name` as it will stand in the log. */
export interface Doer {
  readonly party: Party
  readonly name: string
}

/**
 * Holds one step against the table.
 * @throws JiemuError transition-illegal, transition-forbidden, reason-missing or handler-cannot-close
 */
export function checkStep(job: Before, event: JobEventName, by: Doer, reason: string | null): JobState {
  const row = transitionOf(event)
  const to = nextState(job, event)
  if (!row.by.includes(by.party)) throw new JiemuError('transition-forbidden', { event, party: by.party, id: job.id })
  if (row.notByHandler && job.handledBy === by.name) {
    throw new JiemuError('handler-cannot-close', { actor: by.name, id: job.id })
  }
  if (row.needsReason && !reason) throw new JiemuError('reason-missing', { event, id: job.id })
  return to
}
