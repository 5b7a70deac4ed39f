// Supervisions that run already get the row that wakes when their time has passed; a hand-over note may be meant for a team.
import { type Migration, sql } from 'kysely'

export const supervisionAndTeams: Migration = {
  async up(db) {
    await sql`
      insert into outbox (id, topic, payload, due_at, created_at)
      select 'supervision.' || id || '.' || (supervision->>'dueAt'), 'supervision',
        jsonb_build_object('jobId', id, 'dueAt', (supervision->>'dueAt')::bigint),
        (supervision->>'dueAt')::bigint, (supervision->>'at')::bigint
      from jobs where supervision is not null;

      alter table hand_over_notes
        add column meant_for_team text,
        add check (meant_for is null or meant_for_team is null);
    `.execute(db)
  },
}
