// The register of people: who did what to whom, and when. Rows are added and never changed.
import type { PeopleEvent } from '../../core/user.ts'
import type { Database } from '../connection.ts'

export async function register(
  db: Database,
  { detail = {}, ...event }: Omit<PeopleEvent, 'id' | 'detail'> & Partial<Pick<PeopleEvent, 'detail'>>,
): Promise<void> {
  await db
    .insertInto('peopleEvents')
    .values({ ...event, detail: JSON.stringify(detail) })
    .execute()
}
