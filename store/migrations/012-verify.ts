// Fresh looks: what each camera was asked once a job was reported done, and what it answered.
import { type Migration, sql } from 'kysely'

export const verify: Migration = {
  async up(db) {
    await sql`
      create table looks (
        id text primary key,
        job_id text not null references jobs (id) on delete cascade,
        round integer not null,
        incident_id text not null references incidents (id) on delete cascade,
        camera_id text not null,
        zone_id text not null,
        clear jsonb not null,
        within_ms bigint not null,
        asked_at bigint not null,
        verdict text,
        samples jsonb,
        at bigint,
        pictured boolean not null default false
      );
      create index looks_of on looks (job_id, round desc);
      create index looks_owed on looks (asked_at) where verdict is null;
      create index jobs_verified on jobs (id) where state = 'verifying';
    `.execute(db)
  },
}
