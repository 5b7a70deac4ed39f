// What is asked at every observation and every event is found by an index, however much has happened before.
import { type Migration, sql } from 'kysely'

export const whatIsKnown: Migration = {
  async up(db) {
    await sql`
      -- Of a fingerprint the open incident, else the one that cleared last.
      create index incidents_known on incidents (fingerprint, physical, cleared_at desc, opened_at desc);
      drop index incidents_by_fingerprint;

      -- Each row of the outbox that goes asks for its deliveries.
      create index deliveries_of_row on deliveries (outbox_id);
    `.execute(db)
  },
}
