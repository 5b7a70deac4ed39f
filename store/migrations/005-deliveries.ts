// One row per notice and destination, with what it says and when it is given up.
import { type Migration, sql } from 'kysely'

export const deliveries: Migration = {
  async up(db) {
    // Rows of before said neither what was sent nor when to give up. A notice under way goes to all its destinations anew.
    await sql`
      drop table deliveries;
      create table deliveries (
        id text primary key,
        outbox_id text not null,
        destination text not null,
        recipient text,
        notice jsonb not null,
        state text not null,
        attempts integer not null,
        last_error text,
        created_at bigint not null,
        updated_at bigint not null,
        give_up_at bigint not null,
        claimed_until bigint
      );
      create index deliveries_newest on deliveries (created_at desc, id desc);
      create index deliveries_open on deliveries (destination, created_at) where state in ('pending', 'dead');

      create table robot_messages (
        id bigint generated always as identity primary key,
        robot text not null,
        sent_at bigint not null
      );
      create index robot_messages_newest on robot_messages (robot, sent_at);

      create table push_subscriptions (
        id text primary key,
        user_id text not null references users (id),
        sealed text not null,
        created_at bigint not null
      );
      create index push_subscriptions_of on push_subscriptions (user_id);

      create table kept_secrets (
        name text primary key,
        sealed text not null
      );
    `.execute(db)
  },
}
