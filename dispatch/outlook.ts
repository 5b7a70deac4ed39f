// The outlook of an alert: what would follow if it were confirmed now, chosen by the code that would choose, nothing written.
import { DEFAULT_BUSINESS_CALENDAR } from '../core/business-calendar.ts'
import { DEADLINES, type Deadline, dueAfter, type Terms } from '../core/deadline.ts'
import { JiemuError } from '../core/errors.ts'
import { distanceM, type Position } from '../core/geo.ts'
import { type IncidentId, type JobId, jobIdOf } from '../core/ids.ts'
import type { AssignmentReason, Job, Offers } from '../core/job.ts'
import type { EpochMs } from '../core/time.ts'
import { openBench } from './bench.ts'
import type { Transact, Work } from './commit.ts'
import { joinable } from './job-creation.ts'
import { teamOffers } from './offers.ts'
import { planAssignments } from './plan.ts'

export interface Outlook {
  readonly at: EpochMs
  /** Where it is; null where nobody has said. */
  readonly position: Position | null
  /** The open job that it has, or that would take it in; null where it would get its own. */
  readonly joins: {
    readonly jobId: JobId
    readonly because: 'listed' | 'same-place' | 'near'
    /** From one to the other; null where a position is unknown. */
    readonly distanceM: number | null
  } | null
  /** Who would get its own job, and against whom; of the job that it joins, why that went to whom. */
  readonly assignment: AssignmentReason | null
  /** Of its own job, if it were made and assigned now; empty where it joins another, which has its own. */
  readonly dues: readonly { readonly deadline: Deadline; readonly dueAt: EpochMs }[]
  /** Everybody, as they would be judged if the operator named them. */
  readonly offers: Offers['offers']
  /** Likewise the teams, each with who of it would go. */
  readonly teams: Offers['teams']
}

/** No row is locked and nothing is changed: it may be asked as often as somebody looks. @throws JiemuError not-found */
export function outlook(transact: Transact, id: IncidentId, at: EpochMs): Promise<Outlook> {
  return transact('command', async work => {
    const { tx } = work
    const [incident] = await tx.incidents([id])
    if (!incident) throw new JiemuError('not-found', { what: 'incident', id })
    const spot = await tx.positionOf(incident)
    const listed = await tx.jobOf(id)
    const policy = await tx.policyFor(incident.kind, incident.cameraId, incident.zoneId)
    const has = listed && listed.state !== 'cancelled' ? listed : undefined
    const readOnly = async (jobId: JobId) => (await tx.jobs([jobId]))[0]
    const joins = has ?? (policy.joinWindow > 0 ? await joinable(work, incident, policy, spot, readOnly) : undefined)
    const roster = await tx.roster(at)
    const position = spot ?? null
    const { kind, gridId, severity } = incident
    const place = { lat: spot?.lat ?? null, lon: spot?.lon ?? null }
    const job = { id: jobIdOf(id, listed?.id), kind, gridId, severity, createdAt: at, ...place }
    const wanting = { job, refusals: [], wish: null }
    const bench = openBench(roster, at, work.assignment)
    const { offers } = bench.offers(wanting)
    const teams = teamOffers(bench, roster, wanting)
    if (joins) {
      const because = has ? 'listed' : joins.placeId === incident.placeId ? 'same-place' : 'near'
      const found = { jobId: joins.id, because, distanceM: metresBetween(spot, joins) } as const
      return { at, position, joins: found, assignment: joins.assignment, dues: [], offers, teams }
    }
    const [planned] = planAssignments(roster, [wanting], at, work.assignment)
    const assignment = planned?.reason ?? null
    return {
      at,
      position,
      joins: null,
      assignment,
      dues: await duesOf(work, policy.deadlines, assignment, at),
      offers,
      teams,
    }
  })
}

/** A job that nobody can take waits to be assigned, and only its handling is counted until then. */
async function duesOf({ tx }: Work, terms: Terms, assignment: AssignmentReason | null, at: EpochMs) {
  const running = DEADLINES.filter(deadline => assignment?.chosen || deadline === 'handle')
  const calendar = running.some(deadline => terms[deadline]?.working)
    ? await tx.deadlines.calendar()
    : DEFAULT_BUSINESS_CALENDAR
  return running.flatMap(deadline => {
    const term = terms[deadline]
    return term ? [{ deadline, dueAt: dueAfter(term, at, calendar) }] : []
  })
}

function metresBetween(spot: Position | undefined, { lat, lon }: Job): number | null {
  return spot && lat !== null && lon !== null ? Math.round(distanceM(spot, { lat, lon })) : null
}
