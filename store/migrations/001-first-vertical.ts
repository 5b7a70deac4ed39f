// The tables of the first vertical: cameras to incidents to jobs, the outbox and what was delivered.
import { type Migration, sql } from 'kysely'

export const firstVertical: Migration = {
  async up(db) {
    await sql`
      create table cameras (
        id text primary key,
        name text not null,
        street_id text not null,
        grid_id text not null,
        source jsonb not null,
        credentials jsonb not null,
        sampling jsonb not null,
        generated boolean not null,
        version integer not null
      );

      -- No reference to the camera: versions of a zone outlive it, since incidents name them.
      create table zones (
        camera_id text not null,
        id text not null,
        version integer not null,
        name text not null,
        rule text not null,
        polygon jsonb not null,
        options jsonb not null,
        place_id text not null,
        created_at bigint not null,
        created_by text not null,
        retired_at bigint,
        primary key (camera_id, id, version)
      );
      create unique index zones_one_current on zones (camera_id, id) where retired_at is null;

      create table teams (
        id text primary key,
        name text not null,
        skills jsonb not null,
        grids jsonb not null,
        neighbours jsonb not null,
        load_cap integer not null,
        on_duty boolean not null,
        shift jsonb not null
      );

      create table policies (
        kind text not null,
        zone text not null,
        policy jsonb not null,
        primary key (kind, zone)
      );

      create table configuration_events (
        id bigint generated always as identity primary key,
        at bigint not null,
        actor text not null,
        event text not null,
        what text not null,
        subject text not null
      );

      create table configuration_revision (
        id integer primary key check (id = 1),
        value bigint not null
      );
      insert into configuration_revision (id, value) values (1, 0);

      create table incidents (
        id text primary key,
        fingerprint text not null,
        kind text not null,
        camera_id text not null,
        zone_id text not null,
        zone_version integer not null,
        place_id text not null,
        street_id text not null,
        grid_id text not null,
        subject text not null,
        physical text not null check (physical in ('active', 'cleared')),
        review text not null,
        reject_reason text,
        reject_note text,
        severity text not null,
        score double precision not null,
        measure jsonb not null,
        boxes jsonb not null,
        reason jsonb not null,
        blind_ms double precision not null,
        since bigint not null,
        due_at bigint not null,
        opened_at bigint not null,
        last_seen_at bigint not null,
        cleared_at bigint,
        reopened integer not null,
        sequence bigint not null,
        version integer not null
      );
      -- Whatever crashes or is delivered twice: at most one open incident per fingerprint.
      create unique index incidents_one_open on incidents (fingerprint) where physical = 'active';
      create index incidents_by_fingerprint on incidents (fingerprint, opened_at desc);
      create index incidents_newest on incidents (opened_at desc, id desc);

      create table incident_events (
        id bigint generated always as identity primary key,
        incident_id text not null references incidents (id),
        at bigint not null,
        event text not null,
        actor text not null,
        note text
      );
      create index incident_events_of on incident_events (incident_id, id);

      create table jobs (
        id text primary key,
        kind text not null,
        place_id text not null,
        street_id text not null,
        grid_id text not null,
        severity text not null,
        state text not null,
        team_id text,
        assignment jsonb,
        created_at bigint not null,
        assigned_at bigint,
        accepted_at bigint,
        handled_at bigint,
        closed_at bigint,
        handled_by text,
        version integer not null
      );
      create index jobs_open_at on jobs (kind, place_id) where state not in ('closed', 'cancelled');
      create index jobs_by_team on jobs (team_id, assigned_at desc);
      create index jobs_newest on jobs (created_at desc, id desc);

      create table job_incidents (
        job_id text not null references jobs (id),
        incident_id text not null references incidents (id),
        position integer not null,
        primary key (job_id, incident_id)
      );
      create index job_incidents_by_incident on job_incidents (incident_id);

      create table job_events (
        id bigint generated always as identity primary key,
        job_id text not null references jobs (id),
        at bigint not null,
        event text not null,
        "from" text,
        "to" text not null,
        actor text not null,
        reason text,
        key text not null,
        unique (job_id, key)
      );

      create table outbox (
        id text primary key,
        topic text not null,
        payload jsonb not null,
        due_at bigint not null,
        created_at bigint not null,
        published_at bigint,
        finished_at bigint
      );
      create index outbox_waiting on outbox (due_at, id) where finished_at is null;

      create table deliveries (
        outbox_id text not null references outbox (id),
        destination text not null,
        state text not null,
        attempts integer not null,
        last_error text,
        created_at bigint not null,
        updated_at bigint not null,
        primary key (outbox_id, destination)
      );

      create table evidence (
        id text primary key,
        fingerprint text not null,
        incident_id text references incidents (id),
        camera_id text not null,
        moment text not null,
        view text not null,
        annotated boolean not null,
        taken_at bigint not null,
        sha256 text not null,
        bytes integer not null,
        media_type text not null,
        kept_at bigint not null
      );
      create index evidence_of on evidence (incident_id);
      create index evidence_provisional on evidence (fingerprint) where incident_id is null;
      create index evidence_by_content on evidence (sha256);

      -- json, not jsonb: handed back as it came, and nobody looks inside.
      create table rule_snapshots (
        camera_id text primary key,
        snapshot json not null,
        taken_at bigint not null
      );

      create table place_locks (
        kind text not null,
        place_id text not null,
        primary key (kind, place_id)
      );
    `.execute(db)
  },
}
