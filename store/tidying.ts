// What a server's autovacuum does for itself, for the embedded database, which has none.
import { sql } from 'kysely'
import type { Database } from './connection.ts'

/** Those that every incident changes: what it leaves behind would be read for ever, and its planner would go by empty tables. */
const CHANGING = [
  ...['incidents', 'incident_events', 'jobs', 'job_incidents', 'job_events', 'job_deadlines', 'job_refusals'],
  ...['outbox', 'deliveries', 'evidence', 'place_locks', 'assignment_turns', 'worker_positions', 'sessions'],
] as const

/**
 * Gives back what was deleted and counts what is there, table by table: everybody else waits for one at a time.
 * @throws JiemuError database-unavailable
 */
export async function tidy(db: Database): Promise<void> {
  for (const table of CHANGING) await sql`vacuum (analyze) ${sql.table(table)}`.execute(db)
}
