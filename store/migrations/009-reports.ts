// Where things are, and residents' reports: what was asked for, where, and what became of it; who asked is sealed.
import { type Migration, sql } from 'kysely'

export const reports: Migration = {
  async up(db) {
    await sql`
      alter table cameras add column position jsonb;
      alter table zones add column position jsonb;
      alter table jobs add column lat double precision, add column lon double precision;
      create index jobs_open_near on jobs (kind, lat) where state not in ('closed', 'cancelled', 'joined');

      create table reports (
        id text primary key,
        service text not null,
        lat double precision,
        lon double precision,
        address text,
        description text,
        media_url text,
        via text not null,
        place_id text not null,
        incident_id text not null references incidents (id),
        requested_at bigint not null,
        content text not null,
        attributes jsonb not null,
        reporter text
      );
      create index reports_newest on reports (requested_at desc, id desc);
      create index reports_by_content on reports (content, requested_at desc);
      create unique index reports_by_incident on reports (incident_id);
    `.execute(db)
  },
}
