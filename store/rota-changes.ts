// Changes of workers, shifts and exceptions, one at a time, each held against what the rest of the configuration says.
import { isDeepStrictEqual } from 'node:util'
import { JiemuError } from '../core/errors.ts'
import type { WorkerId } from '../core/ids.ts'
import { isOver, JOB_STATES } from '../core/job.ts'
import type { RotaKeeper, RotaRecord, Shift, ShiftOverride, Worker } from '../core/worker.ts'
import { takeTurn } from './assignment-rows.ts'
import type { Import } from './configuration-rows.ts'
import { putShift, putWorker } from './worker-entries.ts'

/** What was handled may come back yet, to whoever has it. */
const OPEN = JOB_STATES.filter(state => !isOver(state))

/** The same record twice is once. @throws JiemuError id-taken, request-invalid, forbidden */
export async function addToRota(step: Import, added: RotaRecord, keeper: RotaKeeper): Promise<void> {
  await refuseForeign(step, added, keeper)
  const stored = await storedAs(step, added.what, added.record.id)
  if (stored) {
    if (isDeepStrictEqual(stored, added)) return
    throw new JiemuError('id-taken', { what: added.what, id: added.record.id })
  }
  await put(step, added, stored)
}

/** @throws JiemuError not-found, request-invalid, worker-busy, forbidden */
export async function changeInRota(step: Import, changed: RotaRecord, keeper: RotaKeeper): Promise<void> {
  const stored = await storedAs(step, changed.what, changed.record.id)
  if (!stored) throw new JiemuError('not-found', { what: changed.what, id: changed.record.id })
  for (const each of [stored, changed]) await refuseForeign(step, each, keeper)
  await put(step, changed, stored)
}

/** @throws JiemuError not-found, worker-busy, forbidden */
export async function removeFromRota(
  step: Import,
  { what, id }: { readonly what: RotaRecord['what']; readonly id: string },
  keeper: RotaKeeper,
): Promise<void> {
  const { trx } = step
  const stored = await storedAs(step, what, id)
  if (!stored) throw new JiemuError('not-found', { what, id })
  await refuseForeign(step, stored, keeper)
  switch (what) {
    case 'worker':
      await removeWorker(step, id as WorkerId)
      break
    case 'shift':
      await trx.deleteFrom('shifts').where('id', '=', id).execute()
      break
    case 'shift-override':
      await trx.deleteFrom('shiftOverrides').where('id', '=', id).execute()
  }
  step.changes.push({ event: 'removed', what, subject: id })
}

/** Changes of the rota wait for each other, so that nobody is moved between this and the change. @throws JiemuError forbidden */
async function refuseForeign({ trx }: Import, { record }: RotaRecord, { name, ofTeam }: RotaKeeper): Promise<void> {
  if (ofTeam === null) return
  let { teamId } = record
  if (teamId === null && 'workerId' in record && record.workerId) {
    const worker = await trx.selectFrom('workers').select('teamId').where('id', '=', record.workerId).executeTakeFirst()
    teamId = worker?.teamId ?? null
  }
  if (teamId !== ofTeam) throw new JiemuError('forbidden', { actor: name, action: 'rota:manage' })
}

/** With what only says something of them. Jobs of before keep their name. */
async function removeWorker(step: Import, id: WorkerId): Promise<void> {
  const { trx } = step
  await refuseBusy(step, id)
  await trx.deleteFrom('workers').where('id', '=', id).execute()
  await trx.deleteFrom('workerPositions').where('workerId', '=', id).execute()
  const shifts = await trx.deleteFrom('shifts').where('workerId', '=', id).returning('id').execute()
  const overrides = await trx.deleteFrom('shiftOverrides').where('workerId', '=', id).returning('id').execute()
  step.changes.push(
    ...shifts.map(shift => ({ event: 'removed', what: 'shift', subject: shift.id }) as const),
    ...overrides.map(override => ({ event: 'removed', what: 'shift-override', subject: override.id }) as const),
  )
}

