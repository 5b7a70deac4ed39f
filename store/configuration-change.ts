// One change of the configuration after the other: counted, and recorded with whoever made it.
import type { Clock } from '../core/time.ts'
import type { ConfigurationChange, Import } from './configuration-rows.ts'
import type { Database } from './connection.ts'

/** The revision rises, and the actor is recorded, only where something changed. */
export async function changeConfiguration(
  db: Database,
  clock: Clock,
  actor: string,
  work: (step: Import) => Promise<void>,
): Promise<readonly ConfigurationChange[]> {
  return db.transaction().execute(async trx => {
    const { value } = await trx
      .selectFrom('configurationRevision')
      .select('value')
      .forUpdate()
      .executeTakeFirstOrThrow()
    const step: Import = { trx, at: clock.now(), actor, revision: value + 1, changes: [] }
    await work(step)
    if (step.changes.length > 0) {
      const events = step.changes.map(change => ({ ...change, at: step.at, actor }))
      await trx.insertInto('configurationEvents').values(events).execute()
      await trx.updateTable('configurationRevision').set({ value: step.revision }).execute()
    }
    return step.changes
  })
}
