// Every way from state to state that the machine's table names: how a job gets there, who takes the step, what comes of it.
import type { JobEventName, JobState } from '../../core/job.ts'
import type { RuleKind } from '../../core/observation.ts'
import type { Actor } from '../../core/permission.ts'
import type { Asked } from '../../dispatch/desk.ts'
import type { JobCommandName } from '../../dispatch/job-commands.ts'
import { OPERATOR, SUPERVISOR } from '../../dispatch/testing/examples.ts'
import type { EdgeCommand } from './edge-child.ts'
import type { Prepared } from './edge-stage.ts'

/** Acts for whoever has the job. */
export const LEADER: Actor = { name: 'wang', role: 'team-leader', scope: 'district' }
/** How long what is late in the zones that hurry may take, and the cameras there to answer. */
export const TERM_MS = 30 * 60_000

/** The zones of `EDGE_STREET`: each has a policy of its own. */
type EdgeZone = 'kerb' | 'auto' | 'fading' | 'unanswered' | 'late' | 'blind'

export interface EdgeCase {
  readonly event: JobEventName
  readonly from: JobState | null
  /** Tells two ways of taking one step apart. */
  readonly way?: string
  /** Crowds go to a team that lists its workers, and a dirty road is nobody's: its job stays queued. */
  readonly kind: RuleKind
  readonly zone: EdgeZone
  /** What somebody asks; absent where the house acts by itself because the time is up. */
  readonly ask?: (it: Prepared) => EdgeCommand
  /** Whether the house takes the step, be it because of what was asked. */
  readonly house: boolean
  /** Another incident of the job's place: one that waits for its confirmation, or one that is listed already. */
  readonly second?: 'pending' | 'listed'
  /** Another job of the kind. */
  readonly other?: true
  /** The steps that are taken from the killed one on, that and what the house does then included, in order. */
  readonly steps: readonly JobEventName[]
  /** What the job has come to when the house has nothing left to do. */
  readonly outcome: JobState
}

/** Steps that the table allows and no part of the house takes, with the reason; the test of this file holds both. */
export const NOT_TAKEN: readonly {
  readonly event: JobEventName
  readonly from: readonly JobState[]
  readonly why: string
}[] = [
  { event: 'escalated', from: ['handled', 'verifying', 'deferred'], why: 'no deadline runs there, so none can pass' },
  {
    event: 'downgraded',
    from: ['on-site', 'returned', 'deferred'],
    why: 'only what clears before anybody was there makes a job less urgent',
  },
  {
    event: 'supervision-overdue',
    from: ['handled'],
    why: 'it is that for a moment only, until the cameras are asked: a case would die in another state',
  },
]

const OVER = ['closed', 'cancelled', 'joined'] as const
const HELD = ['assigned', 'accepted', 'on-site', 'returned'] as const
const UNFINISHED = ['queued', ...HELD, 'deferred'] as const
const OPEN = [...UNFINISHED, 'handled', 'verifying'] as const

const asking =
  (name: JobCommandName, actor: Actor, wish: (it: Prepared) => Partial<Asked> = () => ({})) =>
  (it: Prepared): EdgeCommand => ({
    do: 'ask',
    name,
    id: it.jobId,
    asked: { actor, key: 'once', reason: 'as agreed by telephone', ...wish(it) },
  })
const confirming = ({ incidentId }: Prepared): EdgeCommand => ({ do: 'confirm', id: incidentId, actor: OPERATOR })
const clearing = ({ seen }: Prepared): EdgeCommand => ({
  do: 'take-in',
  observation: { ...seen, phase: 'ended', at: seen.at + 1, sequence: seen.sequence + 1 },
})
const looking =
  (verdict: 'clear' | 'there' | 'blind') =>
  ({ lookId, seen }: Prepared): EdgeCommand => ({
    do: 'take-look',
    answer: {
      ...{ lookId: lookId ?? 'none', cameraId: seen.cameraId, verdict, at: seen.at + 2, pictured: false },
      samples: { clear: 0, there: 0, blind: 0, [verdict]: 4 },
    },
  })

type Told = Partial<Omit<EdgeCase, 'event' | 'from'>>

/** What the house does with a job that it finds in a state, when it begins again. */
const HOUSE_FOLLOWS: Readonly<Partial<Record<JobState, readonly [JobEventName, JobState]>>> = {
  queued: ['assigned', 'assigned'],
  handled: ['verifying', 'verifying'],
}

