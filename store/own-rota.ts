// Whether one worker works, read from what concerns that worker alone: each phone asks it every half minute.
import type { EpochMs } from '../core/time.ts'
import { isOnShift, type Worker } from '../core/worker.ts'
import type { Database } from './connection.ts'

/**
 * @param worker without an id the team as a whole
 * @returns whether they work at all of these moments; undefined where there is no such team
 */
export async function isWorking(
  db: Database,
  { id, teamId }: { readonly id: Worker['id'] | null; readonly teamId: Worker['teamId'] },
  moments: readonly EpochMs[],
): Promise<boolean | undefined> {
  const team = await db.selectFrom('teams').select(['id', 'shift']).where('id', '=', teamId).executeTakeFirst()
  if (!team) return undefined
  const shifts = await db
    .selectFrom('shifts')
    .selectAll()
    .where(row => row.or([row('teamId', '=', teamId), row('workerId', '=', id)]))
    .execute()
  const overrides = await db
    .selectFrom('shiftOverrides')
    .selectAll()
    .where(row => row.or([row('teamId', '=', teamId), row('workerId', '=', id)]))
    .where('toAt', '>', Math.min(...moments))
    .where('fromAt', '<=', Math.max(...moments))
    .execute()
  return moments.every(at => isOnShift({ shifts, overrides }, team, id === null ? null : { id }, at))
}
