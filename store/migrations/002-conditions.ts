// What the conditions of a place need: how a camera's health is watched, its reference view, and people's word on it.
import { type Migration, sql } from 'kysely'

export const conditions: Migration = {
  async up(db) {
    await sql`
      alter table cameras
        add column health jsonb not null default '{}',
        add column view_word jsonb not null default '{"renewals": 0, "confirmed": null}';

      -- json, not jsonb: handed back as it came. The frame's size stands beside it for whoever draws zones.
      create table reference_views (
        camera_id text primary key,
        reference json not null,
        frame_width_px integer not null,
        frame_height_px integer not null,
        taken_at bigint not null
      );

      -- A command that is sent twice is one: the key is its sender's.
      alter table configuration_events add column key text;
      create unique index configuration_events_once on configuration_events (subject, key) where key is not null;
    `.execute(db)
  },
}
