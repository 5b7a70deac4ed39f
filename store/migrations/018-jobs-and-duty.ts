// Jobs under supervision, the board's look at what is open, and the notes by which a shift is handed over.
import { type Migration, sql } from 'kysely'

export const jobsAndDuty: Migration = {
  async up(db) {
    await sql`
      alter table jobs add column supervision jsonb;
      create index jobs_open_by_state on jobs (state) where state not in ('closed', 'cancelled', 'joined');
      create index jobs_closed on jobs (closed_at desc) where closed_at is not null;

      create table hand_over_notes (
        id text primary key,
        written_by text not null,
        written_at bigint not null,
        key text not null,
        meant_for text,
        text text not null,
        items jsonb not null,
        streets jsonb,
        team_id text,
        taken_by text,
        taken_at bigint,
        taken_note text,
        unique (written_by, key),
        check ((taken_by is null) = (taken_at is null)),
        check (taken_by <> written_by)
      );
      create index hand_over_notes_newest on hand_over_notes (written_at desc, id desc);
    `.execute(db)
  },
}
