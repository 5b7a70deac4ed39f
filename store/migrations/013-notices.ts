// Notices that are due are found as assignments are: however much waits for its own time.
import { type Migration, sql } from 'kysely'

export const notices: Migration = {
  async up(db) {
    await sql`
      create index outbox_notices on outbox (due_at, id) where finished_at is null and topic = 'notify';
    `.execute(db)
  },
}
