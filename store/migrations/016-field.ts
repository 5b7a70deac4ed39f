// Who saw a job and by which way, what phones say of the photos, and the notices of one job found by it.
import { type Migration, sql } from 'kysely'

export const field: Migration = {
  async up(db) {
    await sql`
      create table job_sightings (
        job_id text not null references jobs (id),
        assignment integer not null,
        who text not null,
        way text not null,
        at bigint not null,
        primary key (job_id, assignment, who)
      );

      -- How far away, and never where: that would be where somebody was.
      create table photo_claims (
        evidence_id text primary key references evidence (id) on delete cascade,
        distance_m integer,
        shot_at bigint
      );

      create index deliveries_about on deliveries ((notice ->> 'subject'), created_at desc);
      create index jobs_handled_by on jobs (handled_by, handled_at) where handled_at is not null;
    `.execute(db)
  },
}
