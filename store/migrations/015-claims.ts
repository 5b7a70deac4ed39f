// Claims: who of the operators is looking at an alert, for half a minute at a time.
import { type Migration, sql } from 'kysely'

export const claims: Migration = {
  async up(db) {
    await sql`
      create table incident_claims (
        incident_id text primary key references incidents (id) on delete cascade,
        holder text not null,
        since bigint not null,
        until bigint not null
      );
      -- A command centre asks for what waits all day long, and history grows beside it.
      create index incidents_pending on incidents (opened_at desc, id desc) where review = 'pending';
      create index incidents_active on incidents (camera_id, zone_id) where physical = 'active';
    `.execute(db)
  },
}
