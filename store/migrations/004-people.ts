// People who sign in: users, sessions, links that are used once, attempts to sign in, and the register.
import { type Migration, sql } from 'kysely'

export const people: Migration = {
  async up(db) {
    await sql`
      create table users (
        id text primary key,
        login text not null unique,
        name text not null,
        role text not null,
        scope jsonb not null,
        worker_id text,
        password_hash text,
        created_at bigint not null,
        created_by text not null,
        disabled_at bigint
      );

      -- Of the cookie's token only the hash: a copy of the database opens no session.
      create table sessions (
        id text primary key,
        user_id text not null references users (id),
        token_sha256 text not null unique,
        created_at bigint not null,
        last_seen_at bigint not null,
        expires_at bigint not null,
        ended_at bigint,
        address text not null,
        agent text not null
      );
      create index sessions_of_user on sessions (user_id) where ended_at is null;

      create table one_time_links (
        token_sha256 text primary key,
        purpose text not null,
        user_id text references users (id),
        created_at bigint not null,
        expires_at bigint not null,
        used_at bigint
      );

      create table sign_in_attempts (
        subject text primary key,
        failures integer not null,
        last_at bigint not null,
        locked_until bigint not null
      );

      create table people_events (
        id bigint generated always as identity primary key,
        at bigint not null,
        actor text not null,
        event text not null,
        subject text not null,
        detail jsonb not null
      );
    `.execute(db)
  },
}
