// What came of an alert, as the database tells it.
import { sql } from 'kysely'
import type { AlertOutcome } from '../../core/alert-precision.ts'

/** What happened to the job that lists an alert; one that was merged away has gone on as another. */
export const OUTCOME = sql<AlertOutcome>`coalesce((
  select case
    when j.state = 'cancelled' then 'cancelled'
    when j.returns > 0 then 'returned'
    when j.handled_at is not null then 'handled'
    else 'open' end
  from job_incidents i join jobs j on j.id = i.job_id
  where i.incident_id = incidents.id and j.state != 'joined'
  order by j.created_at desc limit 1), 'none')`
