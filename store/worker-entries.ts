// Workers and the rota between their rows and the cameras' file.
import { isDeepStrictEqual } from 'node:util'
import { JiemuError } from '../core/errors.ts'
import type { Team } from '../core/team.ts'
import type { Shift, ShiftEntry, Worker, WorkerEntry } from '../core/worker.ts'
import type { Import } from './configuration-rows.ts'

export const workerOf = ({ team, skills, grids, ...worker }: WorkerEntry): Worker => ({
  ...worker,
  teamId: team,
  skills: skills ?? null,
  grids: grids ?? null,
})

export const workerEntry = ({ teamId, skills, grids, ...worker }: Worker): WorkerEntry => ({
  ...worker,
  team: teamId,
  ...(skills && { skills: [...skills] }),
  ...(grids && { grids: [...grids] }),
})

const shiftOf = ({ id, team, worker, ...calendar }: ShiftEntry): Shift => ({
  id,
  teamId: team ?? null,
  workerId: worker ?? null,
  calendar,
})

export const shiftEntry = ({ id, teamId, workerId, calendar }: Shift): ShiftEntry => ({
  id,
  ...(teamId && { team: teamId }),
  ...(workerId && { worker: workerId }),
  ...calendar,
})

export interface StoredPeople {
  readonly teams: readonly Pick<Team, 'id'>[]
  readonly workers: readonly Worker[]
  readonly shifts: readonly Shift[]
}

/**
 * @param stored with the teams of the same document
 * @throws JiemuError config-invalid where a worker's team, or whom a shift is for, is not known
 */
export async function putPeople(
  step: Import,
  wanted: { readonly workers: readonly WorkerEntry[]; readonly shifts: readonly ShiftEntry[] },
  stored: StoredPeople,
  file: string,
): Promise<void> {
  const teams = new Set<string>(stored.teams.map(({ id }) => id))
  const workers = new Set<string>([...stored.workers, ...wanted.workers].map(({ id }) => id))
  const known = (ids: ReadonlySet<string>, what: string, id: string | undefined, where: string) => {
    if (id === undefined || ids.has(id)) return
    throw new JiemuError('config-invalid', { file, problem: `${where}: there is no ${what} "${id}"` })
  }
  for (const entry of wanted.workers) {
    known(teams, 'team', entry.team, `worker ${entry.id}`)
    await putWorker(step, workerOf(entry), stored.workers)
  }
  for (const entry of wanted.shifts) {
    known(teams, 'team', entry.team, `shift ${entry.id}`)
    known(workers, 'worker', entry.worker, `shift ${entry.id}`)
    await putShift(step, shiftOf(entry), stored.shifts)
  }
}

export async function putWorker(step: Import, worker: Worker, stored: readonly Worker[]): Promise<void> {
  const before = stored.find(({ id }) => id === worker.id)
  if (isDeepStrictEqual(before, worker)) return
  const row = {
    ...worker,
    skills: worker.skills && JSON.stringify(worker.skills),
    grids: worker.grids && JSON.stringify(worker.grids),
  }
  await step.trx
    .insertInto('workers')
    .values(row)
    .onConflict(conflict => conflict.column('id').doUpdateSet(row))
    .execute()
  step.changes.push({ event: before ? 'changed' : 'added', what: 'worker', subject: worker.id })
}

export async function putShift(step: Import, shift: Shift, stored: readonly Shift[]): Promise<void> {
  const before = stored.find(({ id }) => id === shift.id)
  if (isDeepStrictEqual(before, shift)) return
  const row = { ...shift, calendar: JSON.stringify(shift.calendar) }
  await step.trx
    .insertInto('shifts')
    .values(row)
    .onConflict(conflict => conflict.column('id').doUpdateSet(row))
    .execute()
  step.changes.push({ event: before ? 'changed' : 'added', what: 'shift', subject: shift.id })
}
