// 五色评估: how each grid stands now, and every change of its colour.
import { type Migration, sql } from 'kysely'

export const standing: Migration = {
  async up(db) {
    await sql`
      create table grid_standings (
        grid_id text primary key,
        street_id text not null,
        colour text not null,
        score double precision not null,
        parts jsonb not null,
        since bigint not null
      );

      create table grid_standing_changes (
        id bigint generated always as identity primary key,
        grid_id text not null,
        street_id text not null,
        at bigint not null,
        "from" text,
        "to" text not null,
        score double precision not null,
        parts jsonb not null
      );
      create index grid_standing_changes_of on grid_standing_changes (grid_id, id desc);
      create index grid_standing_changes_by_time on grid_standing_changes (at);
    `.execute(db)
  },
}
