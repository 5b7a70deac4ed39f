// What the figures are counted from: small facts of jobs and incidents, derived from their records and logs.
import type { CameraId, GridId, JobId, PlaceId, StreetId, TeamId, WorkerId } from '../../core/ids.ts'
import type { ReviewState } from '../../core/incident.ts'
import type { JobEventName, JobState } from '../../core/job.ts'
import type { RuleKind, Severity } from '../../core/observation.ts'
import type { EpochMs } from '../../core/time.ts'

/** The steps that the figures look at; a store need not read the others. */
export const MARKS = [
  'created',
  'assigned',
  'accepted',
  'declined',
  'timed-out',
  'reassigned',
  'handed-over',
  'arrived',
  'handled',
  'returned',
  'deferred',
  'resumed',
  'closed',
] as const satisfies readonly JobEventName[]
export type MarkName = (typeof MARKS)[number]

/** A step, when it was taken and, where it began a deadline for handling, until when. */
export type Mark<Name extends string = MarkName> = readonly [name: Name, at: EpochMs, dueAt: EpochMs | null]

/** A job as the store reads it for the figures: where it is, who has it, and its steps in order. */
export interface JobTrail {
  readonly id: JobId
  readonly kind: RuleKind
  readonly streetId: StreetId
  readonly gridId: GridId
  /** Of its first incident; null where residents reported it. */
  readonly cameraId: CameraId | null
  readonly openedAt: EpochMs | null
  readonly teamId: TeamId | null
  readonly workerId: WorkerId | null
  readonly placeId: PlaceId
  readonly severity: Severity
  readonly state: JobState
  readonly endReason: string | null
  readonly createdAt: EpochMs
  readonly marks: readonly Mark[]
}

/**
 * A deadline for handling that the job was given: one at its creation, and another when it is resumed (缓办 ended). A
 * job whose policy promises nothing has none.
 * A return (返工) gives none: work that came back is not in time because the clock began anew.
 */
export interface Due {
  readonly dueAt: EpochMs
  /** `deferred`: put off before it was up. Put off later, it had been missed already, and stays what it was. */
  readonly outcome: 'open' | 'deferred' | 'closed'
  /** Closed, and the handling that closed it was reported by `dueAt`: what verifying takes is not the team's time. */
  readonly inTime: boolean
}

/** Spans in milliseconds; null where the job did not come so far, or the step was not reported. */
export interface Stages {
  /** 立案: from the incident's opening to the job. */
  readonly confirm: number | null
  /** 派遣: to the first assignment. */
  readonly assign: number | null
  /** From there until somebody accepted. */
  readonly accept: number | null
  readonly arrive: number | null
  /** 处置: from arrival, or from accepting where no arrival was reported, to the first report of it handled. */
  readonly handle: number | null
  /** 核查: from the last report of it handled to its closing. */
  readonly verify: number | null
  /** From the incident's opening (a resident's report: from the job) to its closing, time put off included. */
  readonly whole: number | null
}

export interface JobHistory {
  readonly dues: readonly Due[]
  readonly assignedAt: EpochMs | null
  /**
   * What became of the first assignment: `kept` where nobody else had it before it was handled, `lost` where it was
   * declined, timed out, reassigned or handed over; null while that is not known.
   */
  readonly firstAssignee: 'kept' | 'lost' | null
  readonly closedAt: EpochMs | null
  readonly returned: boolean
  readonly stages: Stages
}

type Where = Pick<JobTrail, 'id' | 'kind' | 'streetId' | 'gridId' | 'cameraId' | 'teamId' | 'workerId'>
export interface JobFacts extends Where, JobHistory {}

const LOST: readonly MarkName[] = ['declined', 'timed-out', 'reassigned', 'handed-over']

/** @returns null for a job that does not count: 撤销 and 并案 are no work of their own */
export function jobFacts(trail: JobTrail): JobFacts | null {
  const { id, kind, streetId, gridId, cameraId, teamId, workerId, state } = trail
  if (state === 'cancelled' || state === 'joined') return null
  return { id, kind, streetId, gridId, cameraId, teamId, workerId, ...jobHistory(trail) }
}

/** What the log says, whatever became of the job. */
export function jobHistory(trail: JobTrail): JobHistory {
  const { marks, openedAt, createdAt } = trail
  const first = (name: MarkName): EpochMs | null => marks.find(([mark]) => mark === name)?.[1] ?? null
  const last = (name: MarkName): EpochMs | null => marks.findLast(([mark]) => mark === name)?.[1] ?? null
  const assignedAt = first('assigned')
  const acceptedAt = first('accepted')
  const arrivedAt = first('arrived')
  const closedAt = last('closed')
  return {
    dues: duesOf(trail),
    assignedAt,
    firstAssignee: firstAssignee(marks),
    closedAt,
    returned: first('returned') !== null,
    stages: {
      confirm: span(openedAt, createdAt),
      assign: span(createdAt, assignedAt),
      accept: span(assignedAt, acceptedAt),
      arrive: span(acceptedAt, arrivedAt),
      handle: span(arrivedAt ?? acceptedAt, first('handled')),
      verify: span(last('handled'), closedAt),
      whole: span(openedAt ?? createdAt, closedAt),
    },
  }
}

function duesOf({ marks }: JobTrail): readonly Due[] {
  const dues: Due[] = []
  let handledAt: EpochMs | null = null
  for (const [mark, at, dueAt] of marks) {
    const due = dues.at(-1)
    const settle = (outcome: Due['outcome'], inTime: boolean): void => {
      if (due) dues[dues.length - 1] = { ...due, outcome, inTime }
    }
    if (mark === 'created' || (mark === 'resumed' && due?.outcome === 'deferred')) {
      if (dueAt !== null) dues.push({ dueAt, outcome: 'open', inTime: false })
    } else if (mark === 'handled') handledAt = at
    else if (mark === 'deferred' && due && at <= due.dueAt) settle('deferred', false)
    else if (mark === 'closed' && due) settle('closed', handledAt !== null && handledAt <= due.dueAt)
  }
  return dues
}

function firstAssignee(marks: JobTrail['marks']): JobFacts['firstAssignee'] {
  for (const [mark] of marks) {
    if (LOST.includes(mark)) return 'lost'
    if (mark === 'handled') return 'kept'
  }
  return null
}

/** The clock may have been set back between two steps: a span is never negative. */
function span(from: EpochMs | null, to: EpochMs | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from)
}

/** An incident as far as its verdict counts. Confirmed by rule (`auto-confirmed`) is nobody's verdict. */
export interface IncidentFacts {
  readonly kind: RuleKind
  readonly streetId: StreetId
  readonly gridId: GridId
  readonly cameraId: CameraId
  readonly placeId: PlaceId
  readonly openedAt: EpochMs
  readonly review: ReviewState
  /** How often it came back within the cooldown. */
  readonly reopened: number
}

/** A camera, and since when it watches. */
export interface CameraFacts {
  readonly cameraId: CameraId
  readonly streetId: StreetId
  readonly gridId: GridId
  readonly since: EpochMs
}