/** Their jobs would stay with somebody whom no rota lists, and a team would not see what its worker has to do. */
async function refuseBusy({ trx }: Import, id: WorkerId): Promise<void> {
  // Else they might be given a job meanwhile.
  await takeTurn(trx)
  const jobs = await trx
    .selectFrom('jobs')
    .select('id')
    .where('workerId', '=', id)
    .where('state', 'in', OPEN)
    .orderBy('id')
    .execute()
  if (jobs.length > 0) throw new JiemuError('worker-busy', { id, jobs: jobs.map(job => job.id).join(', ') })
}

async function storedAs({ trx }: Import, what: RotaRecord['what'], id: string): Promise<RotaRecord | undefined> {
  if (what === 'worker') {
    const record = await trx
      .selectFrom('workers')
      .selectAll()
      .where('id', '=', id as WorkerId)
      .executeTakeFirst()
    return record && { what, record }
  }
  if (what === 'shift') {
    const record = await trx.selectFrom('shifts').selectAll().where('id', '=', id).executeTakeFirst()
    return record && { what, record }
  }
  const row = await trx.selectFrom('shiftOverrides').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) return undefined
  const { createdAt, createdBy, ...record } = row
  return { what, record }
}

async function put(step: Import, wanted: RotaRecord, stored: RotaRecord | undefined): Promise<void> {
  // An exception that is said again, as it was, comes before what was said meanwhile.
  if (wanted.what !== 'shift-override' && isDeepStrictEqual(stored, wanted)) return
  switch (wanted.what) {
    case 'worker': {
      const { record } = wanted
      const before = stored?.what === 'worker' ? stored.record : undefined
      await checkWorker(step, record)
      if (before && (before.teamId !== record.teamId || (before.active && !record.active))) {
        await refuseBusy(step, record.id)
      }
      await putWorker(step, record, before ? [before] : [])
      if (!record.active) await step.trx.deleteFrom('workerPositions').where('workerId', '=', record.id).execute()
      return
    }
    case 'shift':
      await checkWhose(step, wanted.record)
      await putShift(step, wanted.record, stored?.what === 'shift' ? [stored.record] : [])
      return
    case 'shift-override':
      await checkWhose(step, wanted.record)
      await putOverride(step, wanted.record, stored !== undefined)
  }
}

/** An exception that is changed counts as said just now, before those that were said meanwhile. */
async function putOverride(
  step: Import,
  record: Extract<RotaRecord, { what: 'shift-override' }>['record'],
  known: boolean,
): Promise<void> {
  const row: ShiftOverride = { ...record, createdAt: step.at, createdBy: step.actor }
  await step.trx
    .insertInto('shiftOverrides')
    .values(row)
    .onConflict(conflict => conflict.column('id').doUpdateSet(row))
    .execute()
  step.changes.push({ event: known ? 'changed' : 'added', what: 'shift-override', subject: record.id })
}

/** A worker whose grids are not the team's would be asked for nothing, and nobody would know why. */
async function checkWorker({ trx }: Import, { teamId, grids }: Worker): Promise<void> {
  const team = await trx.selectFrom('teams').select('grids').where('id', '=', teamId).executeTakeFirst()
  if (!team) throw invalid(`teamId: there is no team "${teamId}"`)
  const foreign = grids?.find(grid => !team.grids.includes(grid))
  if (foreign) throw invalid(`grids: ${foreign} is not a grid of the team ${teamId}`)
}

async function checkWhose({ trx }: Import, { teamId, workerId }: Pick<Shift, 'teamId' | 'workerId'>): Promise<void> {
  if (teamId) {
    const team = await trx.selectFrom('teams').select('id').where('id', '=', teamId).executeTakeFirst()
    if (!team) throw invalid(`teamId: there is no team "${teamId}"`)
  }
  if (workerId) {
    const worker = await trx.selectFrom('workers').select('id').where('id', '=', workerId).executeTakeFirst()
    if (!worker) throw invalid(`workerId: there is no worker "${workerId}"`)
  }
}

function invalid(problem: string): JiemuError {
  return new JiemuError('request-invalid', { problem })
}
