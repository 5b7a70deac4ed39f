// Deadlines of jobs, who is told when they pass, and the hours that are worked.
import { type Migration, sql } from 'kysely'

export const deadlines: Migration = {
  async up(db) {
    await sql`
      -- Jobs of before were promised nothing.
      alter table jobs
        add column terms jsonb not null default '{"acknowledge":null,"arrive":null,"handle":null}';

      create table job_deadlines (
        job_id text not null references jobs (id),
        deadline text not null,
        run integer not null,
        started_at bigint not null,
        due_at bigint not null,
        missed_at bigint,
        ended_at bigint,
        "end" text,
        outbox_id text not null,
        primary key (job_id, deadline, run)
      );
      create index job_deadlines_running on job_deadlines (job_id) where ended_at is null;
      create index job_deadlines_overdue on job_deadlines (job_id) where missed_at is not null and ended_at is null;

      create table escalations (
        kind text not null,
        street_id text not null,
        levels jsonb not null,
        primary key (kind, street_id)
      );

      create table business_calendar (
        id integer primary key check (id = 1),
        calendar jsonb not null
      );
    `.execute(db)
  },
}
