// The room's day: mutes, what they held back, and indexes for looking incidents up by street and camera.
import { type Migration, sql } from 'kysely'

export const theRoomsDay: Migration = {
  async up(db) {
    await sql`
      create index incidents_of_street on incidents (street_id, opened_at desc, id desc);
      create index incidents_of_camera on incidents (camera_id, opened_at desc, id desc);

      create table mutes (
        id text primary key,
        street_id text,
        camera_id text,
        zone_id text,
        kind text,
        from_at bigint not null,
        until_at bigint not null,
        reason text not null,
        set_by text not null,
        key text not null,
        ended_at bigint,
        ended_by text,
        end_reason text,
        unique (set_by, key),
        check (coalesce(street_id, camera_id, kind) is not null),
        check (zone_id is null or camera_id is not null),
        check ((ended_at is null) = (ended_by is null))
      );
      -- Every observation asks for what is muted now; what was muted grows beside it.
      create index mutes_standing on mutes (until_at) where ended_at is null;
      create index mutes_newest on mutes (from_at desc, id desc);

      -- A breach goes on being seen every ten seconds: it is held back once, however often.
      create table mute_holds (
        mute_id text not null references mutes (id) on delete cascade,
        fingerprint text not null,
        first_at bigint not null,
        last_at bigint not null,
        primary key (mute_id, fingerprint)
      );
    `.execute(db)
  },
}
