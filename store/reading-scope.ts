// What of the incidents somebody may see: the one condition behind every list, count and search of them.
import type { ExpressionBuilder } from 'kysely'
import type { StreetId, TeamId } from '../core/ids.ts'
import { oneOf } from './outbox-rows.ts'
import type { Tables } from './tables.ts'

/** Nothing set is the whole district. */
export interface ReadingScope {
  readonly streets?: readonly StreetId[]
  readonly teamId?: TeamId
}

/** Of some streets; of a team those that its jobs list. */
export function incidentsWithin({ streets, teamId }: ReadingScope) {
  return (eb: ExpressionBuilder<Tables, 'incidents'>) =>
    eb.and([
      ...(streets ? [eb('incidents.streetId', '=', oneOf(streets))] : []),
      ...(teamId
        ? [
            eb(
              'incidents.id',
              'in',
              eb
                .selectFrom('jobIncidents')
                .innerJoin('jobs', 'jobs.id', 'jobIncidents.jobId')
                .select('jobIncidents.incidentId')
                .where('jobs.teamId', '=', teamId),
            ),
          ]
        : []),
    ])
}
