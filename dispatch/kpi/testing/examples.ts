// Examples for tests of the figures: facts of one job, one incident, each changed only where the test cares.
import type { CameraId, GridId, JobId, PlaceId, StreetId, TeamId, WorkerId } from '../../../core/ids.ts'
import type { IncidentFacts, JobFacts, JobTrail, Mark, MarkName } from '../facts.ts'

/** An instant of the city's own time: "2026-01-05 08:00". */
export const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+08:00`)

export const WHERE = {
  streetId: 'gulou' as StreetId,
  gridId: 'gulou-1' as GridId,
  cameraId: 'cam-1' as CameraId,
} as const

export type Steps = readonly (readonly [MarkName, number])[]

/** An hour to handle it from where it is made, resumed or returned. */
const BEGINS: readonly MarkName[] = ['created', 'resumed', 'returned']

export function trail(steps: Steps, over: Partial<JobTrail> = {}): JobTrail {
  const marks = steps.map(([mark, when]): Mark => [mark, when, BEGINS.includes(mark) ? when + 3_600_000 : null])
  return {
    id: 'job-1' as JobId,
    kind: 'illegal-parking',
    ...WHERE,
    openedAt: null,
    teamId: 'patrol' as TeamId,
    workerId: 'wang' as WorkerId,
    placeId: 'cam-1/kerb' as PlaceId,
    severity: 'yellow',
    state: 'closed',
    endReason: null,
    createdAt: marks[0]?.[1] ?? 0,
    marks,
    ...over,
  }
}

export function job(over: Partial<JobFacts> = {}): JobFacts {
  const nothing = { confirm: null, assign: null, accept: null, arrive: null, handle: null, verify: null, whole: null }
  return {
    id: 'job-1' as JobId,
    kind: 'illegal-parking',
    ...WHERE,
    teamId: 'patrol' as TeamId,
    workerId: 'wang' as WorkerId,
    dues: [],
    assignedAt: null,
    firstAssignee: null,
    closedAt: null,
    returned: false,
    stages: nothing,
    ...over,
  }
}

export function incident(over: Partial<IncidentFacts> = {}): IncidentFacts {
  const placeId = 'cam-1/kerb' as PlaceId
  const openedAt = at('2026-01-05 08:00')
  return { kind: 'illegal-parking', ...WHERE, placeId, openedAt, review: 'confirmed', reopened: 0, ...over }
}
