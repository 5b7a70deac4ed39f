// Workers, when they work and where they are; who refused which job; and the one turn in which jobs are assigned.
import { type Migration, sql } from 'kysely'

export const workers: Migration = {
  async up(db) {
    await sql`
      create table workers (
        id text primary key,
        name text not null,
        team_id text not null,
        leader boolean not null,
        skills jsonb,
        grids jsonb,
        load_cap integer not null,
        active boolean not null
      );
      create index workers_of_team on workers (team_id);

      create table shifts (
        id text primary key,
        team_id text,
        worker_id text,
        calendar jsonb not null,
        check ((team_id is null) <> (worker_id is null))
      );

      create table shift_overrides (
        id text primary key,
        team_id text,
        worker_id text,
        working boolean not null,
        from_at bigint not null,
        to_at bigint not null check (to_at > from_at),
        why text not null,
        note text,
        created_at bigint not null,
        created_by text not null,
        check ((team_id is null) <> (worker_id is null))
      );
      create index shift_overrides_until on shift_overrides (to_at);

      -- The last one of each only: where people were before is nobody's business.
      create table worker_positions (
        worker_id text primary key,
        lat double precision not null check (lat between -90 and 90),
        lon double precision not null check (lon between -180 and 180),
        accuracy_m double precision,
        at bigint not null,
        received_at bigint not null
      );

      create table job_refusals (
        job_id text not null references jobs (id),
        sequence integer not null,
        team_id text not null,
        worker_id text,
        why text not null,
        primary key (job_id, sequence)
      );

      -- Whoever updates the row has the turn until its transaction ends; two dispatchers would else read the same loads.
      create table assignment_turns (
        id integer primary key check (id = 1),
        taken bigint not null
      );
      insert into assignment_turns (id, taken) values (1, 0);
      create index outbox_assignments on outbox (due_at, id) where finished_at is null and topic = 'assign';
    `.execute(db)
  },
}
