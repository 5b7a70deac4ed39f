// Who and what is in each kept picture, so that it can be masked before it leaves; and for how long cameras watched.
import { type Migration, sql } from 'kysely'

export const feedback: Migration = {
  async up(db) {
    await sql`
      -- json, not jsonb: handed back as it came. Beside the pictures and not in their rows, which are listed often.
      create table evidence_subjects (
        evidence_id text primary key references evidence (id) on delete cascade,
        cut json not null,
        in_frame json not null,
        about json not null
      );

      -- For how long each camera saw clearly, by the hour: what false alarms per camera-day are counted against.
      create table watched_hours (
        camera_id text not null,
        hour_at bigint not null,
        watched_ms bigint not null,
        primary key (camera_id, hour_at)
      );
      create index watched_hours_by_time on watched_hours (hour_at);
    `.execute(db)
  },
}
