// Keeping: legal holds, the chain of deletions, the register of views, pictures that people took.
import { type Migration, sql } from 'kysely'

export const keeping: Migration = {
  async up(db) {
    await sql`
      -- A picture that a person took belongs to a job and to no camera.
      alter table evidence
        add column job_id text references jobs (id),
        add column taken_by text,
        alter column fingerprint drop not null,
        alter column camera_id drop not null;
      create index evidence_of_job on evidence (job_id) where job_id is not null;
      create index evidence_oldest on evidence (kept_at, id);
      drop index evidence_provisional;
      create index evidence_provisional on evidence (fingerprint) where incident_id is null and job_id is null;

      create table legal_holds (
        id bigint generated always as identity primary key,
        incident_id text references incidents (id),
        job_id text references jobs (id),
        reason text not null,
        placed_by text not null,
        placed_at bigint not null,
        released_by text,
        released_at bigint,
        release_reason text,
        check ((incident_id is null) <> (job_id is null))
      );
      create unique index legal_holds_one_incident on legal_holds (incident_id) where released_at is null;
      create unique index legal_holds_one_job on legal_holds (job_id) where released_at is null;

      -- No references: a row outlives everything that it names.
      create table deletions (
        sequence bigint primary key,
        at bigint not null,
        evidence_id text not null,
        incident_id text,
        job_id text,
        camera_id text,
        sha256 text not null,
        bytes bigint not null,
        taken_at bigint not null,
        kept_since bigint not null,
        why text not null,
        policy text not null,
        actor text not null,
        previous_hash text not null,
        hash text not null
      );
      -- How far a chain has come: whoever cuts off its end must change this too, and whoever adds waits here.
      create table chain_heads (
        chain text primary key,
        sequence bigint not null,
        hash text not null
      );
      insert into chain_heads (chain, sequence, hash) values ('deletions', 0, repeat('0', 64));
      -- Files whose rows are gone, until they are gone too.
      create table evidence_removals (sha256 text primary key);
      -- While a backup runs, files of deleted rows stay; a backup that died holds nobody up for long.
      create table backup_leases (
        id text primary key,
        until bigint not null
      );

      create table evidence_views (
        id bigint generated always as identity primary key,
        at bigint not null,
        who text not null,
        role text,
        purpose text not null,
        evidence_id text,
        incident_id text,
        job_id text,
        street_id text,
        address text,
        subject text
      );
      create index evidence_views_newest on evidence_views (at desc, id desc);
      create index evidence_views_of on evidence_views (evidence_id) where evidence_id is not null;
      create index evidence_views_of_incident on evidence_views (incident_id) where incident_id is not null;

      -- Whoever wants to change what was written has to take the trigger away first, and the chain tells on them.
      create or replace function refuse_change() returns trigger language plpgsql as $$
        begin raise exception '% is append-only', tg_table_name; end
      $$;
      create trigger deletions_append_only before update or delete or truncate on deletions
        for each statement execute function refuse_change();
      create trigger evidence_views_append_only before update or truncate on evidence_views
        for each statement execute function refuse_change();
    `.execute(db)
  },
}