/** @param to where the step leads; `same` where it stays */
function edges(event: JobEventName, from: readonly (JobState | null)[], to: JobState | 'same', told: Told): EdgeCase[] {
  return from.map(state => {
    const nobodys = state === 'queued' && to !== 'assigned'
    const reached = to === 'same' ? (state ?? 'queued') : to
    const follow = nobodys && to === 'same' ? undefined : HOUSE_FOLLOWS[reached]
    return {
      ...{ event, from: state, zone: 'kerb', house: false },
      kind: nobodys ? 'dirty-road' : 'illegal-parking',
      steps: follow ? [event, follow[0]] : [event],
      outcome: follow ? follow[1] : reached,
      ...told,
    }
  })
}

export const EDGE_CASES: readonly EdgeCase[] = [
  ...edges('created', [null], 'queued', { ask: confirming }),
  ...edges('created', [null], 'queued', {
    way: 'as soon as a camera sees it',
    zone: 'auto',
    ask: ({ seen }) => ({ do: 'take-in', observation: seen }),
  }),
  ...edges('joined', UNFINISHED, 'same', {
    second: 'pending',
    ask: ({ secondId }) => ({ do: 'confirm', id: secondId, actor: OPERATOR }),
  }),
  ...edges('assigned', ['queued'], 'assigned', { house: true, ask: confirming, steps: ['created', 'assigned'] }),
  ...edges('unassignable', ['queued'], 'same', { house: true, ask: confirming, steps: ['created', 'unassignable'] }),
  ...edges('accepted', ['assigned'], 'accepted', { ask: asking('accept', LEADER) }),
  ...edges('declined', ['assigned'], 'queued', { ask: asking('decline', LEADER) }),
  ...edges('timed-out', ['assigned'], 'queued', {
    house: true,
    zone: 'unanswered',
    steps: ['timed-out', 'escalated', 'assigned'],
  }),
  ...edges('reassigned', HELD, 'queued', { ask: asking('reassign', OPERATOR) }),
  ...edges('reassigned', ['queued'], 'queued', {
    ask: asking('reassign', OPERATOR),
    steps: ['reassigned'],
    outcome: 'queued',
  }),
  ...edges('handed-over', HELD, 'same', {
    kind: 'crowding',
    ask: asking('hand-over', OPERATOR, ({ colleague }) => ({ workerId: colleague })),
  }),
  ...edges('arrived', ['accepted', 'returned'], 'on-site', { ask: asking('arrive', LEADER) }),
  ...edges('handled', ['accepted', 'on-site', 'returned'], 'handled', { ask: asking('handled', LEADER) }),
  ...edges('verifying', ['handled'], 'verifying', {
    house: true,
    ask: asking('handled', LEADER),
    steps: ['handled', 'verifying'],
  }),
  ...edges('unseen', ['verifying'], 'same', { ask: looking('blind') }),
  ...edges('unseen', ['verifying'], 'same', { way: 'as nobody answers', house: true, zone: 'blind' }),
  ...edges('closed', ['handled'], 'closed', { ask: asking('close', SUPERVISOR) }),
  ...edges('closed', ['verifying'], 'closed', { ask: looking('clear') }),
  ...edges('closed', ['verifying'], 'closed', { way: 'by a supervisor', ask: asking('close', SUPERVISOR) }),
  ...edges('returned', ['handled'], 'returned', { ask: asking('return', SUPERVISOR) }),
  ...edges('returned', ['verifying'], 'returned', { ask: looking('there') }),
  ...edges('deferred', ['queued', ...HELD], 'deferred', {
    ask: asking('defer', SUPERVISOR, ({ seen }) => ({ until: seen.at + 1_000 * TERM_MS })),
  }),
  ...edges('resumed', ['deferred'], 'queued', { ask: asking('resume', SUPERVISOR) }),
  ...edges('resumed', ['deferred'], 'queued', { way: 'when its time has come', house: true }),
  ...edges('escalated', ['queued', ...HELD], 'same', { house: true, zone: 'late' }),
  ...edges('acknowledged', OPEN, 'same', { ask: asking('acknowledge', SUPERVISOR) }),
  ...edges('urged', OPEN, 'same', { ask: asking('urge', OPERATOR) }),
  ...edges('supervised', OPEN, 'same', {
    ask: asking('supervise', SUPERVISOR, ({ seen }) => ({ until: seen.at + 1_000 * TERM_MS })),
  }),
  ...edges('unsupervised', OPEN, 'same', { ask: asking('unsupervise', SUPERVISOR) }),
  ...edges('supervision-overdue', ['queued', ...HELD, 'verifying'], 'same', { house: true }),
  ...edges('supervision-overdue', ['deferred'], 'same', { house: true }),
  ...edges('noted', [...OPEN, ...OVER], 'same', { ask: asking('note', LEADER) }),
  ...edges('parted', UNFINISHED, 'same', {
    second: 'listed',
    ask: ({ secondId }) => ({ do: 'undo', id: secondId, actor: OPERATOR }),
  }),
  ...edges('downgraded', ['queued', 'assigned', 'accepted'], 'same', { zone: 'fading', ask: clearing }),
  ...edges('cancelled', OPEN, 'cancelled', { ask: asking('cancel', OPERATOR) }),
  ...edges('cancelled', ['assigned'], 'cancelled', { way: 'as the camera sees it over', ask: clearing }),
  ...edges('undone', UNFINISHED, 'cancelled', {
    ask: ({ incidentId }) => ({ do: 'undo', id: incidentId, actor: OPERATOR }),
  }),
  ...edges('merged', UNFINISHED, 'joined', {
    other: true,
    ask: asking('merge', OPERATOR, ({ otherId }) => ({ into: otherId })),
  }),
]

