// The whole life of a job: who has it, what became of it, and a log whose rows are chained by their hashes.
import { type Migration, sql } from 'kysely'

export const closedLoop: Migration = {
  async up(db) {
    await sql`
      alter table jobs
        add column worker_id text,
        add column arrived_at bigint,
        add column assignments integer not null default 0,
        add column returns integer not null default 0,
        add column deferred_until bigint,
        add column escalation integer not null default 0,
        add column acknowledged integer not null default 0,
        add column end_reason text,
        add column merged_into text references jobs (id),
        add column log_length integer not null default 0,
        add column log_head text not null default repeat('0', 64);

      drop index jobs_open_at;
      create index jobs_open_at on jobs (kind, place_id) where state not in ('closed', 'cancelled', 'joined');
      -- Loads are counted at every assignment, among the few that are worked on and not among all that ever were.
      create index jobs_worked_on on jobs (team_id, worker_id)
        where state in ('assigned', 'accepted', 'on-site', 'returned');
      create index jobs_by_worker on jobs (worker_id, assigned_at desc);

      -- Logs that were written before they were chained end with this version: nobody has depended on one yet.
      drop table job_events;
      create table job_events (
        job_id text not null references jobs (id),
        sequence integer not null,
        at bigint not null,
        event text not null,
        "from" text,
        "to" text not null,
        party text not null,
        actor text not null,
        reason text,
        key text not null,
        previous_hash text not null,
        hash text not null,
        primary key (job_id, sequence),
        unique (job_id, key)
      );
      create index job_events_by_time on job_events (at);

      -- Each hour the heads of the logs that grew are chained in turn: a log that is forged as a whole is found out too.
      alter table jobs add column sealed_length integer not null default 0;
      create index jobs_unsealed on jobs (id) where sealed_length < log_length;
      create table audit_seals (
        id bigint primary key,
        at bigint not null,
        jobs integer not null,
        digest text not null,
        previous_hash text not null,
        hash text not null
      );
      -- No reference to the job: a job that is deleted must be missed here.
      create table audit_heads (
        seal_id bigint not null references audit_seals (id),
        job_id text not null,
        sequence integer not null,
        hash text not null,
        primary key (seal_id, job_id)
      );
    `.execute(db)
  },
}
