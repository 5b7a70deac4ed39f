// Reports of our own people beside residents', and mutes that let camera faults through unless somebody wants them held back.
import { type Migration, sql } from 'kysely'

export const reportsByOurOwn: Migration = {
  async up(db) {
    await sql`
      alter table reports alter column via drop not null;

      -- What is muted already goes on as it was set.
      alter table mutes add column faults boolean not null default true;
      alter table mutes alter column faults drop default;
    `.execute(db)
  },
}