export function nameOf({ event, from, way }: EdgeCase): string {
  return `${event} from ${from ?? 'nothing'}${way ? `, ${way}` : ''}`
}

/** What a step is told as, to whoever the job concerns; written down here once more, to hold the product to it. */
export const TOLD_AS: Readonly<Partial<Record<JobEventName, string>>> = {
  assigned: 'job.assigned',
  joined: 'job.joined',
  parted: 'job.parted',
  unassignable: 'job.unassignable',
  returned: 'job.returned',
  unseen: 'job.verify-by-person',
  reassigned: 'job.reassigned',
  'timed-out': 'job.reassigned',
  'handed-over': 'job.handed-over',
  deferred: 'job.deferred',
  escalated: 'job.escalated',
  urged: 'job.urged',
  supervised: 'job.supervised',
  'supervision-overdue': 'job.supervision-overdue',
  downgraded: 'job.downgraded',
  closed: 'job.closed',
  cancelled: 'job.cancelled',
  undone: 'job.undone',
  merged: 'job.merged',
}

const PATIENT = 'deadlines: { acknowledge: 1000h, arrive: 1000h, handle: 1000h }'
const CALM = 'confirmWithin: 1000h, verifyWithin: 1000h'

/** Who works there, and what hurries. */
export const EDGE_STREET = `
cameras:
  - { id: cam-1, name: Kerb, street: gulou, grid: gulou-1, source: { kind: rtsp, url: "rtsp://127.0.0.1/kerb" } }
teams:
  - { id: a, name: A, skills: [illegal-parking], grids: [gulou-1], loadCap: 10000 }
  - { id: b, name: B, skills: [illegal-parking], grids: [gulou-1], loadCap: 10000 }
  - { id: c, name: C, skills: [crowding], grids: [gulou-1] }
workers:
  - { id: li, name: Li, team: c, loadCap: 100 }
  - { id: he, name: He, team: c, loadCap: 100 }
policies:
${(['illegal-parking', 'crowding', 'dirty-road'] as const)
  .flatMap(kind => [
    `{ kind: ${kind}, mode: confirm, ${CALM}, ${PATIENT} }`,
    `{ kind: ${kind}, zone: cam-1/auto, mode: auto, ${CALM}, ${PATIENT} }`,
    `{ kind: ${kind}, zone: cam-1/fading, mode: confirm, selfCleared: downgrade, ${CALM}, ${PATIENT} }`,
    `{ kind: ${kind}, zone: cam-1/unanswered, mode: confirm, ${CALM}, deadlines: { acknowledge: 30m, arrive: none, handle: none } }`,
    `{ kind: ${kind}, zone: cam-1/late, mode: confirm, ${CALM}, deadlines: { acknowledge: none, arrive: none, handle: 30m } }`,
    `{ kind: ${kind}, zone: cam-1/hurried, mode: auto, ${CALM}, deadlines: { acknowledge: none, arrive: none, handle: 30m } }`,
    // A camera is given half a minute more than that.
    `{ kind: ${kind}, zone: cam-1/blind, mode: confirm, confirmWithin: 1000h, verifyWithin: 29m30s, ${PATIENT} }`,
  ])
  .map(row => `  - ${row}`)
  .join('\n')}
escalations:
  - { levels: [{ name: duty, tell: [supervisor], wait: 1000h, repeat: 1000h }] }
`
