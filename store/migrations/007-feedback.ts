// Who and what is in each kept picture, so that it can be masked before it leaves the house.
import { type Migration, sql } from 'kysely'

export const feedback: Migration = {
  async up(db) {
    await sql`
      -- json, not jsonb: handed back as it came. Beside the pictures and not in their rows, which are listed often.
      create table evidence_subjects (
        evidence_id text primary key references evidence (id) on delete cascade,
        cut json not null,
        in_frame json not null
      );
    `.execute(db)
  },
}
