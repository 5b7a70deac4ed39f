// Tokens that an administrator issues, who somebody is at the city's own sign-in, and for how long cameras were blind.
import { type Migration, sql } from 'kysely'

export const signInAndSight: Migration = {
  async up(db) {
    await sql`
      -- Of the token only its hash. A name is never given twice: every record names its actor by it.
      create table api_tokens (
        id text primary key,
        name text not null unique,
        role text not null,
        scope jsonb not null,
        worker_id text,
        per_minute integer,
        token_sha256 text not null unique,
        created_at bigint not null,
        created_by text not null,
        expires_at bigint not null,
        last_used_at bigint,
        revoked_at bigint,
        revoked_by text
      );

      -- Somebody is the issuer's subject, never an e-mail address: those change hands.
      create table identities (
        issuer text not null,
        subject text not null,
        user_id text not null references users (id),
        by_claims boolean not null,
        created_at bigint not null,
        primary key (issuer, subject)
      );
      create index identities_of_user on identities (user_id);

      create table sight_hours (
        camera_id text not null,
        hour_at bigint not null,
        sight text not null,
        ms bigint not null,
        primary key (camera_id, hour_at, sight)
      );
      create index sight_hours_by_time on sight_hours (hour_at);
    `.execute(db)
  },
}
